"""What every function of `ops` promises, tried on a list of cases: add one, and all is tried on it.

A case is a function of tensors, the first of which is x (batch, channel, *axes). It has to have a
gradient and the gradient's gradient for each of them, and be taken whole by torch's own tools.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses import FakeTensorMode

from striate.arithmetic import Window
from striate.ops import (
    adaptive,
    convolve,
    pad,
    pad_channels,
    pool,
    pool_channels,
    pool_globally,
    transpose,
    unpad,
)

SIZES = {1: (2, 4, 7), 2: (2, 4, 6, 7), 3: (2, 4, 5, 4, 6)}
SIDES = ((2, 1), (0, 2), (1, 0))
LAYOUTS = {4: torch.channels_last, 5: torch.channels_last_3d}


@dataclass(frozen=True)
class Case:
    """A function, the shapes of what it takes, and whether it keeps the memory layout of x."""

    name: str
    function: Callable[..., Tensor]
    shapes: tuple[tuple[int, ...], ...]
    keeps_layout: bool = True

    def inputs(self, dtype=torch.float64, *, batch=None):
        first, *others = self.shapes
        first = first if batch is None else (batch, *first[1:])
        random = torch.Generator().manual_seed(1)
        drawn = [torch.randn(s, dtype=torch.float64, generator=random) for s in (first, *others)]
        return [tensor.to(dtype) for tensor in drawn]


def on(rank, name, function, **options):
    return Case(f"{name}, {rank} axes", function, (SIZES[rank],), **options)


def paddings(rank):
    sides = SIDES[:rank]
    yield on(rank, "pad channels", lambda x: pad_channels(x, 7))
    for mode in ("zeros", "edge", "reflect", "circular"):
        yield on(rank, f"pad {mode}", lambda x, mode=mode: pad(x, sides, mode))
        shape = (2, 3, *(4 + sum(pair) for pair in sides))
        yield Case(f"unpad {mode}, {rank} axes", lambda y, m=mode: unpad(y, sides, m), (shape,))


def poolings(rank):
    plain = Window.of(3, rank=rank, stride=2, padding=1)
    framed = Window.of(2, rank=rank, stride=2, padding=SIDES[:rank], dilation=2)
    threes = rank < 3  # torch's own 3-D averages give the default layout
    yield on(rank, "pool max", lambda x: pool(x, plain, ceil=True))
    yield on(rank, "pool min", lambda x: pool(x, plain, "min"))
    yield on(rank, "pool average", lambda x: pool(x, plain, "average"), keeps_layout=threes)
    yield on(rank, "pool max, framed", lambda x: pool(x, framed, ceil=True))
    yield on(rank, "pool average, framed", lambda x: pool(x, framed, "average", ceil=True))
    yield on(rank, "pool min, circular", lambda x: pool(x, framed, "min", mode="circular"))
    yield on(rank, "channels", lambda x: pool_channels(x, 2))
    yield on(rank, "adaptive max", lambda x: adaptive(x, (2,) * rank, "max"), keeps_layout=threes)
    yield on(rank, "globally", pool_globally)


def convolutions(rank):
    window = Window.of(2, rank=rank, stride=2, padding=SIDES[:rank])
    size, kernel = SIZES[rank], (2,) * rank
    places = window.places(size[2:])
    shapes = {"shared": (6, 4), "tiled": (6, 4, *(2,) * rank), "unshared": (6, 4, *places)}
    for kind, weight in shapes.items():
        operands = (size, (*weight, *kernel), (6, *weight[2:]))
        stays = {"keeps_layout": rank < 3 or kind != "shared"}  # torch's own 3-D does not
        run = lambda x, w, b: convolve(x, w, window, b)  # noqa: E731
        yield Case(f"{kind}, {rank} axes", run, operands, **stays)
        y = (2, 6, *places)
        undo = lambda y, w: transpose(y, w, window, to=size[2:])  # noqa: E731
        yield Case(f"{kind} transposed, {rank} axes", undo, (y, operands[1]), **stays)
    table = ((0, 1), (1, 2, 3), (3,))
    joined = lambda x, w: convolve(x, w, window, table=table, mode="edge")  # noqa: E731
    yield Case(f"by table, {rank} axes", joined, (size, (6, *kernel)), keeps_layout=rank < 3)
    grouped = lambda x, w: convolve(x, w, window, groups=2)  # noqa: E731
    yield Case(f"tiled in groups, {rank} axes", grouped, (size, (6, 2, *(2,) * rank, *kernel)))


CASES = [
    case for rank in (1, 2, 3) for case in (*paddings(rank), *poolings(rank), *convolutions(rank))
]

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def close(found, expected, tolerance=1e-12):
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)


@every_case
def test_it_has_gradients_for_each_input_alone_and_for_all(case):
    inputs = case.inputs()
    for wanted in {*((n,) for n in range(len(inputs))), tuple(range(len(inputs)))}:
        given = [x.clone().requires_grad_(n in wanted) for n, x in enumerate(inputs)]
        assert torch.autograd.gradcheck(case.function, given, fast_mode=True)
        assert torch.autograd.gradgradcheck(case.function, given, fast_mode=True)


@every_case
def test_it_leaves_its_inputs_as_they_are(case):
    inputs = case.inputs()
    before = [x.clone() for x in inputs]
    case.function(*inputs)
    assert all(map(torch.equal, inputs, before))


@every_case
def test_dynamo_takes_it_whole_with_its_gradients(case):
    """The graph is traced, forward and back, and run as it is: no break, and the same numbers."""
    torch.compiler.reset()
    compiled = torch.compile(case.function, fullgraph=True, backend="aot_eager")
    inputs = [x.requires_grad_() for x in case.inputs()]
    found, expected = compiled(*inputs), case.function(*inputs)
    close(found, expected)
    close(
        torch.autograd.grad(found.square().sum(), inputs),
        torch.autograd.grad(expected.square().sum(), inputs),
    )


class Alone(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


@every_case
def test_export_answers_the_same_for_any_batch(case):
    inputs = tuple(case.inputs(batch=3))
    free = ({0: torch.export.Dim("batch", min=1, max=64)}, *(None for _ in inputs[1:]))
    exported = torch.export.export(Alone(case.function), inputs, dynamic_shapes=(free,))
    for batch in (1, 3, 5):
        given = case.inputs(batch=batch)
        close(exported.module()(*given), case.function(*given))


@every_case
def test_vmap_is_a_loop_over_x_and_over_its_gradient(case):
    x, *others = case.inputs()
    many = torch.stack([x, x.flip(0), -x])
    close(
        torch.vmap(lambda x: case.function(x, *others))(many), looped(case.function, many, others)
    )
    slope = torch.func.grad(lambda x: case.function(x, *others).square().sum())
    close(torch.vmap(slope)(many), looped(slope, many, []))


def looped(function, many, others):
    return torch.stack([function(x, *others) for x in many])


@every_case
def test_bfloat16_by_autocast_or_asked_for(case):
    expected = case.function(*case.inputs()).float()
    with torch.autocast("cpu", torch.bfloat16):
        close(case.function(*case.inputs(torch.float32)).float(), expected, 0.04)
    found = case.function(*case.inputs(torch.bfloat16))
    assert found.dtype is torch.bfloat16
    close(found.float(), expected, 0.04)


@every_case
def test_single_precision_stays_single(case):
    found = case.function(*case.inputs(torch.float32))
    assert found.dtype is torch.float32
    close(found.double(), case.function(*case.inputs()), 2e-6)


@every_case
def test_channels_last_gives_the_same_numbers_and_stays(case):
    inputs, layout = case.inputs(), LAYOUTS.get(len(case.shapes[0]))
    if layout is None:
        pytest.skip("one axis has one layout")
    found = case.function(inputs[0].contiguous(memory_format=layout), *inputs[1:])
    close(found, case.function(*inputs))
    if case.keeps_layout:
        assert found.stride(1) == 1


@every_case
def test_inputs_need_not_be_contiguous(case):
    inputs = case.inputs()
    scattered = [torch.stack([x, -x], -1)[..., 0] for x in inputs]
    turned = [x.mT.contiguous().mT if x.ndim > 1 else x for x in inputs]
    assert not any(x.is_contiguous() for x in (*scattered, turned[0]))
    close(case.function(*scattered), case.function(*inputs))
    close(case.function(*turned), case.function(*inputs))


@every_case
def test_meta_and_fake_tensors_give_the_shape(case):
    inputs = case.inputs()
    expected = case.function(*inputs).shape
    assert case.function(*(x.to("meta") for x in inputs)).shape == expected
    with FakeTensorMode() as mode:
        assert case.function(*map(mode.from_tensor, inputs)).shape == expected


@every_case
def test_a_batch_may_be_empty(case):
    inputs = [x.requires_grad_() for x in case.inputs(batch=0)]
    found = case.function(*inputs)
    assert found.shape == (0, *case.function(*case.inputs()).shape[1:])
    slopes = torch.autograd.grad(found.sum(), inputs)
    assert all(not slope.any() for slope in slopes)


BROKEN = [
    (test_it_has_gradients_for_each_input_alone_and_for_all, lambda x: x * x.detach()),
    (test_it_leaves_its_inputs_as_they_are, lambda x: x.mul_(2)),
    (test_dynamo_takes_it_whole_with_its_gradients, lambda x: x if x.sum() > 0 else -x),
    (test_export_answers_the_same_for_any_batch, lambda x: x.view(3, -1)),
    (test_vmap_is_a_loop_over_x_and_over_its_gradient, lambda x: x * x.sum().item()),
    (test_bfloat16_by_autocast_or_asked_for, lambda x: x.float()),
    (test_single_precision_stays_single, lambda x: x.double()),
    (test_channels_last_gives_the_same_numbers_and_stays, lambda x: x.contiguous()),
    (test_inputs_need_not_be_contiguous, lambda x: x.view(2, -1)),
    (test_meta_and_fake_tensors_give_the_shape, lambda x: x * x.sum().item()),
    (test_a_batch_may_be_empty, lambda x: x - x.amax()),
]


@pytest.mark.parametrize(("promise", "function"), BROKEN)
def test_a_broken_promise_is_noticed(promise, function):
    with pytest.raises((AssertionError, RuntimeError, IndexError, ValueError)):
        promise(on(2, "broken", function))
