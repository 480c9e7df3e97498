"""B7: the convolution of one axis, with W - w + 1 outputs."""

import pytest

from striate.reference import correlate


@pytest.mark.parametrize(
    ("signal", "kernel", "expected"),
    [
        ([1, 2, -1, 0, 2, 3, -2, 0, 2], [2, 0, -1], [3, 4, -4, -3, 6, 6, -6]),
        ([0, 0, 0, 1, 2, 3, 4, 4, 4, 4], [-1, 1], [0, 0, 1, 1, 1, 1, 0, 0, 0]),
        (
            [0, 0, 1, 1, 0, 0.1, 0.2, 1, 1, 1, 0],
            [1, 1],
            [0, 1, 2, 1, 0.1, 0.3, 1.2, 2, 2, 1],
        ),
    ],
)
def test_the_worked_signals(signal, kernel, expected):
    worked = correlate(signal, kernel)
    assert worked.values == pytest.approx(expected, rel=1e-15)
    assert len(worked.values) == len(signal) - len(kernel) + 1
    assert worked.products == len(expected) * len(kernel)
