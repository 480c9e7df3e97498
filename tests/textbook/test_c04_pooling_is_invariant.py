"""C4: pooling is invariant to permutations in its window, weakly to translation."""

from itertools import permutations

import numpy as np
import pytest

from striate.reference import Sweep, pool

BESIDE = Sweep(stride=1, padding=1)
DETECTORS, SHIFTED = [0.1, 1, 0.2, 0.1], [0.3, 0.1, 1, 0.2]


@pytest.mark.parametrize("kind", ["max", "min", "average"])
def test_the_order_in_a_window_does_not_matter(kind):
    found = {pool(order, 4, kind).item() for order in permutations([1, 2, 4, 9])}
    assert len(found) == 1


def test_after_a_shift_four_of_four_detectors_change_and_two_of_four_pooled_values():
    before, after = (pool(values, 3, "max", BESIDE) for values in (DETECTORS, SHIFTED))
    assert before.tolist() == [1, 1, 1, 0.2]
    assert after.tolist() == [0.3, 1, 1, 1]
    assert np.count_nonzero(np.not_equal(DETECTORS, SHIFTED)) == 4
    assert np.count_nonzero(before != after) == 2
