"""Chance that can be repeated: random numbers as a function of what they are for.

Every random choice is a function of (seed, epoch, index, draw): which run, which pass over the
images, which image, and which of the choices about it. No state is kept, so nothing has to be
saved, an image is treated alike wherever it lands in a batch, and every machine and every version
of every library gives the same numbers.

The function is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", 2014), begun anew at each word of the key.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: the step between two states of SplitMix64."""

ORDER, SPLIT, ROWS, COLUMNS, FLIP = range(5)
"""The draws that are taken: no two choices about one image may share a number."""


def uniform(seed: int, epoch: int, index: ArrayLike, draw: int) -> NDArray[np.float64]:
    """One number in [0, 1) for each entry of `index`, in its shape, a multiple of 2**-53.

    >>> uniform(0, 1, [7, 8], FLIP).round(6).tolist()
    [0.659053, 0.922993]
    >>> uniform(0, 1, [8], FLIP).round(6).tolist()
    [0.922993]
    """
    leading = words(seed, epoch, index, draw) >> np.uint64(11)  # as many bits as a float64 holds
    return leading.astype(np.float64) * 2.0**-53


def order(seed: int, epoch: int, count: int, *, draw: int = ORDER) -> NDArray[np.int64]:
    """The numbers 0 .. count - 1 in the order in which an epoch visits them.

    >>> order(seed=0, epoch=1, count=5).tolist(), order(seed=0, epoch=2, count=5).tolist()
    ([0, 1, 3, 2, 4], [4, 3, 0, 2, 1])
    """
    return np.argsort(words(seed, epoch, np.arange(count), draw), kind="stable")


def words(seed: int, epoch: int, index: ArrayLike, draw: int) -> NDArray[np.uint64]:
    """64 random bits for each entry of `index`, in its shape."""
    state = np.uint64(0)
    for word in (seed, epoch, draw):
        state = splitmix(state, np.uint64(word % 2**64))
    return splitmix(state, np.asarray(index).astype(np.uint64))


def splitmix(
    state: np.uint64 | NDArray[np.uint64], place: np.uint64 | NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """The output at `place` (0 is the first) of the SplitMix64 generator that begins at `state`.

    >>> hex(splitmix(np.uint64(0), np.uint64(0)))  # the first number of the published sequence
    '0xe220a8397b1dcdaf'
    """
    with np.errstate(over="ignore"):  # arithmetic is modulo 2**64
        mixed = np.asarray(state + (place + np.uint64(1)) * GOLDEN)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
