"""B15: one c x y x x filter replaced by three, of c x 1 x 1, 1 x y x 1 and 1 x 1 x x."""

import numpy as np

import striate
from striate.reference import convolve


def test_576_weights_against_70():
    whole = striate.plan("INPUT 64x8x8 -> CONV 1 3x3 bias=no")
    parts = striate.plan(
        "INPUT 64x8x8 -> CONV 1 1x1 bias=no -> CONV 1 3x1 bias=no -> CONV 1 1x3 bias=no"
    )
    word = striate.plan("INPUT 64x8x8 -> SEPARABLE 1 3x3 bias=no")
    assert whole.totals["parameters"].value == 64 * 3 * 3 == 576
    assert parts.totals["parameters"].value == 64 + 3 + 3 == 70
    assert word.totals["parameters"].value == 70
    assert whole.rows[-1].size == parts.rows[-1].size == word.rows[-1].size


def test_a_filter_that_is_a_product_comes_apart():
    depth, down, across = np.array([2, -1, 3]), np.array([1, 2, 1]), np.array([1, 0, -1])
    image = np.arange(75).reshape(3, 5, 5) ** 2 % 11
    whole = convolve(image, np.einsum("c,y,x->cyx", depth, down, across)[None])
    parts = image
    for kernel in (depth.reshape(1, 3, 1, 1), down.reshape(1, 1, 3, 1), across.reshape(1, 1, 1, 3)):
        parts = convolve(parts, kernel).values
    assert np.array_equal(parts, whole.values)
