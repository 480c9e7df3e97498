"""When a module cannot be made at all, because a layer of torch refuses its own numbers."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from itertools import islice
from math import gcd
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import nn

from striate.arithmetic.window import Size
from striate.inspection.calls import tensors_in
from striate.inspection.diagnosis.causes import sentence
from striate.inspection.diagnosis.diagnosing import NO_FIX, ONE_FIX, Diagnosis
from striate.inspection.diagnosis.earlier import more_channels
from striate.inspection.diagnosis.edits import Edit
from striate.inspection.diagnosis.numbers import agreeing, expected_channels
from striate.inspection.diagnosis.rehearsal import Rehearsal, rehearse
from striate.inspection.diagnosis.settings import kind_of
from striate.inspection.diagnosis.trials import Fix, Trials
from striate.inspection.inspecting import Given, undisturbed
from striate.inspection.refusals import each
from striate.inspection.whereabouts import caller

Make = Callable[[], nn.Module]

_TRIES = 24
_SHOWN = 4
_TOTALS = {
    "groups": ("in_channels", "out_channels"),
    "num_groups": ("num_channels",),
    "num_heads": ("embed_dim",),
}


@dataclass(eq=False)
class Refusal:
    """A layer that refused the numbers that it was to be made with, and the place of the call."""

    kind: type[nn.Module]
    numbers: dict[str, Any]
    site: tuple[Any, int]
    source: str
    made: list[nn.Module] = field(default_factory=list[nn.Module])


def diagnose_making(make: Make, input: Given, error: BaseException) -> Diagnosis | None:
    """Why a module cannot be made, and other numbers with which it can, and runs for an input.

    `error` is what `make` raised, or was raised from that; None if no layer of torch did.

    >>> def make():
    ...     return nn.Sequential(nn.Conv2d(3, 15, 3), nn.Conv2d(15, 16, 3, groups=4))
    >>> try:
    ...     module = make()
    ... except ValueError as error:
    ...     print(*diagnose_making(make, (3, 9, 9), error).help, sep="\\n")
    groups=1 in Conv2d gives 16x5x5
    in_channels=16 in Conv2d and out_channels=16 in 0 give 16x5x5
    """
    refusal = _refusal(error.__cause__ or error)
    if refusal is None:
        return None
    cause = _cause(refusal, error)
    fixes = tuple(islice(_fixes(make, input, refusal), _SHOWN))
    few = () if len(fixes) > 1 else (ONE_FIX if fixes else NO_FIX,)
    name = refusal.kind.__name__
    message = f"{name} ({refusal.source}): {cause}"
    return Diagnosis(message, cause, fixes, (*map(str, fixes), *few), name, refusal.source)


def _refusal(error: BaseException) -> Refusal | None:
    """The layer of torch in whose making an error was raised."""
    outer: FrameType | None = None
    trace_line, place = 0, 0
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        module = frame.f_locals.get("self")
        making = frame.f_code.co_name == "__init__"
        kind = kind_of(module) if making and isinstance(module, nn.Module) else None
        if (
            outer is not None
            and kind is not None
            and frame.f_code is getattr(kind.__init__, "__code__", None)
        ):
            names = list(signature(kind.__init__).parameters)[1:]
            numbers = {name: frame.f_locals[name] for name in names}
            source = f"{Path(outer.f_code.co_filename).name}:{trace_line}"
            return Refusal(kind, numbers, (outer.f_code, place), source)
        outer, trace_line, place = frame, trace.tb_lineno, trace.tb_lasti
        trace = trace.tb_next
    return None


def _cause(refusal: Refusal, error: BaseException) -> str:
    numbers = refusal.numbers
    for name, totals in _TOTALS.items():
        for total in totals:
            if numbers.get(name) and numbers.get(total, 0) % numbers[name]:
                many = name.removeprefix("num_")
                what = {"in_channels": "channels", "out_channels": "filters"}.get(total, total)
                return f"{numbers[total]} {what} do not fall into {numbers[name]} {many}"
    if numbers.get("padding") == "same":
        return f"padding='same' keeps the size, and a stride of {numbers['stride']} does not"
    return sentence(error if isinstance(error, Exception) else None)


def _fixes(make: Make, input: Given, refusal: Refusal) -> Iterator[Fix]:
    """Other numbers with which the module can be made, and runs."""
    helped: list[set[str]] = []
    for changed in islice(_changes(refusal), _TRIES):
        idle = any(names <= changed.keys() for names in helped)
        fix = None if idle else _fix(make, input, refusal, changed)
        if fix is not None:
            helped.append({*changed})
            yield fix


def _fix(make: Make, input: Given, refusal: Refusal, numbers: dict[str, Any]) -> Fix | None:
    """The fix that the layer is with these numbers, if the module then runs."""
    refusal.made.clear()
    with undisturbed(), _otherwise(refusal, numbers):
        try:
            module = make()
        except Exception:  # noqa: BLE001 (whatever a module raises, it is no fix)
            return None
    shown = ", ".join(f"{name}={value!r}" for name, value in numbers.items())
    says = f"{shown} in {refusal.kind.__name__}"
    found = rehearse(module, input)
    if found.error is None:
        return Fix(says, _size(module, found, refusal))
    trials = Trials(module, input, found, agreeing)
    more = next((fix for edit in _agreeing(found) for fix in trials.together(edit)), None)
    return None if more is None else Fix(f"{says} and {more.says}", more.gives)


def _agreeing(found: Rehearsal) -> Iterator[Edit]:
    """The layer before made for what is expected now, or the one after for what arrives."""
    failed = found.failed
    if failed is not None and failed.name.startswith("conv"):
        wanted = expected_channels(failed)
        yield from more_channels(found, failed.given[0], wanted)
    yield from agreeing(found)


def _size(module: nn.Module, found: Rehearsal, refusal: Refusal) -> Size:
    """The size that leaves the layer, or the module where it is not called."""
    paths = [path for path, part in module.named_modules() if part in refusal.made]
    made = [done.made[0] for done in found.performed if done.path in paths and done.made]
    given = made[:1] or list(tensors_in(found.result))[:1]
    return tuple(given[0].shape[1:]) if given else ()


def _changes(refusal: Refusal) -> Iterator[dict[str, Any]]:
    """Other numbers for the layer, the nearest first."""
    numbers = refusal.numbers
    for name, totals in _TOTALS.items():
        known = [numbers[total] for total in totals if total in numbers]
        if name in numbers and known:
            now, both = numbers[name], gcd(*known)
            near = sorted(range(1, both + 1), key=lambda n, now=now: (abs(n - now), n))
            yield from ({name: n} for n in near if both % n == 0)
            for total in totals:
                up, down = -numbers[total] % now, numbers[total] % now
                yield from ({total: numbers[total] + by} for by in (up, -down) if by)
            rounded = {total: numbers[total] + -numbers[total] % now for total in totals}
            yield rounded
    if numbers.get("padding") == "same":
        kernel = each(numbers["kernel_size"], 1)
        half = [each(numbers["dilation"], 1)[0] * (k - 1) // 2 for k in kernel]
        yield {"padding": half[0] if len(set(half)) == 1 else tuple(half)}
        yield {"stride": 1}


@contextmanager
def _otherwise(refusal: Refusal, numbers: dict[str, Any]) -> Generator[None]:
    """While it lasts, the layer that refused is made with other numbers, without memory."""
    original = refusal.kind.__init__

    @wraps(original)
    def changed(self: nn.Module, *args: Any, **kwargs: Any) -> None:
        frame = caller()
        if frame is not None and (frame.f_code, frame.f_lasti) == refusal.site:
            bound = signature(original).bind(self, *args, **kwargs)
            bound.arguments.update(numbers)
            args, kwargs = bound.args[1:], bound.kwargs
            refusal.made.append(self)
        original(self, *args, **kwargs)

    refusal.kind.__init__ = changed
    try:
        with torch.device("meta"):
            yield
    finally:
        refusal.kind.__init__ = original
