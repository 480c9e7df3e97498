"""C3: a last window that hangs over the end is kept or dropped, by choice."""

from striate.reference import Sweep, pool

DETECTORS = [0.1, 1, 0.2, 0.1, 0, 0.1]


def test_dropped():
    assert pool(DETECTORS, 3, "max", Sweep(stride=2)).tolist() == [1, 0.2]


def test_kept():
    assert pool(DETECTORS, 3, "max", Sweep(stride=2), partial=True).tolist() == [1, 0.2, 0.1]
