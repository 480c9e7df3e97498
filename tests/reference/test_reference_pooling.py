"""reference.pool is checked against torch, in double precision.

Torch's own pools judge the partial windows and the padding; where they have no such option (sides
that differ, gaps in an average) the judges are F.pad and a convolution of ones. The pixels are
small whole numbers, so that equal means equal.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn import functional as F

from striate.reference import Sweep, adaptive, pad_channels, pool, pool_channels

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MAXIMA = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVERAGES = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
ADAPTIVE = {
    "average": {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d},
    "max": {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d},
}
BORDERS = {"edge": "replicate", "reflect": "reflect", "circular": "circular"}
KINDS = st.sampled_from(["max", "min", "average"])


@dataclass(frozen=True)
class Case:
    images: np.ndarray
    kernel: tuple[int, ...]
    sweep: Sweep

    @property
    def rank(self):
        return len(self.kernel)

    @property
    def tensor(self):
        return torch.from_numpy(self.images)

    def padded(self, tensor, value):
        sides = [side for pair in reversed(self.sweep.padding) for side in pair]
        return F.pad(tensor, sides, value=value)

    def sums(self, tensor):
        """The sum under each window, by a convolution with ones."""
        channels = tensor.shape[1]
        ones = torch.ones(channels, 1, *self.kernel, dtype=torch.float64)
        how = {"stride": self.sweep.stride, "dilation": self.sweep.dilation}
        return CONVOLUTIONS[self.rank](self.padded(tensor, 0), ones, groups=channels, **how)


@st.composite
def cases(draw, *, like_torch=False):
    """Any pool, or `like_torch` one that torch has: an image no smaller than the window."""

    def per_axis(low, *highs):
        return tuple(draw(st.integers(low, high)) for high in highs)

    rank = draw(st.integers(1, 3))
    kernel, dilation = per_axis(1, *[4] * rank), per_axis(1, *[1 if like_torch else 3] * rank)
    before = per_axis(0, *[k // 2 for k in kernel])
    after = before if like_torch else per_axis(0, *[k // 2 for k in kernel])
    spans = [
        max(1, 1 + (k - 1) * d - b - a)
        for k, d, b, a in zip(kernel, dilation, before, after, strict=True)
    ]
    least = kernel if like_torch else spans
    size = [smallest + draw(st.integers(0, 5)) for smallest in least]
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 2)), *size)
    images = draw(arrays(np.float64, shape, elements=st.integers(-9, 9)))
    padding = tuple(zip(before, after, strict=True))
    return Case(images, kernel, Sweep(per_axis(1, *[4] * rank), padding, dilation))


@settings(deadline=None)
@given(cases(like_torch=True), st.booleans())
def test_max_and_min_are_torchs(case, partial):
    how = (case.kernel, case.sweep.stride, [before for before, _ in case.sweep.padding])
    largest = MAXIMA[case.rank](case.tensor, *how, ceil_mode=partial)
    smallest = -MAXIMA[case.rank](-case.tensor, *how, ceil_mode=partial)
    found = pool(case.images, case.kernel, "max", case.sweep, partial=partial)
    np.testing.assert_array_equal(found, largest.numpy(), strict=True)
    found = pool(case.images, case.kernel, "min", case.sweep, partial=partial)
    np.testing.assert_array_equal(found, smallest.numpy(), strict=True)


@settings(deadline=None)
@given(cases(like_torch=True), st.booleans(), st.booleans())
def test_average_is_torchs(case, partial, counted):
    expected = AVERAGES[case.rank](
        case.tensor,
        case.kernel,
        case.sweep.stride,
        [before for before, _ in case.sweep.padding],
        ceil_mode=partial,
        count_include_pad=counted,
    )
    options = {"partial": partial, "count_padding": counted}
    found = pool(case.images, case.kernel, "average", case.sweep, **options)
    np.testing.assert_array_equal(found, expected.numpy(), strict=True)


@settings(deadline=None)
@given(cases())
def test_the_padding_is_never_the_largest_or_the_smallest(case):
    how = {"stride": case.sweep.stride, "dilation": case.sweep.dilation}
    framed = case.padded(case.tensor, -torch.inf), case.padded(-case.tensor, -torch.inf)
    largest, negated = (MAXIMA[case.rank](one, case.kernel, **how) for one in framed)
    found = pool(case.images, case.kernel, "max", case.sweep)
    np.testing.assert_array_equal(found, largest.numpy(), strict=True)
    found = pool(case.images, case.kernel, "min", case.sweep)
    np.testing.assert_array_equal(found, -negated.numpy(), strict=True)


@settings(deadline=None)
@given(cases())
def test_an_average_is_a_sum_over_a_count(case):
    sums = case.sums(case.tensor)
    pixels = case.sums(torch.ones_like(case.tensor))
    window = np.prod(case.kernel)
    found = pool(case.images, case.kernel, "average", case.sweep)
    np.testing.assert_array_equal(found, (sums / window).numpy(), strict=True)
    found = pool(case.images, case.kernel, "average", case.sweep, count_padding=False)
    np.testing.assert_array_equal(found, (sums / pixels).numpy(), strict=True)


@given(cases(), KINDS, st.sampled_from([*BORDERS]), st.booleans(), st.booleans())
def test_padding_that_copies_pixels_is_as_good_as_pixels(case, kind, border, partial, counted):
    room = {"reflect": 1, "circular": 0, "edge": -9}[border]
    sizes = zip(case.images.shape[2:], case.sweep.padding, strict=True)
    assume(all(n >= max(pair) + room for n, pair in sizes))
    sides = [side for pair in reversed(case.sweep.padding) for side in pair]
    framed = F.pad(case.tensor, sides, BORDERS[border])
    options = {"partial": partial, "count_padding": counted}
    sweep = replace(case.sweep, border=border)
    found = pool(case.images, case.kernel, kind, sweep, **options)
    assert found.shape == pool(case.images, case.kernel, kind, case.sweep, **options).shape
    expected = pool(framed, case.kernel, kind, replace(case.sweep, padding=0), **options)
    cut = expected[(..., *(slice(n) for n in found.shape[2:]))]
    np.testing.assert_array_equal(found, cut)


@given(cases(), st.data())
def test_adaptive_is_torchs(case, data):
    bins = tuple(data.draw(st.integers(1, n + 1)) for n in case.images.shape[2:])
    for kind, functions in ADAPTIVE.items():
        expected = functions[case.rank](case.tensor, bins).numpy()
        np.testing.assert_allclose(adaptive(case.images, bins, kind), expected, rtol=1e-15)
    smallest = -ADAPTIVE["max"][case.rank](-case.tensor, bins).numpy()
    np.testing.assert_array_equal(adaptive(case.images, bins, "min"), smallest)


@given(cases(), st.integers(1, 3), KINDS)
def test_neighbouring_channels_are_pooled_at_each_place(case, group, kind):
    groups = [case.tensor * factor for factor in (1, -2, 3)[:group]]
    together = torch.stack(groups, dim=2).flatten(1, 2)
    expected = {"max": torch.amax, "min": torch.amin, "average": torch.mean}[kind](
        torch.stack(groups), 0
    )
    found = pool_channels(together, group, kind, axis=1)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-15)
    np.testing.assert_array_equal(pool_channels(together[0], group, kind), found[0])


@given(cases(), st.integers(0, 5))
def test_channels_of_zeros_stand_half_before_and_half_behind(case, more):
    sides = [(0, 0), (more // 2, (more + 1) // 2), *[(0, 0)] * case.rank]
    channels = case.images.shape[1] + more
    found = pad_channels(case.images, channels, axis=1)
    np.testing.assert_array_equal(found, np.pad(case.images, sides), strict=True)
    np.testing.assert_array_equal(pad_channels(case.images[0], channels), found[0])


def test_channels_are_not_taken_away():
    with pytest.raises(ValueError, match="3 channels cannot become 2 by adding some"):
        pad_channels(np.ones((3, 4)), 2)


def test_one_number_means_all_axes_of_an_adaptive_pool():
    image = np.arange(16).reshape(4, 4)
    assert adaptive(image, 1).tolist() == [[7.5]]
    assert adaptive(image, 2, "max").tolist() == [[5, 7], [13, 15]]
    assert adaptive(image, (2,), "max").tolist() == [[1, 3], [5, 7], [9, 11], [13, 15]]


@pytest.mark.parametrize("group", [0, 2])
def test_channels_that_cannot_be_cut_into_groups(group):
    with pytest.raises(ValueError, match=f"3 channels cannot be cut into groups of {group}"):
        pool_channels(np.ones((3, 4)), group)


def test_the_stride_is_the_window_unless_given():
    image = np.arange(36.0).reshape(6, 6)
    expected = [[7, 9, 11], [19, 21, 23], [31, 33, 35]]
    np.testing.assert_array_equal(pool(image, 2), expected)
    assert pool(image, (2, 3)).shape == (3, 2)
    assert pool(image, 2, "max", Sweep(stride=1)).shape == (5, 5)


def test_a_kernel_written_out_leaves_the_axes_before_alone():
    image = np.arange(2 * 6 * 6).reshape(2, 6, 6)
    assert pool(image, (3, 3)).tolist() == [[[14, 17], [32, 35]], [[50, 53], [68, 71]]]
    assert pool(image, 2).shape == (1, 3, 3)


def test_a_window_without_a_pixel_has_no_value():
    beside = Sweep(padding=[(2, 0)])
    assert pool([3, 4], (2,), "max", beside).tolist() == [-np.inf, 4]
    assert pool([3, 4], (2,), "min", beside).tolist() == [np.inf, 3]
    assert pool([3, 4], (2,), "average", beside).tolist() == [0, 3.5]
    alone = pool([3, 4], (2,), "average", beside, count_padding=False)
    np.testing.assert_array_equal(alone, [np.nan, 3.5])


@pytest.mark.parametrize(
    ("kernel", "options", "message"),
    [
        (0, {}, "0 is not a number of at least 1"),
        ((2, 2), {}, "a window of 2 axes cannot slide over 1"),
        (2, {"kind": "median"}, "not the 'median'"),
        (2, {"sweep": Sweep(stride=0)}, "0 is not a number of at least 1"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(kernel, options, message):
    with pytest.raises(ValueError, match=message):
        pool([1, 2, 3], kernel, **options)
