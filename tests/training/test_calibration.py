"""Calibration is checked against the definition, written as a loop over the bins."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from striate.training.calibration import BINS, calibrate

EDGES = [k / BINS for k in range(BINS + 1)]
SAID = some.tuples(some.floats(0, 1) | some.sampled_from(EDGES), some.booleans())


def by_loop(pairs):
    """Each bin's images, and the expected calibration error: (low, high] as in the paper."""
    error, bins = 0.0, []
    for low, high in pairwise(EDGES):
        inside = [(p, right) for p, right in pairs if low < p <= high or p == low == 0]
        bins.append(inside)
        if inside:
            confidence = sum(p for p, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            error += len(inside) / len(pairs) * abs(accuracy - confidence)
    return bins, error


@given(pairs=some.lists(SAID, min_size=1, max_size=40))
def test_it_is_the_definition(pairs):
    found = calibrate(*zip(*pairs, strict=True))
    bins, error = by_loop(pairs)
    assert found.error == pytest.approx(error, abs=1e-12)
    assert [one.count for one in found.bins] == [len(inside) for inside in bins]
    for one, inside in zip(found.bins, bins, strict=True):
        assert (one.confidence is None) == (one.accuracy is None) == (not inside)
        if inside:
            assert one.confidence == pytest.approx(np.mean([p for p, _ in inside]))
            assert one.accuracy == pytest.approx(np.mean([right for _, right in inside]))
    assert found.excess == pytest.approx(np.mean([p - right for p, right in pairs]))


def test_who_is_right_as_often_as_sure_has_no_error():
    found = calibrate([0.75] * 4 + [1.0] * 3, [True] * 3 + [False] + [True] * 3)
    assert (found.error, found.excess) == (0, 0)


def test_the_sign_tells_too_sure_from_not_sure_enough():
    assert calibrate([0.9, 0.9], [True, False]).excess == pytest.approx(0.4)
    assert calibrate([0.6, 0.6], [True, True]).excess == pytest.approx(-0.4)
