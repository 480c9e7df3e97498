"""ops.convolve and ops.transpose are checked against reference, which is the definition as loops.

Both ways of computing are: the compiled kernel, where this machine has a compiler, and torch alone.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.layers import CONVOLUTIONS, cases
from torch.nn import functional as F

from striate import reference
from striate.arithmetic import Window
from striate.errors import OptionError, ShapeError
from striate.ops import blocks, convolve, native, tiling, transpose
from striate.ops.native.kernel import library

MANY = settings(max_examples=400)
WAYS = ("compiled", "torch alone")
PLAIN = (False,)
"""Without connection tables."""


@pytest.fixture(params=WAYS, scope="module", autouse=True)
def way(request):
    """Every test of this file runs with the compiled kernel and without it."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "torch alone":
            patched.setattr(native, "takes", lambda value, g: False)
        elif library() is None:
            pytest.skip("no C compiler: the compiled kernel is not there")
        yield request.param


def tensors(*arrays, wanted=True):
    return [None if a is None else torch.tensor(a, requires_grad=wanted) for a in arrays]


def window(case):
    return Window(case.kernel, case.sweep.stride, case.sweep.padding, case.sweep.dilation)


def options(case):
    groups = "groups" if isinstance(case.groups, int) else "table"
    return {groups: case.groups, "mode": case.sweep.border}


def same(found, expected):
    np.testing.assert_array_equal(found.detach().numpy(), expected, strict=True)


@MANY
@given(cases())
def test_convolve_is_the_definition(case):
    x, weight, bias = tensors(case.images, case.kernels, case.bias)
    found = convolve(x, weight, window(case), bias, **options(case))
    worked = reference.convolve(
        case.images, case.kernels, case.sweep, bias=case.bias, groups=case.groups
    )
    same(found, worked.values)


@MANY
@given(cases())
def test_its_three_gradients_are_the_textbooks_sums(case):
    x, weight, bias = tensors(case.images, case.kernels, case.bias)
    found = convolve(x, weight, window(case), bias, **options(case))
    operands = [x, weight] + [bias] * (bias is not None)
    slopes = torch.autograd.grad(found, operands, torch.tensor(case.upstream))
    worked = reference.gradients(
        case.upstream, case.images, case.kernels, case.sweep, bias=case.bias, groups=case.groups
    )
    expected = [worked.image, worked.kernels] + [worked.bias] * (bias is not None)
    for slope, each in zip(slopes, expected, strict=True):
        same(slope, each.values)


@MANY
@given(cases(tables=PLAIN), st.data())
def test_transpose_is_the_definition(case, data):
    size = case.images.shape[2:]
    bias = data.draw(st.none() | st.just(np.arange(case.images.shape[1], dtype=np.float64)))
    y, weight, added = tensors(case.upstream, case.kernels, bias)
    options = {"groups": case.groups, "mode": case.sweep.border, "to": size}
    found = transpose(y, weight, window(case), added, **options)
    worked = reference.transpose(
        case.upstream, case.kernels, case.sweep, size=size, groups=case.groups
    )
    shift = 0 if bias is None else bias.reshape(-1, *(1,) * case.rank)
    same(found, worked.values + shift)


@MANY
@given(cases(tables=PLAIN))
def test_transpose_is_the_adjoint(case):
    """<convolve(x), y> = <x, transpose(y)>, and their derivatives are each other."""
    x, weight, y = tensors(case.images, case.kernels, case.upstream)
    options = {"groups": case.groups, "mode": case.sweep.border}
    there = (convolve(x, weight, window(case), **options) * y).sum()
    back = (x * transpose(y, weight, window(case), to=case.images.shape[2:], **options)).sum()
    assert there == back
    for one, other in zip(
        torch.autograd.grad(there, (x, weight, y)),
        torch.autograd.grad(back, (x, weight, y)),
        strict=True,
    ):
        assert torch.equal(one, other)


