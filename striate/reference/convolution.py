"""Convolution as the textbook defines it, written as loops in double precision.

    correlate   one channel, one kernel: lay the window on the image, multiply, add up, step on
    convolve    many channels and filters: each filter adds up its channels, then its bias

The kernel is not flipped: what networks call convolution is cross-correlation. Every
multiplication that is done is counted, those with the padding's zeros included, as the textbook
counts them. Slow on purpose, and judge of everything fast: this folder borrows from no other.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.connections import Groups, Layer, back, connect, front, tile
from striate.reference.frame import pad
from striate.reference.sweep import PLAIN, Sweep, split, visits

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Worked:
    """What a sum came to, and how many multiplications it took."""

    values: Array
    products: int


def correlate(image: ArrayLike, kernel: ArrayLike, sweep: Sweep = PLAIN) -> Worked:
    """Slide a kernel of N axes over the last N axes of an image, without channels.

    A matrix in gives a matrix out. Axes before the last N are a batch: each image of it has the
    same sum.

    >>> worked = correlate([1, 2, -1, 0, 2, 3, -2, 0, 2], [2, 0, -1])
    >>> worked.values.tolist(), worked.products
    ([3.0, 4.0, -4.0, -3.0, 6.0, 6.0, -6.0], 21)
    """
    pixels, weights = np.asarray(image, np.float64), np.asarray(kernel, np.float64)
    rank = weights.ndim
    batch, size = split(pixels.shape, rank)
    walks = sweep.walk(size, weights.shape)
    padded = pad(pixels, sweep.frame(rank), sweep.border)
    values = np.zeros((*batch, *map(len, walks)))
    products = 0
    for place, window in visits(walks):
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
    groups: Groups = 1,
) -> Worked:
    """Convolve an image (channel, *size) with kernels of any kind; gives (filter, *places).

    Shared kernels are (filter, channel/groups, *kernel); those of the other kinds are in
    `connections`, and need a sweep that tells its number of axes. The bias is one number for
    each filter, for each of its tiles or for each of its places. With groups, channels and
    filters are cut into that many equal runs, and a filter sees the channels of its own run;
    given as a table, it names for each filter the channels that it sees. A batch
    (batch, channel, *size) gives (batch, filter, *places).

    >>> convolve(np.ones((3, 6, 6)), np.ones((2, 3, 3, 3)), bias=[0, 1]).values[:, 0, 0].tolist()
    [27.0, 28.0]
    >>> unshared = [[[[1, 0], [0, 1], [1, 1]]]]  # one filter, one channel, 3 places, 2 taps
    >>> convolve([[5, 6, 7, 8]], unshared, Sweep(stride=(1,))).values.tolist()
    [[5.0, 7.0, 15.0]]
    """
    layer = connect(np.asarray(kernels, np.float64), sweep, groups)
    channels = front(np.asarray(image, np.float64), layer.rank)
    layer.fit(len(channels))
    batch, size = split(channels.shape[1:], layer.rank)
    walks = sweep.walk(size, layer.kernel)
    places = tuple(map(len, walks))
    layer.lie(places)
    padded = pad(channels, sweep.frame(layer.rank), sweep.border)
    maps = np.zeros((layer.filters, *batch, *places))
    products = 0
    for one, (place, window) in product(layer.connections, visits(walks)):
        multiplied = padded[(one.channel, ..., *window)] * one.at(place)
        maps[(one.filter, ..., *place)] += multiplied.sum(axis=tuple(range(-layer.rank, 0)))
        products += multiplied.size
    if bias is not None:
        _add(maps, np.asarray(bias, np.float64), layer, places)
    return Worked(back(maps, layer.rank), products)


def _add(maps: Array, bias: Array, layer: Layer, places: tuple[int, ...]) -> None:
    """Add to every value of each map (filter, ..., *places) the bias that lies there."""
    biases = layer.biases(bias, places)
    for one, place in product(range(layer.filters), np.ndindex(places)):
        maps[(one, ..., *place)] += biases[(one, *tile(place, biases.shape[1:]))]
