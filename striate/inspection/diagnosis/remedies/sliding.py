"""Remedies for what slides a window: convolutions, their transposes, pools; and for padding."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from math import ceil, gcd
from typing import Any

from striate.arithmetic.window import SPAN
from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.earlier import (
    kernel_of,
    more_channels,
    one_number,
    other_windows,
    with_kernel,
)
from striate.inspection.diagnosis.edits import Edit, Recalled, Swapped, naming
from striate.inspection.diagnosis.numbers import (
    agreeing,
    expected_channels,
    given_by_name,
    own,
    parameters,
)
from striate.inspection.diagnosis.remedies.features import kinds
from striate.inspection.diagnosis.trials import Fix, Trials
from striate.inspection.refusals import each

_ENOUGH = 2


def convolution(trials: Trials) -> Iterator[Fix]:
    """Channels that do not agree, numbers that contradict each other, a window too large."""
    done = trials.done
    given, arriving = given_by_name(done), done.given[0]
    axes = given["weight"].ndim - 2
    if arriving.ndim not in (axes + 1, axes + 2):
        yield from other_axes(trials)
    elif arriving.shape[-axes - 1] != expected_channels(done):
        yield from _channels(trials)
    elif "output_padding" not in given and given["weight"].shape[0] % given["groups"]:
        yield from grouped(trials, given["groups"])
    elif given.get("padding") == "same" and max(each(given["stride"], axes)) > 1:
        yield from _strided_same(trials)
    elif len({tensor.dtype for tensor in done.given}) > 1:
        yield from kinds(trials)
    elif "output_padding" in given:
        yield from _transposed(trials)
    else:
        yield from window(trials)


def _channels(trials: Trials) -> Iterator[Fix]:
    """The layer made for the channels that arrive, or those before it for what it expects."""
    done = trials.done
    given, arriving = given_by_name(done), done.given[0]
    number, wanted = arriving.shape[-given["weight"].ndim + 1], expected_channels(done)
    yield from trials.together(next(agreeing(trials.failure), None))
    if done.owner is None and "transpose" not in done.name:
        yield from _reweighted(trials, number)
    elif given["groups"] > 1:
        yield from grouped(trials, given["groups"])
    yield from trials.together(next(more_channels(trials.failure, arriving, wanted), None))
    yield from inputs.with_channels(trials, wanted)


def _reweighted(trials: Trials, number: int) -> Iterator[Fix]:
    """The weight of a call in other groups, or without groups and for all channels."""
    done, weight = trials.done, given_by_name(trials.done)["weight"]
    groups, rest = divmod(number, weight.shape[1])
    if not rest and weight.shape[0] % groups == 0:
        yield from trials.first([own(done, groups=groups)])
    if given_by_name(done)["groups"] == 1:
        return
    shape = (weight.shape[0], number, *weight.shape[2:])

    def change(func: Any, given: Any) -> Any:
        numbers = {"weight": weight.new_empty(shape), "groups": 1}
        return naming(parameters(done.name), numbers)(func, given)

    says = f"groups=1 and a weight of {'x'.join(map(str, shape))} in {done.called}"
    yield from trials.first([Recalled(says, "weight", done.site, change)])


def grouped(trials: Trials, groups: int) -> Iterator[Fix]:
    """Other groups; or channels that fall into these."""
    done = trials.done
    number = done.given[0].shape[1] if done.given[0].ndim > 1 else 0
    filters = _filters(trials)
    both = gcd(number, filters)
    near = sorted(range(1, both + 1), key=lambda n: (abs(n - groups), n))
    yield from trials.first(_regrouped(trials, n) for n in near if both % n == 0)
    up, down = number + -number % groups, number // groups * groups
    for wanted in (up, down):
        if wanted not in (0, number):
            edit = next(more_channels(trials.failure, done.given[0], wanted), None)
            yield from trials.together(edit)
    if filters % groups:
        yield from trials.first([own(done, out_channels=filters + -filters % groups)])


def _filters(trials: Trials) -> int:
    done = trials.done
    if done.name == "forward":
        return int(getattr(done.owner, "out_channels", 0))
    return given_by_name(done)["weight"].shape[0]


def _regrouped(trials: Trials, groups: int) -> Edit | None:
    """Other groups, and as many channels as arrive."""
    done = trials.done
    number = done.given[0].shape[1]
    if done.name == "forward" or getattr(done.owner, "in_channels", number) == number:
        return own(done, groups=groups)
    return own(done, in_channels=number, groups=groups)


def _strided_same(trials: Trials) -> Iterator[Fix]:
    """padding='same' with a stride: padding in numbers, or no stride."""
    half = [(one - 1) // 2 for one in spans(trials)]
    yield from trials.first([own(trials.done, padding=one_number(half))])
    yield from trials.first([own(trials.done, stride=1)])


def _transposed(trials: Trials) -> Iterator[Fix]:
    """Output padding below the stride, or a larger stride; padding that leaves something."""
    done, given = trials.done, given_by_name(trials.done)
    axes = given["weight"].ndim - 2
    added, stride = each(given["output_padding"], axes), each(given["stride"], axes)
    least = [min(e, s - 1) for e, s in zip(added, stride, strict=True)]
    yield from trials.first([own(done, output_padding=one_number(least))])
    if max(added) >= max(stride):
        yield from trials.first([own(done, stride=max(added) + 1)])
    less = [own(done, padding=n) for n in range(max(each(given["padding"], axes)) - 1, -1, -1)]
    yield from trials.first([*less, own(done, dilation=max(added) + 1)])
    yield from inputs.larger(trials)


def window(trials: Trials) -> Iterator[Fix]:
    """A window that is larger than its input, or padding that is more than half of it."""
    done = trials.done
    given, kernel = given_by_name(done), kernel_of(done)
    if done.given[0].ndim not in (len(kernel) + 1, len(kernel) + 2):
        yield from other_axes(trials)
        return
    if not isinstance(given["padding"], str):
        yield from _fitting(trials, kernel, each(given["padding"], len(kernel)))
    earlier = other_windows(trials.failure, done.given[:1])
    yield from trials.first([own(done, dilation=1)])
    yield from islice(trials.first(earlier, most=trials.left // 3), 1)
    yield from inputs.larger(trials)
    yield from trials.first([own(done, ceil_mode=True)])
    if len(trials.helped) < _ENOUGH:
        for edit in _least(trials, kernel):
            yield from trials.together(edit)


def _least(trials: Trials, kernel: tuple[int, ...]) -> Iterator[Edit | None]:
    """The least padding with which a window fits, and the largest kernel without any."""
    done, span = trials.done, spans(trials)
    places = tuple(done.given[0].shape[-len(kernel) :])
    yield own(done, padding=max(0, *(ceil((f - n) / 2) for f, n in zip(span, places, strict=True))))
    yield from with_kernel(done, min(places))


def _fitting(trials: Trials, kernel: tuple[int, ...], padding: tuple[int, ...]) -> Iterator[Fix]:
    """The least padding, and the largest kernel, with which a window fits."""
    done, span = trials.done, spans(trials)
    places = tuple(done.given[0].shape[-len(kernel) :])
    least = [max(p, ceil((f - n) / 2)) for p, f, n in zip(padding, span, places, strict=True)]
    half = [min(p, f // 2) for p, f in zip(padding, span, strict=True)]
    yield from trials.first(own(done, padding=one_number(numbers)) for numbers in (least, half))
    room = [min(k, n + 2 * p) for k, n, p in zip(kernel, places, padding, strict=True)]
    twice = [max(k, 2 * p) for k, p in zip(kernel, padding, strict=True)]
    odd = [side - (side % 2 == 0) for side in room]
    sizes = [size for size in (odd, room, twice) if tuple(size) != kernel and min(size) > 0]
    kernels = [edit for size in sizes for edit in with_kernel(done, one_number(size))]
    yield from trials.first(kernels)


def spans(trials: Trials) -> list[int]:
    """How far the window of the call that failed reaches in each axis."""
    kernel = kernel_of(trials.done)
    dilation = each(given_by_name(trials.done).get("dilation", 1), len(kernel))
    return [SPAN(D=d, K=k).value for d, k in zip(dilation, kernel, strict=True)]


def other_axes(trials: Trials) -> Iterator[Fix]:
    """An input with an axis more; or the same layer for as many axes as there are."""
    done = trials.done
    known = getattr(done.owner, "in_channels", getattr(done.owner, "num_features", 1))
    for channels in dict.fromkeys((known, 1, 3)):
        yield from inputs.deeper(trials, channels)
    axes = max(1, done.given[0].ndim - 2)
    yield from trials.together(Swapped.of(done.path, done.owner, axes))


REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    "conv": convolution,
    "conv_transpose": convolution,
    "max_pool": window,
    "avg_pool": window,
}
