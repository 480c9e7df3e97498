"""Given: images that are in memory already, in whatever form a program has them.

(x, y)                                    arrays or tensors, and their labels
dataset                                   anything with numbered items (image, label)
{"train": (x, y), "test": dataset}        each split by itself
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from striate.data.collection import Collection
from striate.data.images import fit, in_channels
from striate.data.look import Look, Seen
from striate.data.looking import Shape, seen
from striate.data.sources.arrays import MEMORY, Part, array_collection
from striate.data.sources.datasets import Dataset, names_of, read_dataset
from striate.data.sources.folders import PARTS
from striate.data.sources.levels import as_levels
from striate.errors import DataError

Given = tuple[Any, Any] | Mapping[str, Any] | Dataset
"""Images with their labels, in memory."""

ONCE = "what it changes at random stays as it was drawn"
FORMS = "in memory, images are a pair (x, y), a Dataset, or a mapping of splits to these"


def given_collection(given: Any, sides: Shape | None = None) -> Collection:
    """The collection of what was given; images of a Dataset get the shape that is asked for.

    Raises DataError where it is none of the forms above, or its images cannot be used.
    """
    splits = _splits(given) if isinstance(given, Mapping) else {"train": given}
    alone = len(splits) == 1
    parts = {
        split: _part(one, "images" if alone else split, sides) for split, one in splits.items()
    }
    first = splits["train"]
    if isinstance(first, tuple):
        return array_collection(parts, source=MEMORY)
    name = type(first).__name__
    found = array_collection(parts, name=name, source=MEMORY, names=names_of(first))
    return replace(found, notes=(*found.notes, f"{name} is read once: {ONCE}"))


def given_images(given: Any, size: Seen) -> Tensor:
    """Images in memory as uint8 (image, channel, height, width) of a size, or in a look.

    Raises DataError.
    """
    images = as_levels(given, "images").images[:]
    if isinstance(size, Look):
        return seen(images, size)
    channels, *sides = size
    return in_channels(fit(images, *sides), channels)


def is_images(value: object) -> bool:
    """Whether a value is the array half of a pair: an array, a tensor, or a list of such."""
    return isinstance(value, Tensor | np.ndarray | list) or (
        hasattr(value, "__array__") and not isinstance(value, str)
    )


def _splits(given: Mapping[Any, Any]) -> dict[str, Any]:
    """What was given for each split, under the names that splits have here."""
    named = [(PARTS.get(str(key).lower()), one) for key, one in given.items()]
    splits = {split: one for split, one in named if split is not None}
    if len(splits) < len(given) or "train" not in splits:
        raise DataError(
            f"splits are called {', '.join(map(repr, given)) or 'nothing'}",
            help=["give train, and where there are any, val and test, each once"],
        )
    return splits


def _part(one: Any, name: str, sides: Shape | None) -> Part:
    """The images and labels of one split."""
    if isinstance(one, tuple) and len(one) == 2:
        return Part(one[0], one[1], name)
    if isinstance(one, Dataset) and not isinstance(one, tuple | str) and not is_images(one):
        return read_dataset(one, name, sides)
    count = f" of {len(one)}" if isinstance(one, tuple) else ""
    raise DataError(f"{type(one).__name__}{count} is no set of labelled images", help=[FORMS])
