"""B24: sharing is a regularisation: 16 weights of a 4x4 image become 4."""

import numpy as np

import striate
from striate.reference import Sweep, convolve


def test_16_weights_unshared_and_4_shared():
    unshared = striate.plan("INPUT 1x4x4 -> UNSHARED 1 2x2 stride=2 bias=no").rows[0]
    shared = striate.plan("INPUT 1x4x4 -> CONV 1 2x2 stride=2 bias=no").rows[0]
    assert (unshared.parameters.value, shared.parameters.value) == (16, 4)
    assert unshared.products.value == shared.products.value == 16


def test_unshared_kernels_that_are_made_equal_are_shared():
    image, kernel = np.arange(16).reshape(1, 4, 4), np.array([[1, -1], [2, 0]])
    equal = np.broadcast_to(kernel, (1, 1, 2, 2, 2, 2))
    unshared = convolve(image, equal, Sweep(stride=(2, 2)))
    shared = convolve(image, kernel[None, None], Sweep(stride=2))
    assert np.array_equal(unshared.values, shared.values)
    assert unshared.products == shared.products == 16
