"""C2: the largest, the smallest and the average of each window, side by side unless told."""

import numpy as np
import pytest

from striate.reference import Sweep, pool

IMAGE = [[1, 4, 6, 3], [1, 8, 9, 7], [2, 9, 1, 2], [3, 4, 4, 3]]
SIGNAL = [1, 2, -1, 0, 2, 3, -2, 0]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (IMAGE, [[8, 9], [9, 4]]),
        ([[2, 2, 7, 3], [9, 4, 6, 1], [8, 5, 2, 4], [3, 1, 2, 6]], [[9, 7], [8, 6]]),
        ([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], [[6, 8], [3, 4]]),
    ],
)
def test_the_worked_maxima(image, expected):
    assert pool(image, 2).tolist() == expected


def test_average_and_minimum():
    assert pool(IMAGE, 2, "average").tolist() == [[3.5, 6.25], [4.5, 2.5]]
    assert pool(IMAGE, 2, "min").tolist() == [[1, 3], [2, 1]]


def test_one_axis():
    assert pool(SIGNAL, 2).tolist() == [2, 0, 3, 0]
    assert pool(SIGNAL, 2, "average").tolist() == [1.5, -0.5, 2.5, -1]


def test_three_axes():
    volume = np.arange(64).reshape(4, 4, 4)
    assert pool(volume, 2).tolist() == [[[21, 23], [29, 31]], [[53, 55], [61, 63]]]


def test_overlapping_and_padded():
    assert pool(SIGNAL, 3, "max", Sweep(stride=1)).tolist() == [2, 2, 2, 3, 3, 3]
    assert pool(SIGNAL, 2, "max", Sweep(padding=1)).tolist() == [1, 2, 2, 3, 0]
