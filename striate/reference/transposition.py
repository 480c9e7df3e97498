"""The transposed convolution: every value of a map is spread over the window that it stands for.

Where a convolution gathers a window into one value, its transpose multiplies one value by the
kernel and adds that to the window; windows that overlap add up. Several sizes of an image give
maps of one size, so the size to return has to be told.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.connections import Connection, Groups, Layer, back, connect, front
from striate.reference.convolution import Worked
from striate.reference.frame import fold, pad
from striate.reference.sweep import PLAIN, Sweep, visits

Array = NDArray[np.float64]


def transpose(
    maps: ArrayLike,
    kernels: ArrayLike,
    sweep: Sweep = PLAIN,
    *,
    size: Sequence[int],
    groups: Groups = 1,
) -> Worked:
    """Spread maps (filter, *places) back over an image (channel, *size) by kernels of any kind.

    Kernels, sweep and groups are those of the convolution that is transposed, which makes maps
    from images; a batch comes before. A table gives as many channels as it names. What falls on
    the padding is added to the pixels that the padding copies; on zeros it is lost.

    >>> transpose([[1, 10]], [[[1, 2, 3]]], Sweep(stride=2), size=(5,)).values.tolist()
    [[1.0, 2.0, 13.0, 20.0, 30.0]]
    >>> transpose([[1, 10]], [[[1, 2, 3]]], Sweep(stride=2), size=(6,)).values.tolist()
    [[1.0, 2.0, 13.0, 20.0, 30.0, 0.0]]
    """
    layer = connect(np.asarray(kernels, np.float64), sweep, groups)
    values = front(np.asarray(maps, np.float64), layer.rank)
    spread_out = spread(values, layer, sweep, (layer.channels, *size))
    return Worked(back(spread_out.values, layer.rank), spread_out.products)


def spread(maps: Array, layer: Layer, sweep: Sweep, shape: tuple[int, ...]) -> Worked:
    """The transposed sum itself, of maps (filter, *batch, *places) into a shape (channel, *size).

    Gives (channel, *batch, *size).
    """
    channels, size = shape[0], shape[1:]
    walks = sweep.walk(size, layer.kernel)
    places = tuple(map(len, walks))
    agree(maps.shape, layer, places)
    sides = sweep.frame(layer.rank)
    batch = maps.shape[1 : maps.ndim - layer.rank]
    padded = pad(np.zeros((channels, *batch, *size)), sides, sweep.border)
    products = 0
    for one, (place, window) in product(layer.connections, visits(walks)):
        multiplied = share(maps, one, place)
        padded[(one.channel, ..., *window)] += multiplied
        products += multiplied.size
    return Worked(fold(padded, size, sides, sweep.border), products)


def share(maps: Array, one: Connection, place: tuple[int, ...]) -> Array:
    """What the value at a place of a map adds to the window there: itself times the kernel."""
    return np.multiply.outer(maps[(one.filter, ..., *place)], one.at(place))


def agree(maps: tuple[int, ...], layer: Layer, places: tuple[int, ...]) -> None:
    """Refuse maps (filter, *batch, *places) other than those the convolution would give."""
    layer.lie(places)
    found = (maps[0], *maps[len(maps) - layer.rank :])
    if found != (layer.filters, *places):
        raise ValueError(f"maps {found} do not stand for {layer.filters} filters at {places}")
