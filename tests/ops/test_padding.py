"""ops.pad is checked against NumPy's; ops.unpad against autograd through it, and by its own law."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from striate import reference
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.ops import pad, pad_channels, unpad
from striate.planning.sizes import output

NUMPY = {"zeros": "constant", "edge": "edge", "reflect": "reflect", "circular": "wrap"}


@dataclass(frozen=True)
class Case:
    x: Tensor
    sides: tuple[tuple[int, int], ...]
    mode: str


@st.composite
def cases(draw):
    rank, mode = draw(st.integers(1, 3)), draw(st.sampled_from([*NUMPY]))
    axes = [draw(st.integers(1, 6)) for _ in range(rank)]
    most = {"reflect": -1, "circular": 0}.get(mode, 9)
    side = [st.integers(0, min(4, n + most)) for n in axes]
    sides = tuple((draw(s), draw(s)) for s in side)
    random = torch.Generator().manual_seed(draw(st.integers(0, 99)))
    return Case(torch.randn(2, 2, *axes, dtype=torch.float64, generator=random), sides, mode)


@given(cases())
def test_padding_is_numpys(case):
    expected = np.pad(case.x.numpy(), [(0, 0), (0, 0), *case.sides], NUMPY[case.mode])
    np.testing.assert_array_equal(pad(case.x, case.sides, case.mode), expected, strict=True)


@given(cases())
def test_the_size_is_the_planners(case):
    planned = output(L.Pad(case.sides, case.mode), (case.x.shape[1:],))
    assert pad(case.x, case.sides, case.mode).shape[1:] == tuple(q.value for q in planned)


@given(cases())
def test_unpad_is_the_gradient_of_pad(case):
    x = case.x.requires_grad_()
    padded = pad(x, case.sides, case.mode)
    y = torch.randn_like(padded)
    (expected,) = torch.autograd.grad(padded, x, y)
    torch.testing.assert_close(unpad(y, case.sides, case.mode), expected, rtol=0, atol=1e-12)


@given(cases())
def test_unpad_is_the_adjoint_of_pad(case):
    padded = pad(case.x, case.sides, case.mode)
    y = torch.randn_like(padded)
    back = unpad(y, case.sides, case.mode)
    torch.testing.assert_close((padded * y).sum(), (case.x * back).sum(), rtol=0, atol=1e-10)


@given(st.integers(1, 5), st.integers(0, 5), st.integers(0, 3), st.booleans())
def test_channels_of_zeros_are_the_definition(channels, more, rank, last):
    x = torch.randn(2, channels, *(3, 4, 2)[:rank], dtype=torch.float64)
    x = x.movedim(1, -1).contiguous().movedim(-1, 1) if last else x
    expected = reference.pad_channels(x, channels + more, axis=1)
    found = pad_channels(x, channels + more)
    np.testing.assert_array_equal(found, expected, strict=True)
    planned = output(L.ChannelPad(channels + more), (x.shape[1:],))
    assert found.shape[1:] == tuple(q.value for q in planned)
    assert more or found is x


def test_fewer_channels_are_refused_in_the_planners_words():
    with pytest.raises(ShapeError, match="zeros cannot make 4 channels of the 6") as caught:
        pad_channels(torch.zeros(1, 6, 5), 4)
    assert caught.value.help == ["CHANNELPAD 6, which adds none, or more"]


def test_a_frame_of_zeros_may_be_filled_with_another_number():
    assert pad(torch.ones(1, 1, 2), ((1, 2),), value=7).tolist() == [[[7, 1, 1, 7, 7]]]


@pytest.mark.parametrize("mode", [*NUMPY])
def test_nothing_is_copied_where_nothing_is_padded(mode):
    x = torch.rand(1, 2, 3, 4)
    assert pad(x, ((0, 0), (0, 0)), mode) is x
    assert unpad(x, ((0, 0), (0, 0)), mode).data_ptr() == x.data_ptr()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize("mode", ["edge", "circular"])
def test_compiled_for_channels_last_it_has_its_gradient(mode):
    x = torch.randn(2, 4, 5, 6).to(memory_format=torch.channels_last).requires_grad_()
    run = lambda x: pad(x * 2, ((1, 2), (0, 1)), mode).square().sum()  # noqa: E731
    torch.compiler.reset()
    (found,) = torch.autograd.grad(torch.compile(run)(x), x)
    torch.testing.assert_close(found, torch.autograd.grad(run(x), x)[0])


def test_what_is_cropped_leaves_its_gradient_as_it_is():
    y = torch.arange(20.0).reshape(1, 1, 4, 5)
    before = y.clone()
    unpad(y, ((1, 0), (1, 1)), "edge")
    assert torch.equal(y, before)


@pytest.mark.parametrize(
    ("function", "size", "sides", "mode", "error", "message"),
    [
        (pad, (1, 1, 4), ((4, 0),), "reflect", ShapeError, "reflect padding is at most 3 beside 4"),
        (pad, (1, 1, 4), ((5, 0),), "circular", ShapeError, "circular padding is at most 4"),
        (pad, (1, 1, 4), ((1, 0), (1, 1)), "zeros", OptionError, "padding has 2 entries for 1"),
        (pad, (1, 1, 4), ((-1, 0),), "zeros", OptionError, "padding must not be negative"),
        (pad, (1, 1, 4), ((1, 0),), "mirror", OptionError, "mode is one of zeros, edge, reflect"),
        (pad, (1, 4), ((1, 0),), "zeros", ShapeError, "but 4 features arrive"),
        (pad, (1, 4), (), "zeros", ShapeError, "but 4 features arrive"),
        (pad, (4,), ((1, 0),), "zeros", ShapeError, "expected .batch, channel"),
        (pad, (1, 1, 2, 2, 2, 2), ((1, 0),) * 4, "zeros", OptionError, "1 to 3 axes, found 4"),
        (unpad, (1, 1, 4), ((2, 2),), "zeros", ShapeError, "nothing is left of 4"),
        (unpad, (1, 1, 5), ((2, 2),), "reflect", ShapeError, "reflect padding is at most 0"),
        (unpad, (1, 1, 5), ((2, 2),) * 2, "zeros", OptionError, "padding has 2 entries for 1"),
        (unpad, (1, 1, 5), ((2, 2),), "mirror", OptionError, "mode is one of zeros, edge"),
    ],
)
def test_what_cannot_be_is_refused(function, size, sides, mode, error, message):
    with pytest.raises(error, match=message):
        function(torch.zeros(size), sides, mode)
