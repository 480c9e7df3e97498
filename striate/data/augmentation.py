"""Augmentation: another view of an image that keeps its meaning.

A view is the image moved by up to `shift` pixels each way, what is missing at a border filled by
its mirror image, and, where left and right mean the same, mirrored half of the time. A whole
batch is changed at once, on its own device, but each image by numbers of its own: they depend on
(seed, epoch, index) alone, never on what else is in the batch.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from striate.data.chance import COLUMNS, FLIP, ROWS, uniform
from striate.errors import OptionError


@dataclass(frozen=True)
class Augmentation:
    """Mirror half of the images, or none; move each by up to `shift` pixels."""

    flip: bool
    shift: int


def augment(
    images: Tensor, augmentation: Augmentation, *, seed: int, epoch: int, index: ArrayLike
) -> Tensor:
    """A view of each of the images (image, channel, height, width), in the same type and shape.

    `index` (image,) says which images of the split these are. Raises OptionError where the images
    are too small for the shift.

    >>> images = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=torch.uint8).reshape(2, 1, 1, 4)
    >>> images = images.expand(2, 1, 4, 4)
    >>> views = augment(images, Augmentation(flip=True, shift=1), seed=0, epoch=2, index=[7, 8])
    >>> views[:, 0, 0].tolist()
    [[4, 3, 2, 1], [7, 6, 5, 6]]
    """
    batch, channels, height, width = images.shape
    flip, shift = augmentation.flip, augmentation.shift
    if not 0 <= shift < min(height, width):
        raise _misfit(shift, height, width)
    if not flip and not shift:
        return images
    down, right, mirrored = (uniform(seed, epoch, index, draw) for draw in (ROWS, COLUMNS, FLIP))
    rows = _places(height, _moves(down, shift))
    columns = _places(width, _moves(right, shift), mirrored < (0.5 if flip else 0))
    places = (rows[:, :, None] * width + columns[:, None, :]).to(images.device)
    places = places.reshape(batch, 1, height * width).expand(batch, channels, height * width)
    return images.flatten(2).gather(2, places).reshape(images.shape)


def _moves(number: NDArray[np.float64], shift: int) -> NDArray[np.int64]:
    """Numbers in [0, 1) as whole moves from -shift to shift, each as likely as the others."""
    return np.floor(number * (2 * shift + 1)).astype(np.int64) - shift


def _places(
    size: int, move: NDArray[np.int64], mirrored: NDArray[np.bool_] | None = None
) -> Tensor:
    """Where each of the `size` places of a view looks in its image: int64 (image, place)."""
    place = np.arange(size) + move[:, None]
    place = np.abs(place)
    place = np.minimum(place, 2 * (size - 1) - place)
    if mirrored is not None:
        place = np.where(mirrored[:, None], size - 1 - place, place)
    return torch.from_numpy(place)


def _misfit(shift: int, height: int, width: int) -> OptionError:
    """The error for a shift that is below zero, or that leaves nothing of an image."""
    most = min(height, width) - 1
    return OptionError(
        f"images of {height}x{width} cannot be shifted by {shift} pixels",
        help=[f"shift takes 0 to {most} for these images; {min(height, width) // 16} is usual"],
    )
