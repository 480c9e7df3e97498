"""Augmentation: another view of an image that keeps its meaning.

A whole batch is changed at once, on its own device, but each image by numbers of its own: they
depend on (seed, epoch, index) alone, never on what else is in the batch. A view is the image

    mirrored in every second epoch, where left and right mean the same (Jordan, "94% on CIFAR-10
    in 3.29 seconds on a single GPU", 2024), and moved by up to `shift` pixels each way;
    cropped, turned, scaled and leaned, in one look between its pixels;
    changed in its levels, and covered in part.

What a view lacks at a border is filled by the mirror image.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from striate.data import chance
from striate.data.augmentation import colour, trivial
from striate.data.augmentation.erasing import erase
from striate.data.augmentation.geometry import about_centre, after, into, leaned, look, turned
from striate.data.augmentation.parts import crops
from striate.data.chance import Draws, uniform
from striate.errors import OptionError

LARGE = 2**14
"""Images of so many levels are mirrored one at a time on a processor, smaller ones all at once."""


@dataclass(frozen=True)
class Augmentation:
    """How much images are changed; as it stands, not at all."""

    flip: bool = False
    """Mirror each image in every second epoch."""
    shift: int = 0
    """Move by up to so many pixels."""
    crop: float = 1.0
    """Show a part of at least this share of the area."""
    rotate: float = 0.0
    """Turn by up to so many degrees."""
    scale: float = 0.0
    """Make larger or smaller by up to this share."""
    shear: float = 0.0
    """Lean sideways by up to this slope."""
    jitter: float = 0.0
    """Change brightness, contrast and saturation by up to this share, and hue by a tenth of it."""
    erase: float = 0.0
    """Cover a part of this share of the images."""
    trivial: bool = False
    """Add TrivialAugment: one of its operations on each image."""

    @property
    def moves(self) -> bool:
        """Whether views look between pixels."""
        return self.crop < 1 or self.trivial or bool(self.rotate or self.scale or self.shear)


def augment(
    images: Tensor, augmentation: Augmentation, *, seed: int, epoch: int, index: ArrayLike
) -> Tensor:
    """A view of each of the images (image, channel, height, width), in the same type and shape.

    `index` (image,) says which images of the split these are. Raises OptionError where the images
    are too small for the shift.

    >>> images = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=torch.uint8).reshape(2, 1, 1, 4)
    >>> images = images.expand(2, 1, 4, 4)
    >>> views = augment(images, Augmentation(flip=True, shift=1), seed=0, epoch=1, index=[7, 8])
    >>> views[:, 0, 0].tolist()
    [[4, 3, 2, 1], [7, 6, 5, 6]]
    """
    draws = Draws(seed, epoch, np.asarray(index, dtype=np.int64))
    views = _shift(images, augmentation, draws)
    if augmentation.moves:
        views = _move(views, augmentation, draws)
    if augmentation.jitter:
        views = _jitter(views, augmentation.jitter, draws)
    if augmentation.trivial:
        views = trivial.change(views, draws)
    if augmentation.erase:
        views = erase(views, augmentation.erase, draws)
    return views


def is_mirrored(draws: Draws) -> NDArray[np.bool_]:
    """Whether each image is mirrored: in every second epoch, from its first or its second on."""
    first = uniform(draws.seed, 0, draws.index, chance.FLIP) < 0.5
    return first ^ (draws.epoch % 2 == 1)


def _shift(images: Tensor, augmentation: Augmentation, draws: Draws) -> Tensor:
    """Images mirrored and moved by whole pixels."""
    batch, channels, height, width = images.shape
    flip, shift = augmentation.flip, augmentation.shift
    if not 0 <= shift < min(height, width):
        raise _misfit(shift, height, width)
    if not shift:
        return _mirror(images, is_mirrored(draws)) if flip else images
    down, right = draws.uniform(chance.ROWS), draws.uniform(chance.COLUMNS)
    rows = _places(height, _moves(down, shift))
    columns = _places(width, _moves(right, shift), is_mirrored(draws) if flip else None)
    places = (rows[:, :, None] * width + columns[:, None, :]).to(images.device)
    places = places.reshape(batch, 1, height * width).expand(batch, channels, height * width)
    return images.flatten(2).gather(2, places).reshape(images.shape)


def _mirror(images: Tensor, mirrored: NDArray[np.bool_]) -> Tensor:
    """Images of which some are mirrored."""
    if images.device.type != "cpu" or images[:1].numel() < LARGE:
        places = torch.from_numpy(np.flatnonzero(mirrored)).to(images.device)
        return images.index_copy(0, places, images.index_select(0, places).flip(3))
    views = images.clone()
    for place in np.flatnonzero(mirrored).tolist():  # one at a time stays in the cache
        views[place] = images[place].flip(2)
    return views


def _move(images: Tensor, augmentation: Augmentation, draws: Draws) -> Tensor:
    """Images cropped, turned, scaled, leaned and moved; one that none of it changes is kept."""
    channels, height, width = images.shape[1:]
    size = height, width
    turn = draws.between(chance.ROTATION, -augmentation.rotate, augmentation.rotate)
    lean = draws.between(chance.SHEAR, -augmentation.shear, augmentation.shear)
    larger = np.exp(draws.between(chance.SCALE, -1, 1) * np.log1p(augmentation.scale))
    linear = turned(turn) @ leaned(0 * lean, lean) / larger[:, None, None]
    maps = about_centre(linear, np.zeros((len(draws.index), 2)), size)
    if augmentation.trivial:
        move = trivial.moving(draws, channels, size, wide=augmentation.flip)
        maps = after(move, maps)
    if augmentation.crop < 1:
        parts = crops(size, size, draws, augmentation.crop).numpy()
        maps = after(maps, into(parts, size))
    moved = np.flatnonzero((maps != np.eye(2, 3)).any((1, 2)))
    places = torch.from_numpy(moved).to(images.device)
    if not len(moved):
        return images
    return images.index_copy(0, places, look(images.index_select(0, places), maps[moved]))


def _jitter(images: Tensor, most: float, draws: Draws) -> Tensor:
    """Images with other levels and, where they are in colour, other colours."""

    def around(middle: float, draw: int, most: float) -> Tensor:
        number = draws.between(draw, middle - most, middle + most)
        return torch.from_numpy(number.astype(np.float32)).to(images.device)

    images = colour.brightness(images, around(1, chance.BRIGHTNESS, most))
    images = colour.contrast(images, around(1, chance.CONTRAST, most))
    if images.shape[1] != 3:
        return images
    images = colour.saturation(images, around(1, chance.COLOUR, most))
    return colour.turn_hue(images, around(0, chance.HUE, most / 10))


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
