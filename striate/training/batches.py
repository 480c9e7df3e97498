"""Batches: which images a step looks at, and how they are prepared for the network.

Order and augmentation are functions of (seed, epoch) and (seed, epoch, image), so a batch is a
function of the step alone and nothing random has to be saved. Images wait as bytes on the device
and are indexed, moved and mirrored a whole batch at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.augmentation.mixing import Mixing, mix
from striate.data.chance import Draws, balanced_order, order, words
from striate.data.collection import Split
from striate.training.recipe import Recipe
from striate.training.viewing import Views

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
"""What torch calls the layouts of a recipe."""

AT_ONCE = 2**19
"""So many levels are prepared at a time: they stay in the cache of a processor."""

NOISE = 100
"""The draw of `chance` that seeds what a network itself draws in a step, such as dropout."""


@dataclass(frozen=True, eq=False)
class Preparation:
    """Bytes (image, channel, height, width) -> what the network is given: mean 0, deviation 1.

    What is no longer bytes, the rows of features, is given as it is.

    >>> prepare = Preparation.of((0.5,), (0.25,), Recipe(device="cpu", layout="contiguous"))
    >>> prepare(torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1)).flatten().tolist()
    [-2.0, 2.0]
    """

    scale: Tensor
    shift: Tensor
    layout: torch.memory_format

    @classmethod
    def of(cls, mean: Sequence[float], std: Sequence[float], recipe: Recipe) -> "Preparation":
        """From the moments of each channel, where 255 counts as 1."""
        deviation = [max(value, 1 / 255) for value in std]
        scale = [1 / (255 * value) for value in deviation]
        shift = [-middle / value for middle, value in zip(mean, deviation, strict=True)]
        channels = (1, len(scale), 1, 1)
        return cls(
            torch.tensor(scale).reshape(channels).to(recipe.device),
            torch.tensor(shift).reshape(channels).to(recipe.device),
            LAYOUTS[recipe.layout],
        )

    def __call__(self, images: Tensor) -> Tensor:
        """Scale and shift a batch at once, float32, on the device."""
        images = images.to(self.scale.device)
        if images.dtype == torch.float32:
            return images
        if images.shape[1] > 1 and images.is_contiguous(memory_format=torch.channels_last):
            return self._in_rows(images).contiguous(memory_format=self.layout)
        prepared = torch.mul(images, self.scale).add_(self.shift)
        return prepared.contiguous(memory_format=self.layout)

    def _in_rows(self, images: Tensor) -> Tensor:
        """The same of images whose channels lie side by side: a row of all of them at a time."""
        batch, channels, height, width = images.shape
        levels = images.permute(0, 2, 3, 1).reshape(batch * height, width * channels)
        scale, shift = (values.flatten().repeat(width) for values in (self.scale, self.shift))
        rows = torch.empty(levels.shape, device=levels.device)
        few = max(1, AT_ONCE // (width * channels))
        for made, given in zip(rows.split(few), levels.split(few), strict=True):
            made.copy_(given).mul_(scale).add_(shift)
        return rows.view(batch, height, width, channels).permute(0, 3, 1, 2)

    def undone(self, x: Tensor) -> Tensor:
        """The bytes that are nearest to what is prepared: uint8, on the device.

        >>> prepare = Preparation.of((0.5,), (0.25,), Recipe(device="cpu", layout="contiguous"))
        >>> prepare.undone(torch.tensor([-9.0, -2.0, 1.0, 2.0]).reshape(4, 1, 1, 1)).flatten()
        tensor([  0,   0, 191, 255], dtype=torch.uint8)
        """
        levels = (x.to(self.scale.device) - self.shift) / self.scale
        return levels.round().clamp(0, 255).to(torch.uint8)


@dataclass(frozen=True, eq=False)
class Batch:
    """Images uint8 (image, channel, height, width) as a network sees them, and their labels.

    Where a beginning of the network is computed already, rows float32 (image, number) instead.

    Where images are mixed, each is `share` (image,) its own and the rest another, of the label in
    `others`.
    """

    images: Tensor
    labels: Tensor
    others: Tensor | None = None
    share: Tensor | None = None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(eq=False)
class Batches:
    """The batches of every epoch; they differ in size by at most one image, and none is left out.

    A batch is cut into the parts in which it is computed (`accumulate`), and each of those among
    the `ranks` processes that train together: whatever these are, a step sees the same images.
    One that is mixed is mixed with the image before it in the batch, the first with the last.

    >>> split = Split(torch.zeros(5, 1, 2, 2, dtype=torch.uint8), torch.arange(5), tuple("abcde"))
    >>> batches = Batches(split, Recipe(batch=2, flip=False, shift=0, device="cpu"))
    >>> batches.steps, [batches.at(step).labels.tolist() for step in range(3)]
    (3, [[1], [0, 4], [2, 3]])
    """

    split: Split
    recipe: Recipe
    rank: int = 0
    ranks: int = 1
    _epoch: int = field(default=-1, init=False)
    _order: NDArray[np.int64] = field(init=False)
    _noise: NDArray[np.uint64] = field(init=False)

    def __post_init__(self) -> None:
        self._views = Views.of(self.split.images, self.recipe)
        self._labels = self.split.labels.to(self.recipe.device)
        self._mixing = Mixing(self.recipe.mixup or 0.0, self.recipe.cutmix or 0.0)

    @property
    def steps(self) -> int:
        """How many steps there are in an epoch."""
        assert self.recipe.batch is not None
        return -(-len(self.split) // self.recipe.batch)

    @property
    def parts(self) -> int:
        """In how many parts this process computes a batch: none has fewer than one image."""
        return min(self.recipe.accumulate, len(self.split) // self.steps)

    def at(self, step: int, part: int = 0) -> Batch:
        """What this process is to learn from in a part of a step, both counted from 0."""
        epoch, index = self._index(step)
        mine, pieces = part * self.ranks + self.rank, self.parts * self.ranks
        first, last = (piece * len(index) // pieces for piece in (mine, mine + 1))
        return self._shown(epoch, index[first:last], index[np.arange(first, last) - 1])

    def _shown(self, epoch: int, index: NDArray[np.int64], partners: NDArray[np.int64]) -> Batch:
        """These showings of an epoch, mixed with their partners where the recipe asks for it."""
        if not self._mixing:
            return Batch(self._views.shown(epoch, index), self._labelled(index))
        once, back = np.unique(np.concatenate([index, partners]), return_inverse=True)
        both = torch.from_numpy(back).to(self.recipe.device)
        views = self._views.shown(epoch, once).index_select(0, both)
        draws = Draws(self.recipe.seed, epoch, index)
        mixed, share = mix(views[: len(index)], views[len(index) :], self._mixing, draws)
        return Batch(mixed, self._labelled(index), self._labelled(partners), share)

    def _labelled(self, index: NDArray[np.int64]) -> Tensor:
        """The labels of showings, on the device."""
        places = torch.from_numpy(index % len(self.split))
        return self._labels.index_select(0, places.to(self.recipe.device))

    def shown(self, epoch: int, image: int) -> Batch:
        """What an epoch makes of one image of the split, for each time that it is shown."""
        self._turn_to(epoch * self.steps)
        starts = np.arange(self.steps + 1) * len(self.split) // self.steps
        places = np.flatnonzero(self._order % len(self.split) == image)
        step = np.searchsorted(starts, places, side="right") - 1
        before = np.where(places == starts[step], starts[step + 1], places) - 1
        return self._shown(epoch, self._order[places], self._order[before])

    def size(self, step: int) -> int:
        """How many images a step sees, in all its parts and processes."""
        return len(self._index(step)[1])

    def seen(self, step: int) -> int:
        """How many images of its epoch have been seen once `step` steps are done."""
        place = (step - 1) % self.steps + 1
        return place * len(self.split) // self.steps

    def noise(self, step: int, part: int = 0) -> int:
        """The seed of what the network itself draws in a part of a step."""
        epoch, place = self._turn_to(step)
        if not part and not self.rank:
            return int(self._noise[place])
        key = (place * self.parts + part) * self.ranks + self.rank
        return int(words(self.recipe.seed, epoch, key, NOISE + 1))

    def _index(self, step: int) -> tuple[int, NDArray[np.int64]]:
        """The epoch of a step, and its showings: each of the image at its remainder by all."""
        epoch, place = self._turn_to(step)
        count = len(self.split)
        return epoch, self._order[place * count // self.steps : (place + 1) * count // self.steps]

    def _turn_to(self, step: int) -> tuple[int, int]:
        """The epoch of a step and its place there; order and noise are those of the epoch."""
        epoch, place = divmod(step, self.steps)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._showings(epoch)
            self._noise = words(self.recipe.seed, epoch, np.arange(self.steps), NOISE)
        return epoch, place

    def _showings(self, epoch: int) -> NDArray[np.int64]:
        """Which images an epoch shows, in order; with `balance`, some of them several times."""
        if self.recipe.balance == "sampling":
            return balanced_order(self.recipe.seed, epoch, self.split.labels.numpy())
        return order(self.recipe.seed, epoch, len(self.split))
