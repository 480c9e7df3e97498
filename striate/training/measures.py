"""Measures of a classifier: how much of what it said is right, and how sure we can be of that.

Nearly everything is read off one matrix of counts (true class, said class).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.int64]

Z = 1.959963984540054
"""How many standard errors a normal number keeps within, 95 times in 100."""


@dataclass(frozen=True)
class ClassMeasures:
    """One class: `precision` is None where it was never said, `recall` where it never occurs."""

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    count: int


@dataclass(frozen=True)
class Confusion:
    """One class that was taken for another, `count` times."""

    true: str
    said: str
    count: int


def count_pairs(labels: ArrayLike, said: ArrayLike, classes: int) -> Matrix:
    """How often each class was said for each: (true class, said class).

    >>> count_pairs([0, 0, 1], [0, 1, 1], classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    pairs = np.asarray(labels, np.int64) * classes + np.asarray(said, np.int64)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes).astype(np.int64)


def accuracy(matrix: Matrix) -> float:
    """The share of all images that are recognised."""
    return int(matrix.trace()) / int(matrix.sum())


def baseline(matrix: Matrix) -> float:
    """The accuracy of always saying the most frequent class."""
    return int(matrix.sum(axis=1).max()) / int(matrix.sum())


def interval(right: int, count: int, *, z: float = Z) -> tuple[float, float]:
    """Between which shares the true one lies, 95 times in 100, if `right` of `count` are right.

    Wilson's score interval (Wilson, "Probable inference", 1927): it stays within 0 and 1, and is
    not of length zero where everything is right.

    >>> [round(end, 3) for end in interval(353, 360)]
    [0.96, 0.991]
    """
    share = right / count
    middle = share + z * z / (2 * count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def balanced_accuracy(matrix: Matrix) -> float:
    """The mean, over the classes that occur, of the share of each that is recognised.

    >>> balanced_accuracy(np.array([[90, 0], [5, 5]]))
    0.75
    """
    right, there = _occurring(matrix)
    return float((right / there).mean())


def balanced_interval(matrix: Matrix) -> tuple[float, float]:
    """Between which values the true balanced accuracy lies, 95 times in 100.

    The classes are independent binomials, each of which gets 2/m successes and as many failures
    where there are m (Price and Bonett, "An improved confidence interval for a linear function of
    binomial proportions", 2004), so that it is not of length zero where everything is right.

    >>> [round(end, 3) for end in balanced_interval(np.array([[90, 0], [5, 5]]))]
    [0.603, 0.886]
    """
    right, there = _occurring(matrix)
    extra = 2 / len(right)
    recalls, counts = (right + extra) / (there + 2 * extra), there + 2 * extra
    error = math.sqrt(float((recalls * (1 - recalls) / counts).sum())) / len(right)
    middle, known = float(recalls.mean()), float((right / there).mean())
    low, high = min(known, middle - Z * error), max(known, middle + Z * error)
    return max(0.0, low), min(1.0, high)


def macro_f1(classes: Sequence[ClassMeasures]) -> float:
    """The mean F1 of the classes that occur or were said.

    >>> macro_f1(by_class(np.array([[3, 1], [0, 0]]), ("ant", "bee")))
    0.42857142857142855
    """
    scores = [one.f1 for one in classes if one.f1 is not None]
    return sum(scores) / len(scores)


def ranks(scores: ArrayLike, labels: ArrayLike) -> NDArray[np.int64]:
    """How many classes each image's scores (image, class) put before its own; 0 where it is right.

    Of equal scores the class that comes first wins, as it does in what is said.

    >>> ranks([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2]], [2, 1]).tolist()
    [1, 1]
    """
    scores, labels = np.asarray(scores), np.asarray(labels, np.int64)[:, None]
    own = np.take_along_axis(scores, labels, axis=1)
    earlier = np.arange(scores.shape[1]) < labels
    return ((scores > own) | ((scores == own) & earlier)).sum(axis=1)


def by_class(matrix: Matrix, classes: tuple[str, ...]) -> tuple[ClassMeasures, ...]:
    """The measures of every class.

    >>> by_class(np.array([[3, 1], [0, 0]]), ("ant", "bee"))[1]
    ClassMeasures(name='bee', precision=0.0, recall=None, f1=0.0, count=0)
    """
    right, true, said = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    return tuple(
        ClassMeasures(
            name,
            precision=_share(right[k], said[k]),
            recall=_share(right[k], true[k]),
            f1=_share(2 * right[k], true[k] + said[k]),
            count=int(true[k]),
        )
        for k, name in enumerate(classes)
    )


def most_confused(
    matrix: Matrix, classes: tuple[str, ...], *, most: int = 5
) -> tuple[Confusion, ...]:
    """The pairs of classes that are taken for each other most often, the worst first.

    >>> most_confused(np.array([[3, 1], [0, 0]]), ("ant", "bee"))
    (Confusion(true='ant', said='bee', count=1),)
    """
    wrong = matrix - np.diag(matrix.diagonal())
    places = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(place), len(classes)) for place in places]
    return tuple(
        Confusion(classes[true], classes[said], int(wrong[true, said]))
        for true, said in pairs
        if wrong[true, said]
    )


def _occurring(matrix: Matrix) -> tuple[Matrix, Matrix]:
    """Of each class that occurs: how many of its images are recognised, and how many there are."""
    there = matrix.sum(axis=1)
    return matrix.diagonal()[there > 0], there[there > 0]


def _share(part: np.int64, whole: np.int64) -> float | None:
    """Part of whole, or None where there is nothing to be a part of."""
    return int(part) / int(whole) if whole else None
