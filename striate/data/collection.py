"""A collection: labelled images in parts that never mix.

`train` teaches, `val` chooses, `test` judges. A collection also carries what was found out on the
way: the files that could not be used, what was decided for the user, and which random changes
leave its images meaning the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from striate.data.features import Features
from striate.data.look import Look

if TYPE_CHECKING:
    from striate.data.photos.collected import Photos

SEEN, APART = 200, 4
"""The moments of photos are those of at most so many of them, and of pixels so far apart."""


@dataclass(frozen=True, eq=False)
class Split:
    """Images uint8 (image, channel, height, width), labels int64 (image,), and their files.

    Images are a tensor, or Photos, which stand for one; or Features, float32 (image, number).

    >>> split = Split(torch.zeros(3, 1, 8, 8, dtype=torch.uint8), torch.arange(3), ("a", "b", "c"))
    >>> split.select([2, 0]).files
    ('c', 'a')
    """

    images: "Tensor | Photos | Features"
    labels: Tensor
    files: tuple[str, ...]

    def __post_init__(self) -> None:
        rows = isinstance(self.images, Features)
        assert rows or self.images.dtype == torch.uint8, self.images.dtype
        assert self.labels.dtype == torch.int64, self.labels.dtype
        assert len(self.images) == len(self.labels) == len(self.files)

    def __len__(self) -> int:
        return len(self.files)

    @property
    def pixels(self) -> "Tensor | Photos":
        """The images, where they are images."""
        assert not isinstance(self.images, Features)
        return self.images

    def select(self, index: ArrayLike) -> "Split":
        """The images at the places `index`, in that order."""
        places = torch.from_numpy(np.asarray(index, dtype=np.int64))
        files = tuple(self.files[place] for place in places.tolist())
        images = self.images
        chosen = images[places] if isinstance(images, Tensor) else images.select(places)
        return Split(chosen, self.labels[places], files)


@dataclass(frozen=True)
class Problem:
    """A file that was left out: which, what kind of problem, and the details."""

    file: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}: {self.detail}"


class Row(NamedTuple):
    """One line of a manifest: a file, the name of its class, and the split that it is in."""

    file: str
    label: str
    split: str


@dataclass(frozen=True, eq=False)
class Collection:
    """Everything there is to know about a set of labelled images.

    `source` is what it can be opened from again; `splits` holds "train" and "val", and "test" where
    there is one; `notes` are sentences about what was decided; `flip` and `shift` (in pixels) are
    the augmentation that is right for these images; `look` is that of the weights that are to see
    them, where there are any.

    >>> split = Split(torch.zeros(2, 1, 8, 8, dtype=torch.uint8), torch.arange(2), ("a", "b"))
    >>> pair = Collection("pair", "pair", ("cat", "dog"), {"train": split, "val": split})
    >>> pair.size, pair.mean, pair.std
    ((1, 8, 8), (0.0,), (0.0,))
    >>> pair.manifest()[1]
    Row(file='b', label='dog', split='train')
    """

    name: str
    source: str | tuple[str, str]
    classes: tuple[str, ...]
    splits: Mapping[str, Split]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    flip: bool = False
    shift: int = 0
    look: Look | None = None

    @property
    def size(self) -> tuple[int, int, int]:
        """(channels, height, width) of every image."""
        channels, height, width = self.splits["train"].images.shape[1:]
        return channels, height, width

    @property
    def mean(self) -> tuple[float, ...]:
        """The mean of each channel over the training images, where 255 counts as 1.

        Of photos, over every fourth row and column of the centres of 200, if they are more. Where
        there is a look, it is the look's.
        """
        if self.look is not None:
            return self.look.mean
        return tuple(mean for mean, _ in self._moments)

    @property
    def std(self) -> tuple[float, ...]:
        """The standard deviation of each channel over the training images, where 255 is 1.

        Where there is a look, it is the look's.
        """
        if self.look is not None:
            return self.look.std
        return tuple(std for _, std in self._moments)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over the classes, and each split's name, labels and images.

        Images count by their pixels; photos by the bytes of their files, and what is looked at.
        """
        sha = hashlib.sha256("\0".join(self.classes).encode("utf-8", "surrogateescape"))
        if self.look is not None:
            sha.update(f"\0\0{self.look}".encode())
        for name, split in sorted(self.splits.items()):
            sha.update(f"\0\0{name}{tuple(split.images.shape)}".encode())
            sha.update(split.labels.numpy().astype("<i8").data)
            images = split.images
            images = images.contiguous() if isinstance(images, Tensor) else images.content
            sha.update(images.numpy().data)
        return sha.hexdigest()

    def manifest(self) -> tuple[Row, ...]:
        """Which file is in which split, under which label."""
        return tuple(
            Row(file, self.classes[label], name)
            for name, split in self.splits.items()
            for file, label in zip(split.files, split.labels.tolist(), strict=True)
        )

    @cached_property
    def _moments(self) -> tuple[tuple[float, float], ...]:
        """(mean, deviation) of each channel, from counted levels: the same on every machine."""
        images = self.splits["train"].images
        if isinstance(images, Tensor):
            return tuple(_moments(_levels(channel)) for channel in images.unbind(1))
        step = -(-len(images) // SEEN)
        levels = torch.zeros(self.size[0], 256, dtype=torch.int64)
        for place in range(0, len(images), step):
            some = images[place][:, ::APART, ::APART]
            levels += torch.stack([_levels(channel) for channel in some])
        return tuple(_moments(counted) for counted in levels)


def _levels(channel: Tensor) -> Tensor:
    """How often each of the levels 0 .. 255 occurs: int64 (level,)."""
    return torch.bincount(channel.flatten(), minlength=256)


def _moments(histogram: Tensor) -> tuple[float, float]:
    """Mean and deviation of levels, as parts of 255, from how often each occurs."""
    levels, count = torch.arange(256), int(histogram.sum())
    total, squares = int(histogram @ levels), int(histogram @ levels**2)
    variance = (squares * count - total * total) / (count * count)
    return total / count / 255, variance**0.5 / 255
