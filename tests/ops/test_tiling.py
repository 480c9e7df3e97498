"""The three operators of tiled convolution as torch's own tools see them."""

import pytest
import torch
from torch import nn
from torch.library import opcheck

from striate.arithmetic import Window
from striate.errors import OptionError
from striate.nn import Tiled, Transposed, Unshared
from striate.ops import tiling

torchs_own = pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")
STEPS = ([1, 2], [1, 1])


@pytest.fixture
def operands():
    """x, y and a weight that fit each other, each with a gradient."""
    torch.manual_seed(0)
    x = torch.randn(2, 3, 7, 8, dtype=torch.float64, requires_grad=True)
    weight = tiling.logical(torch.randn(2, 2, 3, 3, 3, 4, dtype=torch.float64)).requires_grad_()
    y = torch.randn(2, 4, 5, 3, dtype=torch.float64, requires_grad=True)
    return x, y, weight


def test_torchs_own_check_of_operators_finds_nothing(operands):
    x, y, weight = operands
    for operator, given in {
        torch.ops.striate.correlate.default: (x, weight),
        torch.ops.striate.spread.default: (y, weight, [7, 8]),
        torch.ops.striate.collect.default: (x, y, list(weight.shape)),
    }.items():
        assert set(opcheck(operator, (*given, *STEPS)).values()) == {"SUCCESS"}


@pytest.fixture
def model():
    torch.manual_seed(0)
    window = Window.of(3, rank=2)
    return nn.Sequential(
        Unshared(3, 4, window, (7, 8)),
        nn.ReLU(),
        Tiled(4, 2, window, (2, 2)),
        Transposed(2, 3, Window.of(2, rank=2, stride=2)),
    ).double()


@pytest.mark.slow
@torchs_own
def test_inductor_gives_the_same_numbers_forward_and_back(model, operands):
    x = operands[0]
    compiled = torch.compile(model, fullgraph=True)
    found, expected = compiled(x), model(x)
    torch.testing.assert_close(found, expected)
    wanted = [x, *model.parameters()]
    torch.testing.assert_close(
        torch.autograd.grad(found.square().sum(), wanted),
        torch.autograd.grad(expected.square().sum(), wanted),
    )


@torchs_own
def test_a_compiled_forward_mode_is_refused_and_never_a_silent_zero(model, operands):
    x = operands[0].detach()

    def slope(x):
        return torch.func.jvp(lambda x: model(x).sum(), (x,), (torch.ones_like(x),))[1]

    for whole in (False, True):
        torch.compiler.reset()
        with pytest.raises((OptionError, torch._dynamo.exc.Unsupported)):
            torch.compile(slope, backend="eager", fullgraph=whole)(x)
