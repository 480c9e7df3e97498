"""A task: what a network is trained for, as one record that is handed down.

Training knows steps, precision and exactness; what the target of an image is, what counts as a
loss and how an answer is measured, it learns from the task alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

from torch import Tensor

from striate.data.collection import Collection
from striate.data.look import Size
from striate.data.sources.addresses import Source
from striate.training.recipe import Recipe


class Opener(Protocol):
    """What opens a collection, and opens it again later."""

    def __call__(self, source: Source, *, seed: int, size: Size | None) -> Collection:
        """The images of a source, split by `seed`, in their own size if there is none."""
        ...


def means(sums: Mapping[str, Tensor], count: int) -> dict[str, float]:
    """Each measure's mean over `count` images."""
    return {name: float(value) / count for name, value in sums.items()}


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
    """(output, target) -> what each measure needs, summed over the batch; "loss" among them.

    Of any shape; a measure that is no mean over images, such as one of each class, gives counts.
    """
    best: str
    """The measure whose highest value over `val` marks the best weights."""
    check: Callable[[Tensor, Collection], None]
    """(output, collection) -> nothing, or a ShapeError where the two do not fit."""
    head: bool
    """Whether the network needs to know how many classes there are."""
    counted: bool = True
    """Whether `best`, if it lies in 0 .. 1, is the share of the images that were answered right."""
    finish: Callable[[Mapping[str, Tensor], int], dict[str, float]] = means
    """(the sums over all images, how many they are) -> each measure; "loss" is a mean."""
    balanced: str | None = None
    """The measure in the place of `best` where a recipe makes up for rare classes."""

    def under(self, recipe: Recipe) -> Self:
        """The task as a recipe means it.

        Who asks for balance wants rare classes recognised, and accuracy would choose the weights
        that neglect them; without balance the best weights are those that are right most often.
        """
        chosen = recipe.balance != "none" and self.balanced
        return replace(self, best=self.balanced) if chosen else self

    @property
    def aside(self) -> str | None:
        """The measure that is written down while training, and not shown."""
        return None if self.best == self.balanced else self.balanced
