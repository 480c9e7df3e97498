"""Sources: everything that images can be opened from, behind one name.

"digits"                      a known set: digits, mnist, fashion-mnist, cifar10
"photos/"                     a folder: class folders, the four IDX files, or shards
"mnist.npz"                   arrays that NumPy wrote
"labels.csv"                  a list of files and labels; ("photos/", "labels.csv") looks there
"data-{000..063}.tar"         WebDataset shards
(x, y), a Dataset, ...        what a program holds already

A name means the known set; ./name, or a Path, the folder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from operator import index
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from striate.data.collection import Collection
from striate.data.look import Look, Seen, Size
from striate.data.looking import Shape
from striate.data.photos.collected import Images, of_channels, of_shape, planes_of
from striate.data.photos.gathering import gathered
from striate.data.sources.addresses import Source, address, expanded, named
from striate.data.sources.archives import npz_collection
from striate.data.sources.folders import SHAPE
from striate.data.sources.given import given_collection
from striate.data.sources.idx import holds_idx, idx_collection
from striate.data.sources.known import NAMES, known_collection
from striate.data.sources.listing import csv_collection
from striate.data.sources.loading import load_folder
from striate.data.sources.shards import holds_shards, shard_collection
from striate.data.splitting import divide
from striate.errors import DataError, OptionError

ENDINGS: Mapping[str, Callable[[Path, Shape | None], Collection]] = {
    ".npz": lambda path, _: npz_collection(path),
    ".csv": lambda path, sides: csv_collection(path, path.parent, sides),
    ".tar": shard_collection,
}
"""What opens a path that is no folder, by its ending."""

FEW = 20
"""So many classes are listed where one is not known; of more, those with a similar name."""


def open_images(source: Source, *, seed: int = 0, size: Size | None = None) -> Collection:
    """Every image of the source, in memory, in splits that depend on the seed alone.

    `size` is the side of a square in pixels, or (channels, height, width), or a Look; without it
    images keep their size where that is small, and the same for all. Raises DataError where the
    source is unknown or cannot be used.

    >>> digits = open_images("digits", seed=0)
    >>> digits.size, len(digits.splits["test"]), digits.classes[:3]
    ((1, 8, 8), 360, ('0', '1', '2'))
    """
    collection = _found(source, size)
    if len(collection.classes) < 2:
        raise DataError(
            f"{named(source)} has one class only, {', '.join(collection.classes)}",
            help=["two classes are the fewest that can be told apart: add the images of another"],
        )
    return divide(collection, seed)


def open_labelled(
    source: Source, *, classes: Sequence[str], size: Seen, ids: Sequence[str] = ()
) -> Collection:
    """The images of a source that can judge a network, labelled by their place in `classes`.

    They are in the splits that the source comes with; one without is all "train". (For the source
    of the training, open_images gives the splits that were kept apart.) A class of the source has
    its name, or the one at its place in `ids`. Raises DataError for one that has neither.

    >>> digits = open_labelled("digits", classes="9876543210", size=(3, 12, 12))
    >>> digits.splits["train"].labels[:3]
    tensor([9, 8, 7])
    """
    collection = _found(source, size)
    known = {name: place for names in (ids, classes) for place, name in enumerate(names)}
    unknown = [label for label in collection.classes if label not in known]
    if unknown:
        raise DataError(
            f"{named(source)} has a class that the network does not know: {unknown[0]!r}",
            help=[_knows(unknown[0], classes)],
        )
    places = torch.tensor([known[label] for label in collection.classes])
    splits = {
        name: replace(split, labels=places[split.labels])
        for name, split in collection.splits.items()
    }
    return replace(collection, classes=tuple(classes), splits=splits)


def _knows(asked: str, classes: Sequence[str]) -> str:
    """Which classes a network knows; of many, those with names that look like what was asked for.

    >>> _knows("bees", ["bee", *(f"number {place}" for place in range(998)), "beer"])
    'it knows 1,000 classes, such as bee, beer and number 9'
    """
    if len(classes) <= FEW:
        return f"it knows {', '.join(classes)}"
    like = get_close_matches(asked, classes, 3, cutoff=0) or list(classes[:3])
    return f"it knows {len(classes):,} classes, such as {', '.join(like[:-1])} and {like[-1]}"


def _found(source: Source, size: Size | None) -> Collection:
    """The source with the splits that it comes with, in the size that is asked for."""
    if isinstance(size, Look):
        return _in_look(_opened(source, size), size)
    size = _sized(size)
    sides = (size, size) if isinstance(size, int) else size[1:] if size else None
    if sides and min(sides) < 1:
        raise OptionError(f"images cannot be {sides[0]}x{sides[1]}", help=["sides begin at 1"])
    collection = _opened(source, sides)
    if sides:
        shift = round(collection.shift * min(sides) / min(collection.size[1:]))
        collection = _changed(collection, lambda images: of_shape(images, *sides))
        collection = replace(collection, shift=shift)
    if isinstance(size, tuple):
        collection = _in_channels(collection, size[0])
    return collection


def _in_look(collection: Collection, look: Look) -> Collection:
    """The collection as a look has it, which notes say."""
    shift = round(collection.shift * min(look.size[1:]) / min(collection.size[1:]))
    planes = planes_of(collection.splits["train"].pixels)
    other = [_seen_in(look.size[0])] if planes != look.size[0] else []
    notes = (look.sentence, *collection.notes, *other)
    collection = _changed(
        collection,
        lambda images: gathered([images], look) if isinstance(images, Tensor) else images,
    )
    return replace(collection, notes=notes, shift=shift, look=look)


def _sized(size: Any) -> int | tuple[int, int, int] | None:
    """A size in the form that it should have. Raises OptionError where it is none."""
    if size is None:
        return None
    given: list[Any] = [*size] if isinstance(size, tuple | list) else [size]
    whole = [index(one) for one in given if hasattr(one, "__index__") and one is not True]
    if len(whole) != len(given) or len(whole) not in (1, 3):
        raise OptionError(
            f"images cannot be of the size {size}",
            help=["size takes a side in pixels, such as 64, or (channels, height, width)"],
        )
    return (whole[0], whole[1], whole[2]) if len(whole) == 3 else whole[0]


def _in_channels(collection: Collection, channels: int) -> Collection:
    """The collection in grey (1) or in colour (3); where that changes it, a note says so."""
    if collection.size[0] != channels:
        collection = replace(collection, notes=(*collection.notes, _seen_in(channels)))
    return _changed(collection, lambda images: of_channels(images, channels))


def _seen_in(channels: int) -> str:
    """What is said where images are looked at in other channels than their own."""
    return f"they are seen in {'grey' if channels == 1 else 'red, green and blue'}"


def _changed(collection: Collection, change: Callable[[Images], Images]) -> Collection:
    """The collection with its images changed."""
    splits = {
        name: replace(split, images=change(split.pixels))
        for name, split in collection.splits.items()
    }
    return replace(collection, splits=splits)


def _opened(source: Source, sides: Shape | None) -> Collection:
    """The source as it comes; files already in the (height, width) that is asked for."""
    match source:
        case str() if source in NAMES:
            return _known(source)
        case str() | Path():
            return replace(_at(expanded(Path(source)), sides), source=address(source))
        case (str() | Path(), str() | Path()):
            folder, labels = (Path(path) for path in address(source))
            return replace(csv_collection(labels, folder, sides), source=address(source))
        case _:
            return given_collection(source, sides)


def _known(name: str) -> Collection:
    """The set of that name, which goes before a folder of that name."""
    collection = known_collection(name)
    if Path(name).is_dir():
        note = f"{name} is the known set; the folder of that name is ./{name}"
        collection = replace(collection, notes=(note,))
    return collection


def _at(path: Path, sides: Shape | None) -> Collection:
    """What is at a path: a file or shards by the ending, or what lies in a folder."""
    if path.is_dir():
        folder = path.resolve()
        if holds_idx(folder):
            return idx_collection(folder)
        return (shard_collection if holds_shards(folder) else load_folder)(folder, sides)
    ending = path.suffix.lower()
    if ending not in ENDINGS or not (path.exists() or ending == ".tar"):
        raise _unknown(path)
    return ENDINGS[ending](path.resolve() if path.exists() else path.absolute(), sides)


def _unknown(path: Path) -> DataError:
    """The error for a source that is neither a name nor a folder."""
    what = "is a file, not a folder" if path.exists() else "is neither a folder nor a known set"
    close = get_close_matches(str(path), NAMES, n=1)
    meant = [f"did you mean {close[0]}?"] if close else []
    files = f"files that are read end in {', '.join(ENDINGS)}"
    return DataError(
        f"{path} {what}", help=[*meant, f"known sets: {', '.join(NAMES)}", SHAPE, files]
    )
