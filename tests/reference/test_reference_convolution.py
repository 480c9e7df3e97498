"""reference.convolve and reference.correlate are checked against torch, in double precision."""

import numpy as np
from hypothesis import given
from reference.layers import MANY, cases, same

from striate.reference import Sweep, convolve, correlate, transpose


@MANY
@given(cases())
def test_convolve_is_torchs_convolution(case):
    same(case.worked(), case.judged(*case.tensors()))


@given(cases())
def test_products_are_one_for_each_weight_at_each_place(case):
    assert case.worked().products == case.products


@given(cases())
def test_a_batch_is_each_image_for_itself(case):
    alone = [
        convolve(image, case.kernels, case.sweep, bias=case.bias, groups=case.groups)
        for image in case.images
    ]
    together = case.worked()
    np.testing.assert_array_equal(together.values, np.stack([one.values for one in alone]))
    assert together.products == sum(one.products for one in alone)


@given(cases(kinds=("shared",)))
def test_correlate_is_the_convolution_of_one_channel(case):
    kernel = np.ones((3,) * case.rank) if not case.kernels.size else case.kernels
    kernel = kernel.reshape(-1, *kernel.shape[-case.rank :])[0]
    flat = correlate(case.images, kernel, case.sweep)
    channels = case.images.reshape(-1, 1, *case.size)
    deep = convolve(channels, kernel[None, None], case.sweep)
    np.testing.assert_array_equal(flat.values.reshape(deep.values.shape), deep.values)
    assert flat.products == deep.products


def test_one_number_stands_for_every_axis():
    image, kernel = np.arange(49).reshape(7, 7), np.arange(4).reshape(2, 2)
    short = correlate(image, kernel, Sweep(stride=2, padding=1, dilation=3))
    long = correlate(image, kernel, Sweep((2, 2), ((1, 1), (1, 1)), (3, 3)))
    np.testing.assert_array_equal(short.values, long.values)


def test_a_window_larger_than_the_image_has_no_place():
    worked = correlate(np.ones((2, 5)), np.ones((3, 3)))
    assert worked.values.shape == (0, 3)
    assert worked.products == 0
    maps = np.zeros((1, 0, 3))
    assert convolve(np.ones((1, 2, 5)), np.ones((1, 1, 3, 3))).values.shape == maps.shape
    assert not transpose(maps, np.ones((1, 1, 3, 3)), size=(2, 5)).values.any()
