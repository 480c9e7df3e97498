"""B20: a convolution written as a matrix product."""

import numpy as np

import striate
from striate.reference import convolve, matrix, transpose


def test_5x5_with_3x3_is_9_x_25():
    written = striate.matrix((5, 5), (3, 3))
    assert written.shape == (9, 25)
    first = "w11 w12 w13 . . w21 w22 w23 . . w31 w32 w33 . . . . . . . . . . . ."
    assert str(written).splitlines()[0].split() == first.split()
    assert str(written).endswith("9 x 25: 81 of 225 entries are weights, 9 different")


def test_a_row_is_the_one_before_moved_by_a_pixel():
    values = matrix(np.arange(1, 10).reshape(1, 1, 3, 3), size=(5, 5))
    assert np.array_equal(values[1], np.roll(values[0], 1))
    assert np.array_equal(values[3], np.roll(values[0], 5))


def test_its_product_is_the_convolution_and_its_transposes_the_transposed_one():
    kernels = np.arange(1, 10).reshape(1, 1, 3, 3)
    image, maps = np.arange(25).reshape(1, 5, 5), np.arange(9).reshape(1, 3, 3)
    values = matrix(kernels, size=(5, 5))
    assert np.array_equal(values @ image.ravel(), convolve(image, kernels).values.ravel())
    back = transpose(maps, kernels, size=(5, 5)).values
    assert np.array_equal(values.T @ maps.ravel(), back.ravel())
