"""Sources: everything that images can be opened from, behind one name.

A source is the name of a known set (`digits`, `mnist`, `fashion-mnist`, `cifar10`) or the path of a
folder: class folders, or the four IDX files. A name means the known set; ./name, or a Path, the
folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from striate.data.collection import Collection, Split
from striate.data.fetching import locate
from striate.data.folders import SHAPE
from striate.data.idx import holds_idx, idx_collection
from striate.data.images import fit, in_channels
from striate.data.loading import load_folder
from striate.data.published import DIGITS, PUBLISHED, Published
from striate.data.splitting import divide
from striate.errors import DataError, OptionError

Size = int | tuple[int, int, int]

NAMES = ("digits", *PUBLISHED)
"""The sets that are known by name."""


def open_images(source: str | Path, *, seed: int = 0, size: Size | None = None) -> Collection:
    """Every image of the source, in memory, in splits that depend on the seed alone.

    `size` is the side of a square in pixels, or (channels, height, width); without it images keep
    their size where that is small, and the same for all. Raises DataError where the source is
    unknown or cannot be used.

    >>> digits = open_images("digits", seed=0)
    >>> digits.size, len(digits.splits["test"]), digits.classes[:3]
    ((1, 8, 8), 360, ('0', '1', '2'))
    """
    collection = _found(source, size)
    if len(collection.classes) < 2:
        raise DataError(
            f"{source} has one class only, {', '.join(collection.classes)}",
            help=["two classes are the fewest that can be told apart: add the images of another"],
        )
    return divide(collection, seed)


def open_labelled(
    source: str | Path, *, classes: Sequence[str], size: tuple[int, int, int]
) -> Split:
    """The images of a source that can judge a network, labelled by their place in `classes`.

    They are its test split, else its val split; a flat source judges with all that it has. (For
    the source of the training, open_images gives the split that was kept apart.) Raises DataError
    where a class of the source is not one of `classes`.

    >>> open_labelled("digits", classes="9876543210", size=(3, 12, 12)).labels[:3]
    tensor([9, 8, 7])
    """
    collection = _found(source, size)
    unknown = [label for label in collection.classes if label not in classes]
    if unknown:
        raise DataError(
            f"{source} has a class that the network does not know: {unknown[0]!r}",
            help=[f"it knows {', '.join(classes)}"],
        )
    splits = collection.splits
    split = splits[next(name for name in ("test", "val", "train") if name in splits)]
    places = torch.tensor([classes.index(label) for label in collection.classes])
    return replace(split, labels=places[split.labels])


def _found(source: str | Path, size: Size | None) -> Collection:
    """The source with the splits that it comes with, in the size that is asked for."""
    sides = (size, size) if isinstance(size, int) else size[1:] if size else None
    if sides and min(sides) < 1:
        raise OptionError(f"images cannot be {sides[0]}x{sides[1]}", help=["sides begin at 1"])
    collection = _named(source) or _in_folder(Path(source), sides)
    if sides:
        shift = round(collection.shift * min(sides) / min(collection.size[1:]))
        collection = _changed(collection, lambda images: fit(images, *sides))
        collection = replace(collection, shift=shift)
    if isinstance(size, tuple):
        collection = _changed(collection, lambda images: in_channels(images, size[0]))
    return collection


def _changed(collection: Collection, change: Callable[[Tensor], Tensor]) -> Collection:
    """The collection with its images changed."""
    splits = {
        name: replace(split, images=change(split.images))
        for name, split in collection.splits.items()
    }
    return replace(collection, splits=splits)


def _named(source: str | Path) -> Collection | None:
    """The set of that name, or None where it is no name of a set."""
    if source not in NAMES:
        return None
    name = str(source)
    collection = _published(PUBLISHED[name]) if name in PUBLISHED else _digits()
    if Path(name).is_dir():
        note = f"{name} is the known set; the folder of that name is ./{name}"
        collection = replace(collection, notes=(note,))
    return collection


def _digits() -> Collection:
    """The handwritten digits that scikit-learn brings: 1797 images of 8x8, levels 0 to 16."""
    from sklearn.datasets import load_digits

    levels, labels = load_digits(return_X_y=True)
    images = (levels.astype(np.int64).reshape(-1, 1, 8, 8) * 255 + 8) // 16
    files = tuple(f"digits[{i}]" for i in range(len(labels)))
    split = Split(torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels), files)
    return Collection("digits", "digits", DIGITS, {"train": split}, shift=1)


def _published(published: Published) -> Collection:
    """A published set, out of its files."""
    folder, name, classes = locate(published), published.name, published.classes
    splits = published.read(folder)
    highest = max(int(split.labels.max()) for split in splits.values())
    if highest >= len(classes):
        raise DataError(
            f"{folder} has the label {highest}, and {name} has {len(classes)} classes, from 0 on",
            help=["these are the files of another set: open them by the path of their folder"],
        )
    return Collection(name, name, classes, splits, flip=published.flip, shift=published.shift)


def _in_folder(folder: Path, sides: tuple[int, int] | None) -> Collection:
    """What lies in a folder: IDX files, or class folders."""
    if folder.parts[:1] == ("~",):
        folder = folder.expanduser()
    if not folder.is_dir():
        raise _unknown(folder)
    folder = folder.resolve()
    return idx_collection(folder) if holds_idx(folder) else load_folder(folder, sides)


def _unknown(path: Path) -> DataError:
    """The error for a source that is neither a name nor a folder."""
    what = "is a file, not a folder" if path.exists() else "is neither a folder nor a known set"
    close = get_close_matches(str(path), NAMES, n=1)
    meant = [f"did you mean {close[0]}?"] if close else []
    return DataError(f"{path} {what}", help=[*meant, f"known sets: {', '.join(NAMES)}", SHAPE])
