"""Inputs of another size: the nearest smaller and larger with which a module runs to its end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor

from striate.arithmetic.window import Size, show
from striate.inspection.diagnosis.edits import Edit, Resized
from striate.inspection.diagnosis.rehearsal import Rehearsal
from striate.inspection.diagnosis.trials import Fix, Trials
from striate.inspection.inspecting import Given

_FAR = 512
_MULTIPLES = (2, 4, 8, 16, 32)

Measure = Callable[[Rehearsal], int | None]


def sizes(input: Given) -> list[Size]:
    """The size of each input, without the batch.

    >>> sizes((3, 32, 32)), sizes({"x": (3, 32, 32), "y": (8,)})
    ([(3, 32, 32)], [(3, 32, 32), (8,)])
    """
    if isinstance(input, Tensor):
        return [tuple(input.shape[1:])]
    if isinstance(input, Mapping):
        return [size for given in input.values() for size in sizes(given)]
    if all(isinstance(number, int) for number in input):
        return [tuple(cast(Sequence[int], input))]
    return [size for given in cast(Sequence[Given], input) for size in sizes(given)]


def resized(input: Given, change: Callable[[Size], Size]) -> Given:
    """Inputs with another size each."""
    if isinstance(input, Tensor):
        return torch.empty((1, *change(tuple(input.shape[1:]))), dtype=input.dtype, device="meta")
    if isinstance(input, Mapping):
        return {name: resized(given, change) for name, given in input.items()}
    if all(isinstance(number, int) for number in input):
        return change(tuple(cast(Sequence[int], input)))
    return [resized(given, change) for given in cast(Sequence[Given], input)]


def another(input: Given, change: Callable[[Size], Size], kind: str = "input") -> Edit | None:
    """The edit to inputs of other sizes; None where they stay the same, or vanish."""
    before, other = sizes(input), resized(input, change)
    after = sizes(other)
    if before == after or min((min(size, default=1) for size in after), default=1) < 1:
        return None
    says = f"an input of {show(after[0])}"
    if len(after) > 1:
        says = "inputs of " + " and ".join(show(size) for size in after)
    return Resized(says, kind, other)


def with_channels(trials: Trials, channels: int) -> Iterator[Fix]:
    """An input with other channels, or with channels where it has none."""
    changes = (lambda size: (channels, *size[1:]), lambda size: (channels, *size))
    yield from trials.first(another(trials.input, change, "channels") for change in changes)


def deeper(trials: Trials, channels: int) -> Iterator[Fix]:
    """An input with channels before its axes, where it has none."""
    yield from trials.first([another(trials.input, lambda size: (channels, *size), "channels")])
    yield from trials.first(
        [another(trials.input, lambda size: (channels, *size, *size[-1:]), "axes")]
    )


def whole(trials: Trials) -> Iterator[Fix]:
    """An input of whole numbers."""
    known = sizes(trials.input)
    if len(known) == 1 and not isinstance(trials.input, Tensor | Mapping):
        made = torch.zeros((1, *known[0]), dtype=torch.long, device="meta")
        shape = ", ".join(map(str, made.shape))
        says = f"an input of whole numbers, torch.zeros(({shape}), dtype=torch.long),"
        yield from trials.first([Resized(says, "whole", made)])


def _shifted(by: int) -> Callable[[Size], Size]:
    return lambda size: (size[0], *(n + by for n in size[1:])) if len(size) > 1 else size


def measured(trials: Trials, measure: Measure, wanted: int) -> Iterator[Fix]:
    """The nearest inputs where what is measured, which grows with the input, is as wanted."""
    now = measure(trials.failure)
    sign = 1 if now is None or now < wanted else -1

    def value(by: int) -> int | None:
        edit = another(trials.input, _shifted(by * sign))
        found = trials.run(edit) if edit is not None else None
        if found is None:
            return None if sign > 0 else 0
        number = wanted if found.error is None else measure(found)
        return (0 if sign < 0 else -1) if number is None else number

    def passed(by: int) -> bool | None:
        number = value(by)
        return None if number is None else (number >= wanted if sign > 0 else number <= wanted)

    by = _least(passed)
    if by is not None:
        yield from trials.first([another(trials.input, _shifted(by * sign), "input")])


def _least(passed: Callable[[int], bool | None]) -> int | None:
    """The least number from 1 on for which something holds that holds for all larger ones."""
    low, high = 0, 1
    while not (found := passed(high)):
        if found is None or high >= _FAR:
            return None
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passed(middle) else (middle, high)
    return high


def larger(trials: Trials) -> Iterator[Fix]:
    """The smallest larger input with which a module runs."""
    yield from measured(trials, _large_enough, 1)


def _large_enough(found: Rehearsal) -> int | None:
    """Whether more features than are wanted arrive at the layer that failed; else 0."""
    failed = found.failed
    if failed is None or failed.name != "linear":
        return 0
    return int(failed.given[0].shape[-1] > failed.given[1].shape[1])


def multiples(trials: Trials) -> Iterator[Fix]:
    """The nearest inputs whose sides are multiples of a number with which a module runs."""
    tried: dict[str, bool] = {}

    def runs(edit: Edit | None) -> bool:
        if edit is None:
            return False
        if edit.says not in tried:
            found = trials.run(edit)
            tried[edit.says] = found is not None and found.error is None
        return tried[edit.says]

    for number in _MULTIPLES:
        below = another(trials.input, _to(number, 0), "smaller input")
        above = another(trials.input, _to(number, 1), "larger input")
        if runs(above) and (below is None or runs(below)):
            if runs(another(trials.input, _to(number, 2))):
                trials.remarks.append(_multiple(number, trials.input, smaller=below is not None))
            yield from trials.first([below])
            yield from trials.first([above])
            return
    yield from beside(trials)


def beside(trials: Trials) -> Iterator[Fix]:
    """The nearest smaller and the nearest larger input with which a module runs."""
    for sign, kind in ((-1, "smaller input"), (1, "larger input")):
        edits = (another(trials.input, _shifted(sign * by), kind) for by in range(1, 9))
        yield from trials.first(edits)


def _to(number: int, up: int) -> Callable[[Size], Size]:
    """Sides that are multiples of a number: below, or so many above."""

    def change(size: Size) -> Size:
        sides = (n - n % number + (up - (up > 0 and n % number == 0)) * number for n in size[1:])
        return (size[0], *sides) if len(size) > 1 else size

    return change


def _multiple(number: int, input: Given, *, smaller: bool) -> str:
    first = sizes(input)[0]
    tried = [_to(number, up)(first) for up in range(0 if smaller else 1, 3)]
    shown = ", ".join(show(size[1:]) for size in tried)
    return f"sides that are multiples of {number} fit: {shown} were tried"
