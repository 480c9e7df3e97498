"""Convolution as the textbook defines it, written as loops in double precision.

    correlate   one channel, one kernel: lay the window on the image, multiply, add up, step on
    convolve    many channels and filters: each filter adds up its channels, then its bias

The kernel is not flipped: what networks call convolution is cross-correlation. Every
multiplication that is done is counted, those with the padding's zeros included, as the textbook
counts them. Slow on purpose, and judge of everything fast: this file borrows from no other folder.
"""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.sweep import PLAIN, Sweep, split

Array = NDArray[np.float64]
Border = Literal["zeros", "edge"]


@dataclass(frozen=True)
class Worked:
    """What a sum came to, and how many multiplications it took."""

    values: Array
    products: int


def correlate(
    image: ArrayLike, kernel: ArrayLike, sweep: Sweep = PLAIN, *, border: Border = "zeros"
) -> Worked:
    """Slide a kernel of N axes over the last N axes of an image, without channels.

    A matrix in gives a matrix out. Axes before the last N are a batch: each image of it has the
    same sum. The border is what the padding is filled with: zeros, or the nearest pixel.

    >>> worked = correlate([1, 2, -1, 0, 2, 3, -2, 0, 2], [2, 0, -1])
    >>> worked.values.tolist(), worked.products
    ([3.0, 4.0, -4.0, -3.0, 6.0, 6.0, -6.0], 21)
    """
    pixels, weights = np.asarray(image, np.float64), np.asarray(kernel, np.float64)
    rank = weights.ndim
    batch, size = split(pixels.shape, rank)
    padded = _pad(pixels, [(0, 0)] * len(batch) + sweep.frame(rank), border)
    walks = sweep.walk(size, weights.shape)
    values = np.zeros(batch + tuple(map(len, walks)))
    products = 0
    for place, window in zip(np.ndindex(*map(len, walks)), product(*walks), strict=True):
        multiplied = padded[(..., *window)] * weights
        values[(..., *place)] = multiplied.sum(axis=tuple(range(-rank, 0)))
        products += multiplied.size
    return Worked(values, products)


def convolve(
    image: ArrayLike,
    kernels: ArrayLike,
    sweep: Sweep = PLAIN,
    *,
    bias: ArrayLike | None = None,
    groups: int = 1,
    border: Border = "zeros",
) -> Worked:
    """Convolve an image (channel, *size) with kernels (filter, channel/groups, *kernel).

    Gives (filter, *places). The bias is one number for each filter. With groups, the channels and
    the filters are cut into that many equal runs, and a filter sees the channels of its own run.
    A batch (batch, channel, *size) gives (batch, filter, *places).

    >>> convolve(np.ones((3, 6, 6)), np.ones((2, 3, 3, 3)), bias=[0, 1]).values[:, 0, 0].tolist()
    [27.0, 28.0]
    """
    weights = np.asarray(kernels, np.float64)
    filters, depth = weights.shape[:2]
    rank = weights.ndim - 2
    channels = np.moveaxis(np.asarray(image, np.float64), -rank - 1, 0)
    biases = np.zeros(filters) if bias is None else np.asarray(bias, np.float64)
    _fit(len(channels), weights.shape, biases.shape, groups)
    maps: list[Array] = []
    products = 0
    for one in range(filters):
        group = one // (filters // groups)
        seen = channels[group * depth : (group + 1) * depth]
        sums = [
            correlate(*pair, sweep, border=border) for pair in zip(seen, weights[one], strict=True)
        ]
        maps.append(np.sum([worked.values for worked in sums], axis=0) + biases[one])
        products += sum(worked.products for worked in sums)
    return Worked(np.stack(maps, axis=-rank - 1), products)


def _pad(pixels: Array, frame: list[tuple[int, int]], border: Border) -> Array:
    if border == "zeros":
        return np.pad(pixels, frame)
    if border == "edge":
        return np.pad(pixels, frame, mode="edge")
    raise ValueError(f"a border is filled with 'zeros' or with its 'edge', not with {border!r}")


def _fit(channels: int, weights: tuple[int, ...], biases: tuple[int, ...], groups: int) -> None:
    filters, depth = weights[:2]
    if channels != depth * groups or filters % groups:
        raise ValueError(
            f"{filters} filters of depth {depth} do not fit {channels} channels in {groups} groups"
        )
    if biases != (filters,):
        raise ValueError(f"{filters} filters need {filters} biases, not shape {biases}")
