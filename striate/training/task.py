"""A task: what a network is trained for, as one record that is handed down.

Training knows steps, precision and exactness; what the target of an image is, what counts as a
loss and how an answer is measured, it learns from the task alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import Tensor

from striate.data.collection import Collection
from striate.training.recipe import Recipe

Size = int | tuple[int, int, int]
"""The side of a square image in pixels, or (channels, height, width)."""


class Opener(Protocol):
    """What opens a collection, and opens it again later."""

    def __call__(self, source: str | Path, *, seed: int, size: Size | None) -> Collection:
        """The images that `source` names, split by `seed`, in their own size if there is none."""
        ...


@dataclass(frozen=True)
class Task:
    """What a network is trained for.

    `x` is a batch of prepared images (image, channel, height, width), float; `output` is what the
    network makes of them, float32.
    """

    name: str
    open: Opener
    target: Callable[[Tensor, Tensor], Tensor]
    """(x, labels) -> what the output is compared with."""
    loss: Callable[[Tensor, Tensor, Recipe], Tensor]
    """(output, target, recipe) -> the loss of each image: (image,)."""
    measures: Callable[[Tensor, Tensor], dict[str, Tensor]]
    """(output, target) -> each measure, summed over the batch; "loss" among them."""
    best: str
    """The measure whose highest mean over `val` marks the best weights."""
    check: Callable[[Tensor, Collection], None]
    """(output, collection) -> nothing, or a ShapeError where the two do not fit."""
    head: bool
    """Whether the network needs to know how many classes there are."""
    counted: bool = True
    """Whether `best`, if it lies in 0 .. 1, is the share of the images that were answered right."""
