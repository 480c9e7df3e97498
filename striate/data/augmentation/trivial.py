"""TrivialAugment: one operation on each image, at a random strength (Müller and Hutter, 2021).

The operations and their ranges are those of the paper's wide space, in 31 strengths; moves are
of up to 10 in 32 pixels, as in the narrow one, so that something is left to be seen. Images that
do not mean the same when they are mirrored, such as digits, are turned and leaned as in the
narrow space; grey images get no colour.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.augmentation import colour
from striate.data.augmentation.geometry import Maps, about_centre, leaned, turned
from striate.data.chance import OPERATION, SIGN, STRENGTH, Draws

MOVES = ("rotate", "shear x", "shear y", "translate x", "translate y")
"""The operations that move pixels."""

TURN, LEAN, MOVE, AWAY = {True: 135, False: 30}, {True: 0.99, False: 0.3}, 10 / 32, 0.99
"""The greatest angle in degrees and slope, by whether mirrored images mean the same; the greatest
move as a share of the side; how far brightness and its like go from 1."""

Strength = NDArray[np.float64]
Change = Callable[[Tensor, Strength, Strength], Tensor]
"""What an operation makes of images by strengths from 0 to 1 and signs, both (image,)."""


def _factored(change: Callable[[Tensor, Tensor], Tensor]) -> Change:
    """A change by a factor around 1."""
    return lambda images, strength, sign: change(
        images, torch.from_numpy(1 + AWAY * strength * sign).to(images.device, torch.float32)
    )


def _whole(change: Callable[[Tensor, Tensor], Tensor], most: float, least: float) -> Change:
    """A change by a whole number, from `most` at no strength to `least` at full strength."""
    return lambda images, strength, _: change(
        images,
        torch.from_numpy(np.rint(most - (most - least) * strength).astype(np.int32)).to(
            images.device
        ),
    )


CHANGES: dict[str, Change] = {
    "identity": lambda images, *_: images,
    "autocontrast": lambda images, *_: colour.autocontrast(images),
    "equalize": lambda images, *_: colour.equalize(images),
    "solarize": _whole(colour.solarize, 256, 0),
    "posterize": _whole(colour.posterize, 8, 2),
    "contrast": _factored(colour.contrast),
    "brightness": _factored(colour.brightness),
    "sharpness": _factored(colour.sharpness),
    "color": _factored(colour.saturation),
}
"""The operations that change levels; the last is for images in colour."""


def operations(channels: int) -> tuple[str, ...]:
    """The names of the operations, all as likely.

    >>> len(operations(3)), len(operations(1))
    (14, 13)
    """
    changes = tuple(CHANGES) if channels == 3 else tuple(CHANGES)[:-1]
    return MOVES + changes


def drawn(draws: Draws, channels: int) -> tuple[NDArray[np.str_], Strength, Strength]:
    """The name of the operation on each image, its strength from 0 to 1, and its sign."""
    names = np.array(operations(channels))
    chosen = names[(draws.uniform(OPERATION) * len(names)).astype(np.int64)]
    strength = np.floor(draws.uniform(STRENGTH) * 31) / 30
    return chosen, strength, np.where(draws.uniform(SIGN) < 0.5, -1.0, 1.0)


def moving(draws: Draws, channels: int, size: tuple[int, int], *, wide: bool) -> Maps:
    """Where the views look (image, 2, 3): elsewhere for those whose operation is a move."""
    name, strength, sign = drawn(draws, channels)
    signed = strength * sign

    def by(operation: str, most: float) -> Strength:
        return np.where(name == operation, signed * most, 0)

    lean = leaned(by("shear y", LEAN[wide]), by("shear x", LEAN[wide]))
    move = np.stack([by("translate y", MOVE * size[0]), by("translate x", MOVE * size[1])], -1)
    return about_centre(turned(by("rotate", TURN[wide])) @ lean, move, size)


def change(images: Tensor, draws: Draws) -> Tensor:
    """Images uint8 (image, channel, height, width), those changed whose operation is no move."""
    name, strength, sign = drawn(draws, images.shape[1])
    changed = images.clone()
    for operation, apply in CHANGES.items():
        chosen = np.flatnonzero(name == operation)
        if len(chosen) and operation != "identity":
            places = torch.from_numpy(chosen).to(images.device)
            group = apply(images.index_select(0, places), strength[chosen], sign[chosen])
            changed.index_copy_(0, places, group)
    return changed
