"""B13: a dilated window spans more with the same weights."""

import striate
from striate.arithmetic import Window


def test_3x3_at_rate_2_spans_5x5_with_9_weights():
    assert Window.of(3, rank=2, dilation=2).span == (5, 5)
    row = striate.plan("INPUT 1x9x9 -> CONV 1 3x3 dilation=2 bias=no").rows[0]
    assert row.parameters.value == 9
    assert row.size == (1, 5, 5)


def test_a_rate_for_each_axis():
    assert Window.of(3, rank=2, dilation=(1, 2)).span == (3, 5)
