"""B16: unshared convolution: a kernel of its own at every place, one bias for each unit."""

import numpy as np

import striate
from striate.reference import Sweep, convolve


def test_5_units_under_a_kernel_of_2():
    unshared = striate.plan("INPUT 1x5 -> UNSHARED 1 2 bias=no").rows[0]
    shared = striate.plan("INPUT 1x5 -> CONV 1 2 bias=no").rows[0]
    assert (unshared.parameters.value, shared.parameters.value) == (4 * 2, 2)
    kernels = [[1, 0], [0, 1], [1, 1], [1, -1]]
    worked = convolve([[1, 2, 3, 4, 5]], [[kernels]], Sweep(stride=(1,)))
    assert worked.values.tolist() == [[1, 3, 7, -1]]
    assert worked.products == unshared.products.value == shared.products.value == 8


def test_the_six_axes_of_a_weight_count_places_kernel_channels_and_filters():
    row = striate.plan("INPUT 3x6x7 -> UNSHARED 2 3x2").rows[0]
    weight = np.zeros((2, 3, 4, 6, 3, 2))  # filter, channel, places, kernel
    assert row.size == (2, 4, 6)
    assert row.parameters.value == weight.size + 2 * 4 * 6
    worked = convolve(np.zeros((3, 6, 7)), weight, Sweep((1, 1)), bias=np.ones((2, 4, 6)))
    assert worked.products == row.products.value == weight.size


def test_the_same_kernel_everywhere_is_a_convolution():
    image, kernel = np.arange(25).reshape(1, 5, 5), np.arange(9).reshape(3, 3)
    repeated = np.broadcast_to(kernel, (1, 1, 3, 3, 3, 3))
    unshared = convolve(image, repeated, Sweep((1, 1))).values
    assert np.array_equal(unshared, convolve(image, kernel[None, None]).values)
