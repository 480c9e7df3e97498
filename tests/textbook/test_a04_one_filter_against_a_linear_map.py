"""A4: from 6x6 to 4x4 by one linear map, and by one filter."""

import striate


def test_weights():
    linear = striate.plan("INPUT 1x6x6 -> FC 1x4x4 bias=no")
    filtered = striate.plan("INPUT 1x6x6 -> CONV 1 3x3 bias=no")
    assert linear.rows[0].size == filtered.rows[0].size == (1, 4, 4)
    assert linear.totals["parameters"].value == 36 * 16 == 576
    assert filtered.totals["parameters"].value == 9