@MANY
@given(cases(kinds=("shared",), borders=("zeros",), tables=PLAIN))
def test_shared_is_torchs_own(case):
    x, weight = tensors(case.images, case.kernels, wanted=False)
    sides = [side for pair in reversed(case.sweep.padding) for side in pair]
    expected = CONVOLUTIONS[case.rank](
        F.pad(x, sides),
        weight,
        None,
        case.sweep.stride,
        dilation=case.sweep.dilation,
        groups=case.groups,
    )
    assert torch.equal(convolve(x, weight, window(case), **options(case)), expected)


@given(cases(kinds=("shared",), tables=PLAIN))
def test_one_tile_is_shared_and_as_many_as_places_unshared(case):
    x, weight = tensors(case.images, case.kernels, wanted=False)
    shared = convolve(x, weight, window(case), **options(case))
    for tiles in ((1,) * case.rank, case.places):
        spread = weight.view(*weight.shape[:2], *(1,) * case.rank, *case.kernel)
        spread = spread.expand(-1, -1, *tiles, *case.kernel)
        assert torch.equal(convolve(x, spread, window(case), **options(case)), shared)


@given(cases(kinds=("unshared",)))
def test_each_place_has_its_own_kernel(case):
    """Every kernel but one put to zero leaves that one's place alone."""
    x, weight = tensors(case.images, case.kernels, wanted=False)
    whole = convolve(x, weight, window(case), **options(case))
    ahead = weight.ndim - 2 * case.rank
    for place in np.ndindex(case.places):
        one = torch.zeros_like(weight)
        at = (*(slice(None),) * ahead, *place)
        one[at] = weight[at]
        found = convolve(x, one, window(case), **options(case))
        assert torch.equal(found[(..., *place)], whole[(..., *place)])
        found[(..., *place)] = 0
        assert not found.any()


@given(cases(kinds=("shared",)))
def test_stride_is_every_sth_of_stride_one(case):
    """B23."""
    x, weight = tensors(case.images, case.kernels, wanted=False)
    whole = Window(case.kernel, (1,) * case.rank, case.sweep.padding, case.sweep.dilation)
    every = tuple(slice(None, None, step) for step in case.sweep.stride)
    dense = convolve(x, weight, whole, **options(case))[(..., *every)]
    assert torch.equal(convolve(x, weight, window(case), **options(case)), dense)


@given(cases(kinds=("shared", "tiled")), st.data())
def test_what_is_shifted_stays_shifted(case, data):
    """B21: on an image that goes round; with tiles, by as many strides as there are tiles."""
    ring = Window(case.kernel, (1,) * case.rank, ((0, 0),) * case.rank, case.sweep.dilation)
    x, weight = tensors(case.images, case.kernels, wanted=False)
    ahead = weight.ndim - 2 * case.rank
    tiles = weight.shape[ahead : ahead + case.rank] if case.laid else (1,) * case.rank
    turns = [data.draw(st.integers(0, 3)) * t for t in tiles]
    axes = tuple(range(2, 2 + case.rank))
    around = x.repeat(1, 1, *tiles)
    spans = [(k - 1) * d for k, d in zip(case.kernel, case.sweep.dilation, strict=True)]

    def slid(image):
        rounds = image
        for axis, span in zip(axes, spans, strict=True):
            size = image.shape[axis]
            places = torch.arange(size + span) % size
            rounds = rounds.index_select(axis, places)
        return convolve(rounds, weight, ring, **{**options(case), "mode": "zeros"})

    assert torch.equal(slid(around.roll(turns, axes)), slid(around).roll(turns, axes))


def test_both_ways_give_the_same_shapes_and_layouts(way):
    x = torch.randn(2, 5, 9, 8)
    weight = tiling.logical(torch.randn(3, 3, 3, 3, 5, 7)).requires_grad_()
    window = Window.of(3, rank=2, stride=(3, 2))
    y = convolve(x, weight, window)
    assert y.is_contiguous(memory_format=torch.channels_last)
    y.sum().backward()
    assert weight.grad.stride() == weight.stride()


def test_no_weight_is_copied(monkeypatch):
    weight = tiling.logical(torch.randn(6, 6, 3, 3, 5, 7))
    seen = []
    for how in (blocks, native):
        run = how.correlate
        spy = lambda x, w, g, run=run: seen.append(w.data_ptr()) or run(x, w, g)  # noqa: E731
        monkeypatch.setattr(how, "correlate", spy)
    convolve(torch.randn(2, 5, 8, 8), weight, Window.of(3, rank=2))
    assert seen == [weight.data_ptr()]


