"""Arrays: images and labels that a program holds already, as a collection.

Images are (image, height, width), (image, height, width, channel) or (image, channel, height,
width), grey or in colour; bytes from 0 to 255, or parts of white from 0 to 1. Labels are whole
numbers or texts. What cannot be told is refused, not guessed; the arrays stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.collection import Collection, Problem, Split
from striate.data.photos.collected import Photos, planes_of
from striate.data.sources.labels import as_labels
from striate.data.sources.levels import Levels, as_levels
from striate.errors import DataError

MEMORY = "memory"
"""The source of images that no path leads to."""


@dataclass(frozen=True, eq=False)
class Part:
    """The images of one split and their labels as they were given, and what they are called.

    Images that are seen in a look are Photos, all others whatever `as_levels` takes.
    `files` names each image, `problems` what was left out before.
    """

    images: Any
    labels: Any
    name: str
    files: Sequence[str] = ()
    problems: tuple[Problem, ...] = ()


def array_collection(
    parts: Mapping[str, Part],
    *,
    name: str = "arrays",
    source: str = MEMORY,
    names: Sequence[str] | None = None,
) -> Collection:
    """The collection of the given splits, "train" among them.

    Classes are called by their labels, in order, or by `names`, where label n is the nth. Raises
    DataError where images or labels cannot be used, or do not belong together.

    >>> pictures = array_collection({"train": Part(np.zeros((2, 8, 9)), ["dog", "cat"], "x")})
    >>> pictures.size, pictures.classes, pictures.splits["train"].labels.tolist()
    ((1, 8, 9), ('cat', 'dog'), [1, 0])
    """
    levels = {split: _levels(part) for split, part in parts.items()}
    labels = {
        split: as_labels(part.labels, part.name, len(levels[split].images))
        for split, part in parts.items()
    }
    _require_alike(levels, parts)
    values: NDArray[Any] = np.unique(labels["train"])
    splits = {
        split: Split(
            levels[split].images,
            _places(labels[split], values, part.name),
            tuple(part.files or [f"{part.name}[{place}]" for place in range(len(labels[split]))]),
        )
        for split, part in parts.items()
    }
    images = splits["train"].pixels
    return Collection(
        name,
        source,
        _classes(values, names, parts["train"].name),
        splits,
        problems=tuple(problem for part in parts.values() for problem in part.problems),
        notes=(levels["train"].note,),
        flip=planes_of(images) == 3,
        shift=min(images.shape[2:]) // 16,
    )


def _levels(part: Part) -> Levels:
    """The images of one split as bytes."""
    if isinstance(part.images, Photos):
        return Levels(part.images, 255, f"{part.name}: {len(part.images)} images")
    return as_levels(part.images, part.name)


def _places(labels: NDArray[Any], values: NDArray[Any], name: str) -> Tensor:
    """Where each label stands among the classes of train: int64 (image,)."""
    strange = labels[~np.isin(labels, values)] if labels.dtype.kind == values.dtype.kind else labels
    if len(strange):
        raise DataError(
            f"{name} has a class that train has not: {strange[0].item()!r}",
            help=["give labels of one kind, and every class to train"],
        )
    return torch.from_numpy(np.searchsorted(values, labels).astype(np.int64))


def _classes(values: NDArray[Any], names: Sequence[str] | None, name: str) -> tuple[str, ...]:
    """What the classes are called, in order."""
    if names is None or values.dtype.kind == "U":
        return tuple(str(value) for value in values)
    if values[0] < 0 or values[-1] >= len(names):
        odd = values[0] if values[0] < 0 else values[-1]
        raise DataError(
            f"{name} has the label {odd}, and there are {len(names)} names of classes, from 0 on",
            help=["give a name for each class, or none at all"],
        )
    return tuple(str(names[value]) for value in values)


def _require_alike(levels: Mapping[str, Levels], parts: Mapping[str, Part]) -> None:
    """Raise DataError where splits differ in the size of images or in what white is.

    Photos may be of any size.
    """
    first = levels["train"]
    for split, other in levels.items():
        photos = isinstance(first.images, Photos) or isinstance(other.images, Photos)
        for what, mine, its in (
            ("images of", _size(first), _size(first if photos else other)),
            ("white as", first.white, other.white),
        ):
            if mine != its:
                raise DataError(
                    f"{parts['train'].name} has {what} {_shown(mine)}, and {parts[split].name} "
                    f"has {what} {_shown(its)}",
                    help=["prepare all splits in the same way"],
                )


def _size(levels: Levels) -> tuple[int, ...]:
    """(channels, height, width) of each image."""
    return tuple(levels.images.shape[1:])


def _shown(value: Any) -> str:
    """A size as 3x8x8, a number as it is."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
