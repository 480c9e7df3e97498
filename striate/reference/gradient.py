"""The gradients of a convolution, each by its own sum: what training needs beside convolution.

    image     every value's gradient, spread over its window by the kernel: the transposed sum
    kernels   for each weight, over all places where it was used: gradient times pixel
    bias      for each bias, over all places where it was used: the gradient

An update, `updated`, is then weight - rate*gradient. Sums over a batch go on over its images.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.connections import Groups, Layer, back, connect, front, tile
from striate.reference.convolution import Worked
from striate.reference.frame import pad
from striate.reference.sweep import PLAIN, Sweep, visits
from striate.reference.transposition import agree, spread

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gradients:
    """A gradient of the shape of each operand, with the multiplications that it took.

    The bias takes none; where a convolution has no bias its gradient is None.
    """

    image: Worked
    kernels: Worked
    bias: Worked | None


def gradients(
    upstream: ArrayLike,
    image: ArrayLike,
    kernels: ArrayLike,
    sweep: Sweep = PLAIN,
    *,
    bias: ArrayLike | None = None,
    groups: Groups = 1,
) -> Gradients:
    """The gradients for all operands of `convolve`, from that for its maps (filter, *places).

    >>> grown = gradients([[1, 1, 1]], [[5, 6, 7, 8]], [[[1, 10]]], bias=[0])
    >>> grown.image.values.tolist(), grown.kernels.values.tolist(), grown.bias.values.tolist()
    ([[1.0, 11.0, 11.0, 10.0]], [[[18.0, 21.0]]], [3.0])
    """
    layer = connect(np.asarray(kernels, np.float64), sweep, groups)
    rank = layer.rank
    maps, channels = (front(np.asarray(one, np.float64), rank) for one in (upstream, image))
    layer.fit(len(channels))
    if maps.shape[1:-rank] != channels.shape[1:-rank]:
        raise ValueError(f"gradients {maps.shape} and images {channels.shape} differ in the batch")
    spread_out = spread(maps, layer, sweep, (len(channels), *channels.shape[-rank:]))
    return Gradients(
        image=Worked(back(spread_out.values, rank), spread_out.products),
        kernels=_of_kernels(maps, channels, np.zeros(np.shape(kernels)), sweep, groups),
        bias=None if bias is None else _of_bias(maps, np.zeros(np.shape(bias)), layer),
    )


def updated(weights: ArrayLike, gradient: ArrayLike, rate: float) -> Array:
    """What weights become in one step of learning: each less its gradient times the rate.

    >>> updated([1, 2], [10, -10], 0.1).tolist()
    [0.0, 3.0]
    """
    return np.asarray(weights, np.float64) - rate * np.asarray(gradient, np.float64)


def _of_kernels(
    maps: Array, channels: Array, gradient: Array, sweep: Sweep, groups: Groups
) -> Worked:
    """Add to the weights used at each place the pixels under them times the place's gradient."""
    layer = connect(gradient, sweep, groups)
    walks = sweep.walk(channels.shape[-layer.rank :], layer.kernel)
    agree(maps.shape, layer, tuple(map(len, walks)))
    padded = pad(channels, sweep.frame(layer.rank), sweep.border)
    column = (..., *(np.newaxis,) * layer.rank)
    products = 0
    for one, (place, window) in product(layer.connections, visits(walks)):
        above = maps[(one.filter, ..., *place)][column]
        multiplied = above * padded[(one.channel, ..., *window)]
        one.at(place)[...] += multiplied.sum(axis=tuple(range(multiplied.ndim - layer.rank)))
        products += multiplied.size
    return Worked(gradient, products)


def _of_bias(maps: Array, gradient: Array, layer: Layer) -> Worked:
    """Add to the bias used at each place the place's gradient."""
    places = maps.shape[maps.ndim - layer.rank :]
    biases = layer.biases(gradient, places)
    for one, place in product(range(layer.filters), np.ndindex(places)):
        biases[(one, *tile(place, biases.shape[1:]))] += maps[(one, ..., *place)].sum()
    return Worked(gradient, 0)