X, WINDOW = torch.zeros(1, 4, 9, 9), Window.of(3, rank=2)


@pytest.mark.parametrize(
    ("call", "message", "help"),
    [
        (
            lambda: convolve(X, torch.zeros(6, 4, 5, 5), WINDOW),
            "a weight of 6x4x5x5 does not suit a window of 3x3",
            "shared: filters x channels x 3x3",
        ),
        (
            lambda: convolve(X, torch.zeros(6, 3, 3, 3), WINDOW),
            "filters of depth 3 do not fit 4 channels",
            "give them depth 4",
        ),
        (
            lambda: convolve(X, torch.zeros(6, 4, 3, 3), WINDOW, groups=4),
            "6 filters do not fall into 4 groups",
            "groups=2 suits 4 channels and 6 filters",
        ),
        (
            lambda: convolve(X, torch.zeros(6, 4, 9, 9, 3, 3), WINDOW),
            "9x9 tiles for 7x7 places: some kernels would never be used",
            "tiles=7",
        ),
        (
            lambda: convolve(X, torch.zeros(6, 4, 3, 3), WINDOW, torch.zeros(5)),
            "a bias of 5 does not suit 6 filters",
            "one for each filter: 6",
        ),
        (
            lambda: convolve(X[..., :2], torch.zeros(6, 4, 3, 3), WINDOW),
            "a 3x3 window is larger than its input, 9x2",
            None,
        ),
        (
            lambda: convolve(X, torch.zeros(5, 3, 3), WINDOW, table=((0, 1), (2, 3))),
            "the connection table has 4 connections, and the weight 5",
            "give a weight of 4x3x3",
        ),
        (
            lambda: convolve(X, torch.zeros(2, 3, 3), WINDOW, table=((0,), (7,))),
            "the connection table names channel 7, but 4 arrive",
            "channels count from 0: the last one is 3",
        ),
        (
            lambda: transpose(X, torch.zeros(4, 2, 3, 3), WINDOW, to=(5, 5)),
            "a transposed 3x3 window with stride 1x1 cannot turn 9x9 into 5x5: it gives 11 x 11",
            None,
        ),
    ],
)
def test_what_does_not_fit_is_said_in_the_planners_words(call, message, help):
    with pytest.raises(ShapeError) as caught:
        call()
    assert caught.value.message == message
    assert help is None or help in caught.value.help


def test_types_that_differ_are_refused():
    with pytest.raises(OptionError, match=r"the values are torch.float32 and the weight torch.fl"):
        convolve(X, torch.zeros(6, 4, 3, 3, dtype=torch.float64), WINDOW)
    with pytest.raises(OptionError, match="mode is one of zeros, edge"):
        convolve(X, torch.zeros(6, 4, 3, 3), WINDOW, mode="mirror")


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_forward_mode_and_the_transforms_of_func():
    x = torch.randn(2, 2, 5, dtype=torch.float64)
    weight = torch.randn(3, 2, 2, 2, dtype=torch.float64)
    window = Window.of(2, stride=2)

    def run(x, weight):
        return convolve(x, weight, window).square().sum()

    ones = torch.ones_like(x)
    _, slope = torch.func.jvp(lambda x: run(x, weight), (x,), (ones,))
    torch.testing.assert_close(slope, torch.func.grad(run)(x, weight).sum())
    slopes = torch.func.grad(run, argnums=(0, 1))(x, weight)
    _, both = torch.func.jvp(run, (x, weight), (ones, torch.ones_like(weight)))
    torch.testing.assert_close(both, slopes[0].sum() + slopes[1].sum())
    forward = torch.func.jacfwd(torch.func.grad(run, argnums=1), argnums=1)(x, weight)
    torch.testing.assert_close(forward, torch.func.hessian(run, argnums=1)(x, weight))
    each = torch.vmap(torch.func.grad(run, argnums=1), in_dims=(0, None))(x[:, None], weight)
    torch.testing.assert_close(each.sum(0), torch.func.grad(run, argnums=1)(x, weight))
