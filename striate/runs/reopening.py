"""Reopening: the images of a run folder, as they were."""

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from striate.data import MEMORY, Collection, Source, Split, address, named, open_labelled
from striate.errors import DataError
from striate.runs.record import Record
from striate.training import Task


@dataclass(frozen=True, eq=False)
class Given:
    """What a run cannot find again by itself, if that is so: its images, its network."""

    images: Source | None = None
    network: nn.Module | None = None


def judges(collection: Collection) -> Split:
    """The split that judges: test, or val where there is no test."""
    return collection.splits.get("test", collection.splits["val"])


def judging(
    folder: Path, record: Record, task: Task, given: Given, data: Source | None
) -> tuple[Collection, bool]:
    """The images that can judge a run, those of its training or of `data`; whether they are its.

    Where `data` is what it was trained on, by its address or by its digest, that means the same.
    """
    known = record.images
    if data is None or known.source == address(data) != MEMORY:
        return reopen(folder, record, task, given), True
    if known.source == address(data):
        try:
            return reopen(folder, record, task, Given(data)), True
        except DataError:  # they are others
            pass
    return open_labelled(data, classes=known.classes, size=known.size), False


def reopen(folder: Path, record: Record, task: Task, given: Given) -> Collection:
    """The images of a run, split as they were. Raises DataError where they changed, or are gone."""
    images = record.images
    source = images.source if given.images is None else given.images
    if source == MEMORY:
        raise DataError(
            f"the images of {folder} were given from memory, and have to be given again",
            help=[
                f"in Python: striate.resume({str(folder)!r}, images=(x, y))",
                f"once it is finished: striate.load({str(folder)!r}).evaluate((x, y))",
            ],
        )
    collection = task.open(source, seed=images.seed, size=images.size)
    if collection.digest != images.digest:
        raise DataError(
            f"the images of {named(source)} are not those that the network was trained on: "
            f"digest {collection.digest[:12]}, then {images.digest[:12]}",
            help=[
                "bring back the images as they were, or train anew",
                "to judge by other images, name them: striate evaluate RUN --data FOLDER",
            ],
        )
    return collection
