"""Passes through a layer, forward or forward and backward, and the least that they can take."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from unittest.mock import patch

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile
from torch.testing import assert_close

from striate.ops import native
from striate.ops.native.kernel import library

PASSES = ("forward", "forward + backward")
OURS = ("compiled", "torch alone") if library() else ("torch alone",)
"""The ways in which ours can run: with the compiled kernel, where there is one, and without it."""
TURN = 0.02
"""Seconds: a shorter call is repeated within its turn."""
SLOW = 1.5
"""Seconds: a longer call is timed once, and not in every round."""

Pass = Callable[[], tuple[Tensor, ...]]


def passing(name: str, run: Callable[..., Tensor], inputs: Sequence[Tensor], u: Tensor) -> Pass:
    """A pass over these inputs: the output and, given its derivative u, those of all inputs.

    The derivative is given as the output lies, as the layer behind would give it.
    """
    for value in inputs:
        value.requires_grad_()

    def forward() -> tuple[Tensor, ...]:
        with torch.no_grad():
            return (run(*inputs),)

    upstream = torch.empty_like(*forward()).copy_(u) if name != PASSES[0] else u

    def backward() -> tuple[Tensor, ...]:
        y = run(*inputs)
        return y.detach(), *torch.autograd.grad(y, inputs, upstream)

    return forward if name == PASSES[0] else backward


def agree(expected: Tensor, found: Tensor) -> None:
    """Two ways to the same sums differ by rounding alone.

    The longest, of a tile's gradient, add up 400,000 terms: their rounding, in whatever order, is
    sqrt(400,000) = 630 times that of one, 6e-8 of the largest sum.
    """
    assert_close(found, expected, rtol=0, atol=630 * 6e-8 * expected.abs().max().item())


def timed(
    call: Pass, within: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Callable[[], float]:
    """Seconds of a call, as a contestant."""

    def seconds(count: int) -> float:
        with within():
            started = time.perf_counter()
            for _ in range(count):
                call()
            return (time.perf_counter() - started) / count

    first = seconds(1)
    return lambda: first if first > SLOW else seconds(1 + int(TURN / first))


def torch_alone() -> AbstractContextManager[object]:
    """Does without the compiled kernel."""
    return patch.object(native, "takes", lambda *_: False)


def our_ways(call: Pass) -> dict[str, Callable[[], float]]:
    """A pass through a layer of ours, as a contestant for each way in which it can run."""
    within = {"compiled": nullcontext, "torch alone": torch_alone}
    return {way: timed(call, within[way]) for way in OURS}


@dataclass(frozen=True)
class Peaks:
    """What the machine does at best: operations and bytes a second."""

    operations: float
    bytes: float

    def seconds(self, operations: float, moved: float) -> float:
        """The least that so many operations and so many bytes moved can take."""
        return max(operations / self.operations, moved / self.bytes)


def peaks() -> dict[str, Callable[[], float]]:
    """A product of large float32 matrices, and a copy of a large tensor, as contestants."""
    a, b = torch.randn(2, 1536, 1536)
    source, target = torch.zeros(2, 1 << 25)
    multiply = timed(lambda: (torch.mm(a, b),))
    copy = timed(lambda: (target.copy_(source),))
    return {
        "operations/s": lambda: 2 * len(a) ** 3 / multiply(),
        "bytes/s": lambda: 2 * source.nbytes / copy(),
    }


def most_held(call: Callable[[], object]) -> int:
    """Bytes of tensors that a call holds at the most beyond those that were there before.

    As torch's profiler counts them: each allocation added, each release taken off.
    """
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        call()
    assert seen.profiler is not None
    events = [e for e in seen.profiler.kineto_results.events() if e.name() == "[memory]"]
    events.sort(key=lambda event: event.start_ns())
    return max(accumulate(event.nbytes() for event in events), default=0)


def allocation() -> str:
    """How torch asks the system for memory, which decides what a large fresh tensor costs."""
    huge = os.environ.get("THP_MEM_ALLOC_ENABLE") == "1"
    return "huge pages for all" if huge else "huge pages for large gradients"
