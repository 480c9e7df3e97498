"""Calibration: whether a network that says it is 90 % sure is right 9 times in 10.

Images are sorted into bins by how sure the network is of what it says; in each bin the share that
is right is held against how sure it was on average (Guo et al., "On Calibration of Modern Neural
Networks", 2017).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 15
"""How many bins of equal width there are, as in the paper."""


@dataclass(frozen=True)
class Bin:
    """The images of which the network is more than `low` and at most `high` sure.

    `confidence` is how sure it is on average, `accuracy` the share that is right; None without
    images.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """How far sureness and rightness lie apart.

    `error` is the expected calibration error, the mean distance of the two over the images by
    bins; `confidence` is how sure the network is on average, `accuracy` how often it is right.
    """

    error: float
    confidence: float
    accuracy: float
    bins: tuple[Bin, ...]

    @property
    def excess(self) -> float:
        """How much surer it is than it should be; below 0 it is right more often than it thinks."""
        return self.confidence - self.accuracy

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {**asdict(self), "bins": [asdict(one) for one in self.bins]}


def calibrate(sureness: ArrayLike, right: ArrayLike, *, bins: int = BINS) -> Calibration:
    """Hold the probability (image,) of what was said against whether it was right (image,).

    >>> found = calibrate([0.9, 0.9, 0.6, 0.6], [True, False, True, True])
    >>> round(found.error, 3), round(found.excess, 3)
    (0.4, 0.0)
    """
    sure, correct = np.asarray(sureness, np.float64), np.asarray(right, np.float64)
    edges = np.arange(bins + 1) / bins
    places = np.digitize(sure, edges[1:-1], right=True)
    counts = np.bincount(places, minlength=bins)
    confidence, accuracy = (_means(values, places, counts) for values in (sure, correct))
    apart = np.abs(np.where(counts > 0, accuracy - confidence, 0))
    return Calibration(
        error=float(counts @ apart) / len(sure),
        confidence=float(sure.mean()),
        accuracy=float(correct.mean()),
        bins=tuple(
            Bin(float(edges[k]), float(edges[k + 1]), int(n), *_pair(n, confidence[k], accuracy[k]))
            for k, n in enumerate(counts)
        ),
    )


def _means(
    values: NDArray[np.float64], places: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The mean of the values in each bin; 0 in one without any."""
    return np.bincount(places, weights=values, minlength=len(counts)) / np.maximum(counts, 1)


def _pair(count: int, confidence: float, accuracy: float) -> tuple[float | None, float | None]:
    """Both means of a bin, or None where it has no images."""
    return (float(confidence), float(accuracy)) if count else (None, None)
