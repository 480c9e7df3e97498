"""B19: a bias for each filter; or for each place, where the size of the input is fixed."""

import numpy as np

import striate
from striate.reference import convolve, gradients

IMAGE, KERNELS = np.ones((1, 3, 3)), np.ones((2, 1, 2, 2))


def test_per_filter_and_per_place():
    assert convolve(IMAGE, KERNELS, bias=[0, 10]).values[:, 1, 1].tolist() == [4, 14]
    per_place = np.arange(8).reshape(2, 2, 2)
    assert np.array_equal(convolve(IMAGE, KERNELS, bias=per_place).values, 4 + per_place)


def test_a_shared_bias_learns_from_all_of_its_places():
    upstream = np.arange(8).reshape(2, 2, 2)
    shared = gradients(upstream, IMAGE, KERNELS, bias=[0, 0]).bias
    assert shared.values.tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7]
    each = gradients(upstream, IMAGE, KERNELS, bias=np.zeros((2, 2, 2))).bias
    assert np.array_equal(each.values, upstream)


def test_how_many_there_are():
    shared = striate.plan("INPUT 1x3x3 -> CONV 2 2x2").rows[0]
    unshared = striate.plan("INPUT 1x3x3 -> UNSHARED 2 2x2").rows[0]
    assert shared.parameters.value == 2 * 4 + 2
    assert unshared.parameters.value == 4 * 2 * 4 + 2 * 4
