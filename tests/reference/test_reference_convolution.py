"""reference.convolve and reference.correlate are checked against torch, in double precision.

The numbers drawn are small whole ones, so that every sum is exact and equal means equal. Padding
is done by torch's own F.pad, each side for itself; the count is checked against its closed form,
with the places counted by torch.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn import functional as F

from striate.reference import Sweep, convolve, correlate

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


@dataclass(frozen=True)
class Case:
    images: np.ndarray
    kernels: np.ndarray
    bias: np.ndarray | None
    groups: int
    border: str
    sweep: Sweep

    def worked(self):
        options = {"bias": self.bias, "groups": self.groups, "border": self.border}
        return convolve(self.images, self.kernels, self.sweep, **options)

    def expected(self):
        sides = [side for pair in reversed(self.sweep.padding) for side in pair]
        mode = {"zeros": "constant", "edge": "replicate"}[self.border]
        return CONVOLUTIONS[len(self.sweep.padding)](
            F.pad(torch.from_numpy(self.images), sides, mode),
            torch.from_numpy(self.kernels),
            None if self.bias is None else torch.from_numpy(self.bias),
            stride=self.sweep.stride,
            dilation=self.sweep.dilation,
            groups=self.groups,
        ).numpy()


def numbers(*shape):
    return arrays(np.float64, shape, elements=st.integers(-9, 9))


@st.composite
def cases(draw):
    def per_axis(low, high):
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    rank = draw(st.integers(1, 3))
    kernel, stride, dilation = per_axis(1, 3), per_axis(1, 3), per_axis(1, 3)
    padding = tuple(zip(per_axis(0, 2), per_axis(0, 2), strict=True))
    least = [
        max(1, 1 + (k - 1) * d - sum(pair))
        for k, d, pair in zip(kernel, dilation, padding, strict=True)
    ]
    size = [smallest + extra for smallest, extra in zip(least, per_axis(0, 3), strict=True)]
    batch, groups, depth, per_group = (draw(st.integers(1, 2)) for _ in range(4))
    filters = groups * per_group
    return Case(
        images=draw(numbers(batch, groups * depth, *size)),
        kernels=draw(numbers(filters, depth, *kernel)),
        bias=draw(st.none() | numbers(filters)),
        groups=groups,
        border=draw(st.sampled_from(["zeros", "edge"])),
        sweep=Sweep(stride, padding, dilation),
    )


@settings(deadline=None)
@given(cases())
def test_convolve_is_torchs_convolution(case):
    np.testing.assert_array_equal(case.worked().values, case.expected(), strict=True)


@settings(deadline=None)
@given(cases())
def test_products_are_one_for_each_weight_at_each_place(case):
    batch, _, *places = case.expected().shape
    assert case.worked().products == batch * prod(places) * case.kernels.size


@settings(deadline=None)
@given(cases())
def test_a_batch_is_each_image_for_itself(case):
    alone = [
        convolve(image, case.kernels, case.sweep, groups=case.groups, bias=case.bias)
        for image in case.images
    ]
    together = convolve(case.images, case.kernels, case.sweep, groups=case.groups, bias=case.bias)
    np.testing.assert_array_equal(together.values, np.stack([one.values for one in alone]))
    assert together.products == sum(one.products for one in alone)


@settings(deadline=None)
@given(cases())
def test_correlate_is_the_convolution_of_one_channel(case):
    kernel = case.kernels[0, 0]
    flat = correlate(case.images, kernel, case.sweep)
    channels = case.images.reshape(-1, 1, *case.images.shape[2:])
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


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        (Sweep(stride=0), "0 is not a number of at least 1 for each of 2 axes"),
        (Sweep(dilation=(1, 2, 3)), r"\(1, 2, 3\) is not a number"),
        (Sweep(padding=-1), "padding -1 is not a pair"),
        (Sweep(padding=[(1, 1)]), "for each of 2 axes"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(sweep, message):
    with pytest.raises(ValueError, match=message):
        correlate(np.ones((5, 5)), np.ones((3, 3)), sweep)


@pytest.mark.parametrize(
    ("kernels", "options", "message"),
    [
        ((2, 3, 3, 3), {}, "2 filters of depth 3 do not fit 4 channels in 1 groups"),
        ((3, 2, 3, 3), {"groups": 2}, "3 filters of depth 2 do not fit 4 channels in 2 groups"),
        ((2, 4, 3, 3), {"bias": [1.0]}, r"2 filters need 2 biases, not shape \(1,\)"),
        ((2, 4, 3, 3), {"border": "mirror"}, "not with 'mirror'"),
    ],
)
def test_kernels_that_do_not_fit_are_refused(kernels, options, message):
    with pytest.raises(ValueError, match=message):
        convolve(np.ones((4, 6, 6)), np.ones(kernels), **options)


def test_a_kernel_of_more_axes_than_the_image_is_refused():
    with pytest.raises(ValueError, match="a window of 2 axes cannot slide over 1"):
        correlate([1, 2, 3], [[1, 0], [0, 1]])
