"""Datasets: any object with numbered items of an image and its label, such as torch's own.

Each item is read once, in order. An image may be a PIL image, an array or a tensor; images of
different sizes are brought to one. An item that raises an error is left out and named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from striate.data.collection import Problem
from striate.data.decoding import quiet
from striate.data.images import fit, in_channels, is_grey
from striate.data.look import Look
from striate.data.looking import Shape, to_keep
from striate.data.photos.collected import Images
from striate.data.photos.gathering import gathered
from striate.data.sources.arrays import Part
from striate.data.sources.levels import Levels, as_levels
from striate.errors import DataError

SIDE = 64
"""The side of images that are not all of one size, where none is asked for."""

MANY = 500
"""From so many items on, a bar shows how far the reading is."""

ITEM = "an item is (image, label), or has the keys image and label"
KEYS = (("image", "img"), ("label", "labels"))


@runtime_checkable
class Dataset(Protocol):
    """Anything with a length whose items can be asked for by number."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Any: ...


def read_dataset(dataset: Dataset, name: str, sides: Shape | None = None) -> Part:
    """Every item of a dataset, its images in the shape that is given, or of their own.

    Raises DataError where items are no images with a label, or none can be read.

    >>> part = read_dataset([(np.zeros((3, 4)), "ant"), (np.ones((3, 4)), "bee")], "mine")
    >>> part.images.shape, part.labels, part.files
    (torch.Size([2, 1, 3, 4]), ['ant', 'bee'], ['mine[0]', 'mine[1]'])
    """
    found, labels, files, problems = list[Levels](), list[Any](), list[str](), list[Problem]()
    with quiet():
        for place in _places(len(dataset)):
            file = f"{name}[{place}]"
            try:
                item = dataset[place]
            except Exception as error:  # noqa: BLE001 (whatever the code of others raises)
                problems.append(Problem(file, "cannot be read", f"{type(error).__name__}: {error}"))
                continue
            image, label = _halves(item, file)
            found.append(_levels(image, file, sides))
            labels.append(label.item() if isinstance(label, Tensor | np.generic) else label)
            files.append(file)
    if not found:
        first = f": {problems[0]}" if problems else ""
        raise DataError(f"{name} has no item that can be read{first}", help=[ITEM])
    _require_one_white(found, files)
    return Part(
        _stacked([one.images[:] for one in found], sides), labels, name, files, (*problems,)
    )


def names_of(dataset: Dataset) -> list[str] | None:
    """What a dataset calls its classes, where it says so, as those of torchvision do."""
    names = getattr(dataset, "classes", None)
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        return None
    return list(names)


def _places(count: int) -> Sequence[int]:
    """0 .. count - 1, with a bar on a terminal where there are many."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    hidden = not console.is_terminal or count < MANY
    steps = track(range(count), "reading", console=console, transient=True, disable=hidden)
    return cast("Sequence[int]", steps)


def _halves(item: Any, file: str) -> tuple[Any, Any]:
    """The image and the label of an item."""
    if isinstance(item, Mapping):
        found = [next((item[key] for key in keys if key in item), None) for keys in KEYS]
        if all(half is not None for half in found):
            return found[0], found[1]
    elif isinstance(item, tuple | list) and len(item) >= 2:
        return item[0], item[1]
    raise DataError(f"{file} is {type(item).__name__} without image and label", help=[ITEM])


def _levels(image: Any, file: str, sides: Shape | None) -> Levels:
    """One image as bytes (1, channel, height, width), in a look as it is kept for it."""
    if hasattr(image, "convert"):
        image = np.asarray(image if image.mode == "L" else image.convert("RGB"))
    if not isinstance(image, np.ndarray | Tensor):
        raise DataError(f"{file} has {type(image).__name__} where its image should be", help=[ITEM])
    found = as_levels(image[None], file)
    if isinstance(sides, Look):
        return replace(found, images=to_keep(found.images[:], sides))
    return found


def _require_one_white(found: Sequence[Levels], files: Sequence[str]) -> None:
    """Raise DataError unless all images take the same number for white."""
    for one, file in zip(found, files, strict=True):
        if one.white != found[0].white:
            raise DataError(
                f"{files[0]} seems to have {found[0].white} for white, and {file} {one.white}",
                help=["give every image as bytes 0 to 255, or as floats 0 to 1"],
            )


def _stacked(images: Sequence[Tensor], sides: Shape | None) -> Images:
    """Images (1, channel, row, column) as one, of one size and number of channels."""
    if isinstance(sides, Look):
        return gathered(images, sides)
    if sides is None and len({image.shape[2:] for image in images}) > 1:
        sides = (SIDE, SIDE)
    if sides is not None:
        images = [fit(image, *sides) for image in images]
    if len({image.shape[1] for image in images}) > 1:
        images = [in_channels(image, 3) for image in images]
    whole = torch.cat(tuple(images))
    return in_channels(whole, 1) if is_grey(whole) else whole
