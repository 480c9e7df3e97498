"""Splitting: which image teaches, which chooses, which judges.

Splits that are given are kept. What is missing is drawn from the training images, each class in
proportion, as a function of the seed: the same images on every machine. A manifest writes down
which file is in which split; no file is copied or moved.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from striate.data.chance import SPLIT, order
from striate.data.collection import Collection, Row, Split
from striate.errors import DataError

MOST = 5000
"""The most images that val takes from the training images of a set that has a test split."""

SPLITS = ("train", "val", "test")
MANIFEST = "a manifest begins with file,label,split; its splits are train, val and test"


def divide(collection: Collection, seed: int) -> Collection:
    """The collection with the splits that training needs.

    A flat set gives 20 % to test and 10 % to val. Where only val is missing, it gets 10 % of train,
    at most 5000 images; where only test is missing, val judges. Raises DataError where a class has
    too few images to be in each of its splits.
    """
    splits, train = collection.splits, collection.splits["train"]
    shares, note = _shares(splits), "splits are as they were given"
    if shares:
        places = draw(train.labels.numpy(), shares, seed, collection.classes)
        splits = {**splits, **{name: train.select(index) for name, index in places.items()}}
        sizes = ", ".join(f"{len(places[name])} {name}" for name in SPLITS if name in places)
        note = f"{len(train)} images divided by seed {seed}, each class in proportion: {sizes}"
    elif "test" not in splits:
        note = "there is no test split: val judges"
    ordered = {name: splits[name] for name in SPLITS if name in splits}
    notes = (*collection.notes, note, *_absent(ordered, collection.classes))
    return replace(collection, splits=ordered, notes=notes)


def draw(
    labels: NDArray[np.int64], shares: Mapping[str, int], seed: int, classes: Sequence[str]
) -> dict[str, NDArray[np.int64]]:
    """The places of "train" and of every share, each in the order of the images.

    Raises DataError where a class has too few images to be in all of them.
    """
    counts: list[int] = np.bincount(labels, minlength=len(classes)).tolist()
    for label, count in zip(classes, counts, strict=True):
        if count <= len(shares):
            raise _too_few(label, count, ("train", *shares))
    quotas = np.array([apportion(counts, share) for share in shares.values()])
    visited = order(seed, 0, len(labels), draw=SPLIT)
    pieces: dict[str, list[NDArray[np.int64]]] = {name: [] for name in (*shares, "train")}
    for label in range(len(classes)):
        members = visited[labels[visited] == label]
        cut = np.split(members, np.cumsum(quotas[:, label]))
        for name, piece in zip(pieces, cut, strict=True):
            pieces[name].append(piece)
    return {name: np.sort(np.concatenate(parts)) for name, parts in pieces.items()}


def apportion(counts: Sequence[int], share: int) -> list[int]:
    """How many images of each class make up a share: in proportion, and at least one of each.

    The whole parts first, then one more in the order of the remainders.

    >>> apportion([50, 30, 20], 9)
    [4, 3, 2]
    """
    total = sum(counts)
    whole = [count * share // total for count in counts]
    parts = [max(1, part) for part in whole]
    rests = [
        count * share % total if part else -1 for count, part in zip(counts, whole, strict=True)
    ]
    ranked = sorted(range(len(counts)), key=lambda label: -rests[label])
    for label in ranked[: max(0, share - sum(parts))]:
        parts[label] += 1
    return parts


def _shares(splits: Mapping[str, Split]) -> dict[str, int]:
    """How many of the training images each missing split takes."""
    tenth, fifth = (-(-len(splits["train"]) // parts) for parts in (10, 5))
    if "val" in splits:
        return {}
    if "test" in splits:
        return {"val": min(tenth, MOST)}
    return {"val": tenth, "test": fifth}


def _absent(splits: Mapping[str, Split], classes: Sequence[str]) -> list[str]:
    """The classes that teach and are not judged, a sentence for each split that lacks some."""
    missing = {
        name: [classes[label] for label in set(range(len(classes))) - set(split.labels.tolist())]
        for name, split in splits.items()
    }
    return [
        f"{name} has no image of {', '.join(labels[:3])}{' and others' * (len(labels) > 3)}"
        for name, labels in missing.items()
        if labels
    ]


def _too_few(label: str, count: int, names: Sequence[str]) -> DataError:
    """The error for a class that cannot be in every split."""
    needed, missing = " and ".join(names), len(names) - count
    return DataError(
        f"class {label!r} has too few images: {count}, and {needed} need {len(names)} at least",
        help=[f"add {missing} image{'s' * (missing != 1)} to it, or remove the class"],
    )


def write_manifest(path: str | Path, collection: Collection) -> None:
    """Write which file is in which split: CSV with the columns file, label, split."""
    with Path(path).open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(Row._fields)
        lines.writerows(collection.manifest())


def read_manifest(path: str | Path) -> tuple[Row, ...]:
    """The rows of a manifest. Raises DataError where it is none, naming the line."""
    try:
        with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
            lines = list(csv.reader(stream))
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}", help=[MANIFEST]) from error
    for number, line in enumerate(lines or [[]], start=1):
        if len(line) != 3 or (line[2] not in SPLITS if number > 1 else line != list(Row._fields)):
            raise DataError(f"{path}: line {number} is {','.join(line)!r}", help=[MANIFEST])
    return tuple(Row(*line) for line in lines[1:])
