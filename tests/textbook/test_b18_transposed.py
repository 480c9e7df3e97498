"""B18: the transposed convolution has to be told the size: several inputs give one output size."""

import numpy as np
import pytest

import striate
from striate.arithmetic import Window
from striate.reference import Sweep, convolve, transpose

KERNELS, SWEEP = np.arange(1, 10).reshape(1, 1, 3, 3), Sweep(stride=2)


def test_two_sizes_give_the_same_places():
    assert Window.of(3, stride=2).sources((3,)) == (range(7, 9),)
    for size in (7, 8):
        image = np.ones((1, size, size))
        maps = convolve(image, KERNELS, SWEEP).values
        assert maps.shape == (1, 3, 3)
        assert transpose(maps, KERNELS, SWEEP, size=(size, size)).values.shape == image.shape
        row = striate.plan(f"INPUT 1x3x3 -> DECONV 1 3x3 stride=2 to={size}x{size}").rows[0]
        assert row.size == image.shape


def test_a_size_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="do not stand for 1 filters at"):
        transpose(np.ones((1, 3, 3)), KERNELS, SWEEP, size=(9, 9))
    with pytest.raises(striate.errors.ShapeError, match="cannot turn 3x3 into 9x9"):
        striate.plan("INPUT 1x3x3 -> DECONV 1 3x3 stride=2 to=9x9")


def test_its_product_with_a_map_is_that_of_the_image_with_the_convolution():
    image, maps = np.arange(49).reshape(1, 7, 7) % 5, np.arange(9).reshape(1, 3, 3) % 4
    there = convolve(image, KERNELS, SWEEP)
    back = transpose(maps, KERNELS, SWEEP, size=(7, 7))
    assert (there.values * maps).sum() == (image * back.values).sum()
    assert there.products == back.products == 9 * 9
