"""A2: parameters of a fully connected net on 16x16 images (a slide swaps two digits: 28,236)."""

import striate


def test_parameters():
    plan = striate.plan("INPUT 1x16x16 -> FC 100 -> RELU -> FC 26")
    assert plan.totals["parameters"].value == 28_326
    assert [row.parameters.value for row in plan.rows] == [256 * 100 + 100, 0, 100 * 26 + 26]
