"""Reopening: the images of a run folder, as they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from striate.data import (
    MEMORY,
    Collection,
    Source,
    Split,
    address,
    named,
    open_labelled,
    read_manifest,
)
from striate.data.splitting import divide
from striate.errors import DataError
from striate.runs.folder import SPLIT, is_finished, quoted
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

    Where `data` is what it was trained on, by its address or by its digest, that means the same:
    images that were moved, or are given from memory again, keep their splits.
    """
    known = record.images
    if data is None or known.source == address(data) != MEMORY:
        return reopen(folder, record, task, given), True
    found = open_labelled(data, classes=known.classes, size=known.seen)
    divided = _divided(found, known.seed)
    return (divided, True) if divided.digest == known.digest else (found, False)


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
    try:
        collection = task.open(source, seed=images.seed, size=images.seen)
    except DataError as error:
        raise DataError(error.message, help=[_elsewhere(folder), *error.help]) from error
    if collection.digest != images.digest:
        raise DataError(
            f"the images of {named(source)} are not those that the network was trained on: "
            + _changes(folder, collection),
            help=[
                "bring back the images as they were, or train anew",
                "to judge by other images, put them into a folder of their own: "
                f"striate evaluate {quoted(folder)} --data FOLDER",
            ],
        )
    return collection


def _divided(collection: Collection, seed: int) -> Collection:
    """The collection with the splits that training would give it, if it would."""
    try:
        return divide(collection, seed) if "train" in collection.splits else collection
    except DataError:  # a class has too few images
        return collection


def _elsewhere(folder: Path) -> str:
    """How to say where the images of a run are now."""
    say = "evaluate {} --data FOLDER" if is_finished(folder) else "resume {} --images FOLDER"
    return f"if the images were moved, say where to: striate {say.format(quoted(folder))}"


def _changes(folder: Path, collection: Collection) -> str:
    """Which files a collection lacks, and which are new, by what the run wrote down."""
    try:
        then = {row.file for row in read_manifest(folder / SPLIT)}
    except DataError:  # somebody has changed that as well
        return "something has changed"
    now = {row.file for row in collection.manifest()}
    changes = [(sorted(then - now), "gone or unreadable"), (sorted(now - then), "new")]
    told = [f"{files[0]}{_more(files)} {what}" for files, what in changes if files]
    return "; ".join(told) or "the files have their names, and other contents or classes"


def _more(files: Sequence[str]) -> str:
    """What stands behind the first of several files."""
    return f" and {len(files) - 1} more are" if len(files) > 1 else " is"
