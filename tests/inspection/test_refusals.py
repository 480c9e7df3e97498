"""What torch refuses for tensors with numbers is refused for those without, and nothing else is.

Random numbers for everything that slides a window; torch itself, on the CPU, is the judge.
"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from striate.inspection import examine, refusals
from striate.inspection.diagnosis.rehearsal import rehearse

small = st.integers(1, 4)


class Calling(nn.Module):
    """A call of one function."""

    def __init__(self, call, *weights):
        super().__init__()
        self.call, self.weights = call, nn.ParameterList(weights)

    def forward(self, x):
        return self.call(x, *self.weights)


@st.composite
def pools(draw):
    axes = draw(st.integers(1, 3))
    kind = draw(st.sampled_from(("max", "avg")))
    func = getattr(functional, f"{kind}_pool{axes}d")
    numbers = {"padding": draw(st.integers(0, 3)), "ceil_mode": draw(st.booleans())}
    kernel, stride = draw(st.integers(1, 5)), draw(small)
    size = (2, *draw(st.tuples(*[st.integers(1, 7)] * axes)))
    return Calling(lambda x: func(x, kernel, stride, **numbers)), size


@st.composite
def convolutions(draw):
    axes = draw(st.integers(1, 2))
    func = getattr(functional, f"conv{axes}d")
    groups, channels, filters = draw(st.integers(1, 3)), draw(small), draw(small)
    weight = torch.ones(filters, channels, *[draw(st.integers(1, 3))] * axes)
    bias = torch.ones(filters + draw(st.sampled_from((0, 0, 0, 1))))
    padding = draw(st.sampled_from((0, 1, "same", "valid")))
    numbers = {"stride": draw(small), "padding": padding, "groups": groups}
    size = (draw(small) * groups, *draw(st.tuples(*[st.integers(1, 6)] * axes)))
    return Calling(lambda x, w, b: func(x, w, b, **numbers), weight, bias), size


@st.composite
def transposed(draw):
    numbers = {
        "stride": draw(small),
        "padding": draw(st.integers(0, 2)),
        "output_padding": draw(st.integers(0, 4)),
        "dilation": draw(st.integers(1, 3)),
    }
    weight = torch.ones(2, 3, *[draw(st.integers(1, 3))] * 2)
    size = (
        draw(st.sampled_from((2, 2, 3))),
        *draw(st.tuples(st.integers(1, 5), st.integers(1, 5))),
    )
    return Calling(lambda x, w: functional.conv_transpose2d(x, w, **numbers), weight), size


@st.composite
def others(draw):
    size = (draw(small), 3)
    slopes = torch.ones(draw(small))
    kind = draw(st.sampled_from((torch.float32, torch.float64)))
    weight = torch.ones(2, 3, dtype=kind)
    calls = (
        Calling(functional.prelu, slopes),
        Calling(lambda x, _, w: functional.linear(x, w), torch.ones(1), weight),
        Calling(lambda x, _, w: x @ w.T, torch.ones(1), weight),
    )
    return draw(st.sampled_from(calls)), size


def runs(module, size):
    try:
        with torch.no_grad():
            return module(torch.ones(1, *size)).shape[1:]
    except RuntimeError:
        return None


def agree(case):
    """Whether torch, inspection and a rehearsal agree on what runs, and on the size it gives."""
    module, size = case
    expected = runs(module, size)
    inspection, rehearsal = examine(module, size), rehearse(module, size)
    if expected is None:
        return inspection.trouble is not None and rehearsal.error is not None
    found = tuple(rehearsal.result.shape[1:]) if rehearsal.error is None else None
    return inspection.trouble is None and found == tuple(expected)


@pytest.mark.parametrize("cases", [pools, convolutions, transposed, others])
def test_what_runs_here_runs_on_numbers_and_nothing_else(cases):
    @given(cases())
    def check(case):
        assert agree(case)

    check()


@pytest.mark.parametrize("forgotten", ["conv", "conv_transpose", "max_pool"])
def test_a_refusal_that_is_forgotten_is_noticed(forgotten, monkeypatch):
    cases = {"conv": convolutions, "conv_transpose": transposed, "max_pool": pools}
    table = {name: rule for name, rule in refusals.REFUSALS.items() if name != forgotten}
    monkeypatch.setattr(refusals, "REFUSALS", table)

    @given(cases[forgotten]())
    def check(case):
        assert agree(case)

    with pytest.raises(AssertionError):
        check()


def test_kinds_of_numbers_may_differ_where_torch_casts_them():
    class Cast(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self, x):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                return self.fc(x.bfloat16())

    assert Cast()(torch.ones(1, 3)).shape == (1, 2)
    assert examine(Cast(), (3,)).trouble is None
