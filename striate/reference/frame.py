"""The frame around an image: what padding is filled with, and where what falls on it belongs.

    zeros      0 0 | a b c | 0 0        edge       a a | a b c | c c
    reflect    c b | a b c | b a        circular   b c | a b c | a b

Every border but zeros copies pixels. So one thing describes a frame in both directions: for each
pixel of the padded image, the number of the pixel that it is a copy of.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.sweep import Border, split

Array = NDArray[np.float64]
Sides = Sequence[tuple[int, int]]


def copied(size: Sequence[int], sides: Sides, border: Border) -> NDArray[np.intp]:
    """The number of the pixel that each pixel of the padded image is a copy of; -1 for a zero.

    >>> copied((3,), [(1, 2)], "zeros").tolist(), copied((3,), [(1, 2)], "reflect").tolist()
    ([-1, 0, 1, 2, -1, -1], [1, 0, 1, 2, 1, 0])
    """
    numbers = np.arange(prod(size)).reshape(size)
    match border:
        case "zeros":
            return np.pad(numbers, sides, constant_values=-1)
        case "edge":
            return np.pad(numbers, sides, mode="edge")
        case "reflect":
            return np.pad(numbers, sides, mode="reflect")
        case "circular":
            return np.pad(numbers, sides, mode="wrap")
    raise ValueError(f"a border is zeros, edge, reflect or circular, not {border!r}")


def pad(pixels: Array, sides: Sides, border: Border) -> Array:
    """Put a frame around images (..., *size), whose axes are as many as there are pairs of sides.

    >>> pad(np.array([[1.0, 2.0]]), [(0, 1)], "circular").tolist()
    [[1.0, 2.0, 1.0]]
    """
    batch, size = split(pixels.shape, len(sides))
    with_zero = np.zeros((*batch, prod(size) + 1))
    with_zero[..., :-1] = pixels.reshape(*batch, prod(size))
    return with_zero[..., copied(size, sides, border)]


def pad_channels(image: ArrayLike, channels: int, *, axis: int = 0) -> Array:
    """Put channels of zeros around those of an image, until there are so many.

    Half of the zeros stand before the image's own channels and half behind them; of an odd number
    one more stands behind. The channels are the first axis, or the `axis` given.

    >>> pad_channels([[1, 2], [3, 4]], 5).tolist()
    [[0.0, 0.0], [1.0, 2.0], [3.0, 4.0], [0.0, 0.0], [0.0, 0.0]]
    """
    own = np.moveaxis(np.asarray(image, np.float64), axis, 0)
    if channels < len(own):
        raise ValueError(f"{len(own)} channels cannot become {channels} by adding some")
    padded = [np.zeros(own.shape[1:]) for _ in range(channels)]
    first = (channels - len(own)) // 2
    for number, channel in enumerate(own):
        padded[first + number] = channel
    return np.stack(padded, axis=axis)


def fold(padded: Array, size: Sequence[int], sides: Sides, border: Border) -> Array:
    """Take the frame off (..., *padded size): what lies on it is added to the pixel it copies.

    >>> fold(np.array([1.0, 2.0, 10.0]), (2,), [(0, 1)], "circular").tolist()
    [11.0, 2.0]
    """
    batch, _ = split(padded.shape, len(sides))
    with_zero = np.zeros((*batch, prod(size) + 1))
    copies = copied(size, sides, border)
    for place in np.ndindex(copies.shape):
        with_zero[..., copies[place]] += padded[(..., *place)]
    return with_zero[..., :-1].reshape(*batch, *size)
