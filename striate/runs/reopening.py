"""Reopening: the network and the images of a run folder, as they were."""

from pathlib import Path

from striate.data import Collection, Split
from striate.errors import DataError
from striate.language import Network, read
from striate.planning import Settings, resolve
from striate.runs.folder import NETWORK
from striate.runs.record import Record
from striate.training import Task


def read_network(folder: Path, record: Record) -> Network:
    """The network of a run folder, its sizes known."""
    tree = read((folder / NETWORK).read_text(encoding="utf-8"), source=str(folder / NETWORK))
    return resolve(tree, Settings(input=record.images.size, head=False))


def judges(collection: Collection) -> Split:
    """The split that judges: test, or val where there is no test."""
    return collection.splits.get("test", collection.splits["val"])


def reopen(record: Record, task: Task) -> Collection:
    """The images of a run, split as they were. Raises DataError where they changed."""
    images = record.images
    collection = task.open(images.source, seed=images.seed, size=images.size)
    if collection.digest != images.digest:
        raise DataError(
            f"the images of {images.source} are not those that the network was trained on: "
            f"digest {collection.digest[:12]}, then {images.digest[:12]}",
            help=[
                "bring back the images as they were, or train anew",
                "to judge by other images, name them: striate evaluate RUN --data FOLDER",
            ],
        )
    return collection
