"""Chance that can be repeated: random numbers as a function of what they are for.

Every random choice is a function of (seed, epoch, index, draw): which run, which pass over the
images, which image, and which of the choices about it. No state is kept, so nothing has to be
saved, an image is treated alike wherever it lands in a batch, and every machine and every version
of every library gives the same numbers.

The function is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", 2014), begun anew at each word of the key.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: the step between two states of SplitMix64."""

ORDER, SPLIT, ROWS, COLUMNS, FLIP = range(5)
"""The draws that are taken: no two choices about one image may share a number."""

CROP, ERASURE, CUT = range(10, 40, 10)
"""Each of these begins four draws: the area, shape, top and left of a part of an image."""

ROTATION, SCALE, SHEAR, BRIGHTNESS, CONTRAST, COLOUR, HUE = range(50, 57)
OPERATION, STRENGTH, SIGN, ERASED, MIXED, SHARE = range(60, 66)
QUOTA, SHOWN = range(70, 72)
SHARD = 80
FOLD, SAMPLE = range(90, 92)


@dataclass(frozen=True, eq=False)
class Draws:
    """The random numbers of an epoch about the images `index` (image,) of a split.

    >>> Draws(0, 1, np.array([7, 8])).between(FLIP, -1, 1).round(6).tolist()
    [0.318106, 0.845987]
    """

    seed: int
    epoch: int
    index: NDArray[np.int64]

    def uniform(self, draw: int) -> NDArray[np.float64]:
        """One number in [0, 1) for each image."""
        return uniform(self.seed, self.epoch, self.index, draw)

    def between(self, draw: int, low: float, high: float) -> NDArray[np.float64]:
        """One number in [low, high) for each image."""
        return low + (high - low) * self.uniform(draw)

    def select(self, places: NDArray[np.int64]) -> "Draws":
        """The draws about some of the images."""
        return Draws(self.seed, self.epoch, self.index[places])


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


def balanced_order(seed: int, epoch: int, labels: ArrayLike) -> NDArray[np.int64]:
    """The showings of an epoch in which every class is shown as often, give or take one.

    There are as many as labels (image,). Showing s is of image s % images; the images of a class
    are shown equally often, give or take one, so that a small class comes round several times, and
    each time as a showing of its own, to be changed in another way.

    >>> showings = balanced_order(0, 1, [0, 0, 0, 0, 0, 1])
    >>> showings.tolist(), sorted((showings % 6).tolist())
    ([11, 17, 0, 5, 3, 4], [0, 3, 4, 5, 5, 5])
    """
    labels = np.asarray(labels)
    images = len(labels)
    classes, counts = np.unique(labels, return_counts=True)
    members = np.split(np.argsort(labels, kind="stable"), np.cumsum(counts)[:-1])
    quotas = np.full(len(classes), images // len(classes))
    quotas[order(seed, epoch, len(classes), draw=QUOTA)[: images % len(classes)]] += 1
    shown: list[NDArray[np.int64]] = []
    for places, quota in zip(members, quotas.tolist(), strict=True):
        rounds, rest = divmod(quota, len(places))
        again = np.arange(rounds)[:, None] * images
        last = places + rounds * images
        chosen = np.argsort(words(seed, epoch, last, SHOWN), kind="stable")[:rest]
        shown += [(places + again).ravel(), last[chosen]]
    showings = np.concatenate(shown)
    return showings[np.argsort(words(seed, epoch, showings, ORDER), kind="stable")]


def words(seed: int, epoch: int, index: ArrayLike, draw: int) -> NDArray[np.uint64]:
    """64 random bits for each entry of `index`, in its shape."""
    return splitmix(_begun(seed, epoch, draw), np.asarray(index).astype(np.uint64))


@lru_cache(maxsize=256)
def _begun(*key: int) -> NDArray[np.uint64]:
    """The state that belongs to the words of a key."""
    state = np.asarray(np.uint64(0))
    for word in key:
        state = splitmix(state, np.uint64(word % 2**64))
    return state


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
