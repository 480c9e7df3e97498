"""B17: tiled convolution: kernels and biases take turns, place p (from 0) uses tile p % t."""

import numpy as np
import pytest

import striate
from striate.reference import Sweep, convolve

LINE = Sweep(stride=(1,))
IMAGE = [[1, 2, 3, 4, 5, 6]]


def test_two_tiles_take_turns():
    kernels, bias = [[[[1, 0], [0, -1]]]], [[0, 100]]
    worked = convolve(IMAGE, kernels, LINE, bias=bias)
    assert worked.values.tolist() == [[1, 97, 3, 95, 5]]
    assert worked.products == 5 * 2


def test_one_tile_is_convolution_and_a_tile_for_each_place_is_unshared():
    one = convolve(IMAGE, [[[[2, 1]]]], LINE)
    assert one.values.tolist() == convolve(IMAGE, [[[2, 1]]]).values.tolist()
    kernels = np.arange(10).reshape(1, 1, 5, 2)
    each = convolve(IMAGE, kernels, LINE).values[0]
    assert each.tolist() == [kernels[0, 0, p] @ IMAGE[0][p : p + 2] for p in range(5)]


@pytest.mark.parametrize(("tiles", "kernels"), [("1", 1), ("2", 4), ("2x3", 6)])
def test_parameters_grow_with_the_tiles_and_products_do_not(tiles, kernels):
    tiled = striate.plan(f"INPUT 2x8x8 -> TILED 4 3x3 tiles={tiles}").rows[0]
    shared = striate.plan("INPUT 2x8x8 -> CONV 4 3x3").rows[0]
    assert tiled.parameters.value == kernels * shared.parameters.value
    assert tiled.products.value == shared.products.value
    assert tiled.size == shared.size
