"""A convolution as a matrix: its rows are the places of the maps, its columns the pixels.

Times a flattened image the matrix gives the flattened maps; turned over, times flattened maps, it
gives the transposed convolution. It is built by walking: at each place, each weight is entered in
the column of the pixel that it lies on.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.connections import Groups, Layer, connect
from striate.reference.frame import copied
from striate.reference.sweep import PLAIN, Sweep, visits

Array = NDArray[np.float64]


class Entry(NamedTuple):
    """A weight, by its number in the flattened kernels, and where in the matrix it stands."""

    row: int
    column: int
    weight: int


def matrix(
    kernels: ArrayLike, sweep: Sweep = PLAIN, *, size: Sequence[int], groups: Groups = 1
) -> Array:
    """The matrix (filter and place, channel and pixel) of a convolution of images of this size.

    Filters and channels come first, then rows before columns, as `ravel` flattens. Where padding
    copies a pixel, the weights on its copies add up in its column.

    >>> matrix([[[1, 2]]], size=(4,)).tolist()
    [[1.0, 2.0, 0.0, 0.0], [0.0, 1.0, 2.0, 0.0], [0.0, 0.0, 1.0, 2.0]]
    """
    weights = np.asarray(kernels, np.float64)
    shape, found = entries(weights.shape, sweep, size=size, groups=groups)
    values = np.zeros(shape)
    for row, column, weight in found:
        values[row, column] += weights.flat[weight]
    return values


def entries(
    kernels: Sequence[int], sweep: Sweep = PLAIN, *, size: Sequence[int], groups: Groups = 1
) -> tuple[tuple[int, int], list[Entry]]:
    """The shape of the matrix for kernels of a shape, and every weight that stands in it.

    >>> entries((1, 1, 2), size=(3,))[1][2:]
    [Entry(row=1, column=1, weight=0), Entry(row=1, column=2, weight=1)]
    """
    numbers = np.arange(prod(kernels), dtype=np.float64).reshape(kernels)
    layer = connect(numbers, sweep, groups)
    walks = sweep.walk(size, layer.kernel)
    places = tuple(map(len, walks))
    layer.lie(places)
    shape = (layer.filters * prod(places), layer.channels * prod(size))
    return shape, list(_walk(layer, sweep, walks, size))


def _walk(
    layer: Layer, sweep: Sweep, walks: list[list[slice]], size: Sequence[int]
) -> Iterator[Entry]:
    under = copied(size, sweep.frame(layer.rank), sweep.border)
    everywhere = visits(walks)
    for one in layer.connections:
        for row, (place, window) in enumerate(everywhere, start=one.filter * len(everywhere)):
            for weight, pixel in zip(one.at(place).flat, under[window].flat, strict=True):
                if pixel >= 0:
                    yield Entry(row, one.channel * prod(size) + int(pixel), int(weight))
