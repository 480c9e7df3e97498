"""ops.pool is checked against reference.pool, which is the definition written as loops.

Its gradient is checked against autograd of the windows laid out one by one, its errors and sizes
against the planner's; max, min and average where torch has them also against torch.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from striate import reference
from striate.arithmetic import Window
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.ops import adaptive, pad, pool, pool_channels, pool_globally
from striate.planning.sizes import output

KINDS = ("max", "min", "average")
MODES = ("zeros", "zeros", "edge", "reflect", "circular")


@dataclass(frozen=True)
class Case:
    x: Tensor
    window: Window
    kind: str
    options: dict

    @property
    def found(self):
        return pool(self.x, self.window, self.kind, **self.options)

    @property
    def expected(self):
        window, options = self.window, self.options
        border = options["mode"]
        sweep = reference.Sweep(window.stride, window.padding, window.dilation, border)
        how = {"partial": options["ceil"], "count_padding": options["count_padding"]}
        return reference.pool(self.x.detach(), window.kernel, self.kind, sweep, **how)


@st.composite
def cases(draw):
    rank, mode = draw(st.integers(1, 3)), draw(st.sampled_from(MODES))

    def each(low, high):
        return [draw(st.integers(low, high)) for _ in range(rank)]

    axes, kernel, dilation = each(1, {1: 12, 2: 8, 3: 6}[rank]), each(1, 4), each(1, 3)
    most = {"reflect": -1, "circular": 0}.get(mode, 9)
    highest = [min(n + most, 4) for n in axes]
    before, after = ([draw(st.integers(0, high)) for high in highest] for _ in range(2))
    if draw(st.booleans()):  # what torch has a kernel for
        before = after = [min(side, k // 2) for side, k in zip(before, kernel, strict=True)]
    padding = tuple(zip(before, after, strict=True))
    window = Window.of(kernel, stride=each(1, 4), padding=padding, dilation=dilation)
    assume(window.fits(tuple(axes)))
    random = torch.Generator().manual_seed(draw(st.integers(0, 99)))
    x = torch.randn(2, 2, *axes, dtype=torch.float64, generator=random)
    options = {"ceil": draw(st.booleans()), "count_padding": draw(st.booleans()), "mode": mode}
    return Case(x, window, draw(st.sampled_from(KINDS)), options)


def same(found, expected):
    np.testing.assert_allclose(found.detach(), expected, rtol=1e-12, atol=1e-12, strict=True)


@settings(max_examples=400)
@given(cases())
def test_pooling_is_the_definition(case):
    same(case.found, case.expected)


@given(cases())
def test_the_size_is_the_planners(case):
    layer = L.Pool(case.kind, case.window, case.options["ceil"], case.options["mode"])
    planned = output(layer, (case.x.shape[1:],))
    assert case.found.shape[1:] == tuple(quantity.value for quantity in planned)


def laid_out(case):
    """Each pixel of each window in a dimension of its own (..., tap), and which of them count."""
    x, window, mode = case.x, case.window, case.options["mode"]
    ends = [n + b for n, (b, _) in zip(x.shape[2:], window.padding, strict=True)]
    real = pad(torch.ones_like(x), window.padding, mode)
    inside = torch.ones_like(real)
    wide = tuple((0, s + end) for s, end in zip(window.span, ends, strict=True))
    shown = [pad(pad(x, window.padding, mode), wide), pad(real, wide), pad(inside, wide)]
    places = window.places(x.shape[2:], ceil=case.options["ceil"])
    steps = zip(places, window.span, window.stride, window.dilation, strict=True)
    for axis, (count, span, stride, dilation) in enumerate(steps, start=2):
        shown = [one.unfold(axis, span, stride).narrow(axis, 0, count) for one in shown]
        shown = [one[..., ::dilation] for one in shown]
    pixels, real, inside = (one.flatten(2 + window.rank) for one in shown)
    return pixels, real.bool(), inside.bool()


def summary(case):
    pixels, real, inside = laid_out(case)
    counted = inside if case.options["count_padding"] else real
    match case.kind:
        case "max":
            return pixels.masked_fill(~real, -inf).amax(-1)
        case "min":
            return pixels.masked_fill(~real, inf).amin(-1)
        case _:
            return pixels.sum(-1) / counted.sum(-1)


@given(cases())
def test_the_gradient_is_that_of_the_windows_laid_out(case):
    x = case.x.requires_grad_()
    found, expected = case.found, summary(case)
    same(found, expected.detach())
    weights = torch.where(expected.isfinite(), torch.randn_like(found), 0.0)
    mine, theirs = (torch.autograd.grad(y, x, weights)[0] for y in (found, expected))
    same(mine, theirs)


@given(cases())
def test_the_padding_is_never_the_largest_or_the_smallest(case):
    x = case.x.abs() + 5
    assert not (pool(x, case.window, "min", **case.options) < 5).any()
    assert not (pool(-x, case.window, "max", **case.options) > -5).any()


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("ceil", [False, True])
def test_where_torch_has_the_kernel_it_is_torchs(rank, ceil):
    x = torch.randn(2, 3, *(9, 8, 7)[:rank])
    window = Window.of(3, rank=rank, stride=2, padding=1)
    largest = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1](x, 3, 2, 1, ceil_mode=ceil)
    average = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[rank - 1](x, 3, 2, 1, ceil, False)
    assert torch.equal(pool(x, window, ceil=ceil), largest)
    assert torch.equal(pool(x, window, "average", ceil=ceil, count_padding=False), average)


def test_of_equal_pixels_the_first_gets_the_gradient():
    x = torch.zeros(1, 4, 4).requires_grad_()
    for window in (Window.of(4), Window.of(4, stride=4, padding=[(0, 1)])):
        (slope,) = torch.autograd.grad(pool(x, window).sum(), x)
        assert slope[0, 0].tolist() == [1, 0, 0, 0]
    (slope,) = torch.autograd.grad(pool_channels(x, 2).sum(), x)
    assert slope[0, :, 0].tolist() == [1, 0, 1, 0]


def test_a_window_without_a_pixel_has_no_value():
    x, beside = torch.tensor([[[3.0, 4.0]]]), Window.of(2, padding=[(2, 0)], stride=2)
    assert pool(x, beside).tolist() == [[[-inf, 4]]]
    assert pool(x, beside, "min").tolist() == [[[inf, 3]]]
    assert pool(x, beside, "average").tolist() == [[[0, 3.5]]]
    assert pool(x, beside, "average", count_padding=False)[0, 0, 0].isnan()


@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(0, 3), st.sampled_from(KINDS), st.booleans()
)
def test_channels_are_pooled_in_groups_of_neighbours(groups, channels, rank, kind, last):
    x = torch.randn(2, groups * channels, *(3, 4, 2)[:rank], dtype=torch.float64)
    x = x.movedim(1, -1).contiguous().movedim(-1, 1) if last else x
    expected = reference.pool_channels(x, channels, kind, axis=1)
    same(pool_channels(x, channels, kind), expected)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), min_size=1, max_size=3))
def test_adaptive_windows_are_the_definition_and_one_of_them_is_global(pairs):
    axes, places = zip(*pairs, strict=True)
    x = torch.randn(2, 2, *axes, dtype=torch.float64)
    for kind in KINDS:
        same(adaptive(x, places, kind), reference.adaptive(x, places, kind))
        same(pool_globally(x, kind), reference.adaptive(x, (1,) * len(axes), kind))


TWO = Window.of(2, rank=2)
REFUSED = [
    (lambda x: pool(x, Window.of(9, rank=2)), L.Pool("max", Window.of(9, rank=2))),
    (lambda x: pool_channels(x, 4), L.ChannelPool(4)),
    (lambda x: adaptive(x, (2,)), L.Adaptive((2,))),
    (
        lambda x: pool(x, Window.of(2, rank=2, padding=5), mode="reflect"),
        L.Pool("max", Window.of(2, rank=2, padding=5), mode="reflect"),
    ),
]


@pytest.mark.parametrize(("function", "layer"), REFUSED)
def test_what_does_not_fit_is_refused_in_the_planners_words(function, layer):
    x = torch.zeros(1, 6, 5, 5)
    with pytest.raises(ShapeError) as planned:
        output(layer, (x.shape[1:],))
    with pytest.raises(ShapeError) as caught:
        function(x)
    assert str(caught.value) == str(planned.value)


@pytest.mark.parametrize(
    ("function", "size", "error", "message"),
    [
        (lambda x: pool(x, TWO), (1, 1, 5), ShapeError, "a window of 2 axes cannot step over 5"),
        (lambda x: pool(x, TWO), (1, 5), ShapeError, "but 5 features arrive"),
        (lambda x: pool_globally(x), (1, 5), ShapeError, "but 5 features arrive"),
        (
            lambda x: pool(x, Window.of(2, rank=4)),
            *((1, 1, 3, 3, 3, 3), OptionError, "torch slides along 1 to 3 axes, found 4"),
        ),
        (lambda x: pool(x, TWO, "median"), (1, 1, 5, 5), OptionError, "kind is one of max, min"),
        (lambda x: pool(x, TWO, mode="wrap"), (1, 1, 5, 5), OptionError, "mode is one of zeros"),
        (lambda x: adaptive(x, (2, 2), "sum"), (1, 1, 5, 5), OptionError, "kind is one of max"),
        (lambda x: pool_channels(x, 1, "sum"), (1, 1, 5, 5), OptionError, "kind is one of max"),
    ],
)
def test_what_cannot_be_is_refused(function, size, error, message):
    with pytest.raises(error, match=message):
        function(torch.zeros(size))
