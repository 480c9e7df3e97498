"""Levels: numbers that somebody took for brightness, as bytes with the channels first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.arithmetic.window import show
from striate.data.photos.collected import Images
from striate.errors import DataError

SHAPES = "images are (image, height, width), with 1 or 3 channels in front of these or behind"
RANGE = "give them as they are before normalisation: bytes 0 to 255, or floats 0 to 1"


@dataclass(frozen=True, eq=False)
class Levels:
    """Images uint8 (image, channel, height, width), the number that was white, and a note."""

    images: Images
    white: int
    note: str


def as_levels(given: Any, name: str) -> Levels:
    """Images in any of the usual shapes and ranges as bytes.

    Raises DataError, which calls them `name`, where shape or range cannot be told.

    >>> as_levels(np.array([[[0.0, 0.5, 1.0]]]), "x").images
    tensor([[[[  0, 128, 255]]]], dtype=torch.uint8)
    """
    try:
        numbers = as_numbers(given)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{name} is no array of images: {error}", help=[SHAPES, "all of one size"]
        ) from None
    if numbers.dtype.kind not in "buif":
        raise DataError(f"{name} holds {numbers.dtype}, not numbers", help=[SHAPES, RANGE])
    images, order = _channels_first(numbers, name)
    white = _white(numbers, name)
    scaled = images if white == 255 else images.astype(np.float32) * 255
    if scaled.dtype.kind == "f":
        scaled = np.rint(scaled)
    tensor = torch.from_numpy(np.array(scaled, dtype=np.uint8, order="C"))
    size = show(tensor.shape[1:])
    highest = int(tensor.max())
    dark = f"; the brightest is {highest}" if white == 255 and highest < 128 else ""
    return Levels(tensor, white, f"{name}: {size}{order}, {white} taken as white{dark}")


def as_numbers(given: Any) -> NDArray[Any]:
    """What was given as an array, itself where it is one; a tensor comes from its device.

    Raises ValueError where it has no one shape.
    """
    if isinstance(given, Tensor):
        given = given.detach().cpu()
        return (given.float() if given.dtype == torch.bfloat16 else given).numpy()
    return np.asarray(given)


def _channels_first(numbers: NDArray[Any], name: str) -> tuple[NDArray[Any], str]:
    """The images as (image, channel, height, width), and where the channels were."""
    shape = numbers.shape
    if 0 in shape or numbers.ndim not in (3, 4):
        side = round(shape[1] ** 0.5) if numbers.ndim == 2 else 0
        flat = [f"rows of pixels: {name}.reshape(-1, {side}, {side})"] if side**2 > 1 else []
        if numbers.ndim == 2 and side**2 != shape[1]:
            flat = []
        raise DataError(f"{name} has the shape {shape}", help=[SHAPES, *flat])
    if numbers.ndim == 3:
        return numbers[:, None], ""
    first, last = shape[1] in (1, 3), shape[3] in (1, 3)
    if first == last:
        found = "could have its channels in front or behind" if first else "has no such channels"
        remedy = [f"without transparency: {name}[..., :3]"] if shape[3] == 4 else []
        raise DataError(f"{name} of the shape {shape} {found}", help=[SHAPES, *remedy])
    if first:
        return numbers, ", channels first"
    return np.moveaxis(numbers, 3, 1), ", channels last"


def _white(numbers: NDArray[Any], name: str) -> int:
    """The number that stands for white: 1 or 255."""
    if numbers.dtype == np.uint8:
        return 255
    if numbers.dtype.kind == "b":
        return 1
    if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
        place = int(np.argmin(np.isfinite(numbers.reshape(len(numbers), -1)).all(1)))
        raise DataError(f"image {place} of {name} has a number that is not finite", help=[RANGE])
    low, high = numbers.min().item(), numbers.max().item()
    found = f"{name} has numbers from {low:g} to {high:g}"
    if low < 0 or high > 255:
        raise DataError(f"{found}, which are no levels of brightness", help=[RANGE])
    if high <= 1:
        return 1
    whole = numbers.dtype.kind != "f" or bool((numbers == np.rint(numbers)).all())
    if not whole and high < 32:
        raise DataError(f"{found}: is 1 white, or 255?", help=[RANGE])
    return 255
