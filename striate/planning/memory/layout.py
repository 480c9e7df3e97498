"""How a value lies in memory: how far apart its neighbours are along each axis, in numbers.

Layers that need another order than they find copy what arrives; where they do not, the value is
shared. Strides are those of one image, channels first; images follow each other without a gap.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from striate.arithmetic.window import Size

Strides = tuple[int, ...]


def first(size: Size) -> Strides:
    """Channels first: each channel lies in one piece.

    >>> first((3, 4, 5))
    (20, 5, 1)
    """
    return tuple(prod(size[axis + 1 :]) for axis in range(len(size)))


def last(size: Size) -> Strides:
    """Channels last: the channels of each place lie side by side.

    >>> last((3, 4, 5))
    (1, 15, 3)
    """
    turned = first((*size[1:], *size[:1]))
    return (*turned[-1:], *turned[:-1])


def dense(size: Size, strides: Strides) -> Strides:
    """The axes in the same order, without the gaps that a cut leaves."""
    order = sorted(range(len(size)), key=lambda axis: -strides[axis])
    packed = first(tuple(size[axis] for axis in order))
    return tuple(packed[order.index(axis)] for axis in range(len(size)))


def in_one_row(sizes: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether axes can be read as one, in this order, without a copy.

    >>> in_one_row((3, 4, 5), (20, 5, 1)), in_one_row((3, 4, 5), (1, 15, 3))
    (True, False)
    """
    real = [(n, step) for n, step in zip(sizes, strides, strict=True) if n > 1]
    pairs = pairwise(real)
    return all(step == n * inner for (_, step), (n, inner) in pairs)
