"""Why a window cannot slide: channels, numbers that contradict each other, too little to cover."""

from collections.abc import Callable, Mapping

from striate.arithmetic.window import SPAN, show
from striate.inspection.diagnosis.earlier import kernel_of, maker
from striate.inspection.diagnosis.numbers import expected_channels, given_by_name
from striate.inspection.diagnosis.phrases import arriving, kinds, known_of, numbers, shown, whence
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal
from striate.inspection.refusals import each, left_over


def convolution(failure: Rehearsal, done: Performed) -> str | None:
    """Of a convolution or its transpose."""
    given, input = given_by_name(done), done.given[0]
    axes = given["weight"].ndim - 2
    if (said := _other_axes(done, axes)) is not None:
        return said
    number, expected = input.shape[-axes - 1], expected_channels(done)
    if number != expected:
        return _channels(failure, done, number, expected)
    if "output_padding" in given:
        return _left_open(done) or kinds(done)
    if given["weight"].shape[0] % given["groups"]:
        return f"{given['weight'].shape[0]} filters do not fall into {given['groups']} groups"
    if given["padding"] == "same" and max(each(given["stride"], axes)) > 1:
        steps = numbers(given["stride"])
        return f"padding='same' keeps the size, and a stride of {steps} does not: choose one"
    return kinds(done) or window(failure, done)


def _other_axes(done: Performed, axes: int) -> str | None:
    if done.given[0].ndim in (axes + 1, axes + 2):
        return None
    slides = f"{done.name} slides along {axes} {'axis' if axes == 1 else 'axes'}"
    return f"{slides} of (channels, *axes), but {shown(done.given[0])} arrives"


def _channels(failure: Rehearsal, done: Performed, number: int, expected: int) -> str:
    input, weight = done.given[0], given_by_name(done)["weight"]
    batched = input.ndim == weight.ndim
    size = whence(failure, input) if batched else f"{show(input.shape)} without a batch"
    return f"{arriving(number, 'channel')} ({size}), {expected} are expected"


def _left_open(done: Performed) -> str | None:
    """Of a transposed convolution: what is added at the end is less than a step."""
    given = given_by_name(done)
    axes = given["weight"].ndim - 2
    names = ("output_padding", "stride", "dilation")
    added, stride, dilation = (each(given[name], axes) for name in names)
    if all(e < max(s, d) for e, s, d in zip(added, stride, dilation, strict=True)):
        left = left_over(given, axes)
        size = tuple(done.given[0].shape[-axes:])
        none = f"of {show(size)} it leaves {show(left)}: padding takes more away than there is"
        return none if min(left) < 1 else None
    return (
        f"an output padding of {numbers(added)} is not smaller than the stride, "
        f"{numbers(stride)}, or the dilation, {numbers(dilation)}"
    )


def window(failure: Rehearsal, done: Performed) -> str | None:
    """Of anything that slides a window."""
    given, kernel = given_by_name(done), kernel_of(done)
    if (said := _other_axes(done, len(kernel))) is not None:
        return said
    if isinstance(given["padding"], str):
        return None
    size = tuple(done.given[0].shape[-len(kernel) :])
    dilation = each(given.get("dilation", 1), len(kernel))
    span = [SPAN(D=d, K=k).value for d, k in zip(dilation, kernel, strict=True)]
    padding = each(given["padding"], len(kernel))
    padded = tuple(n + 2 * p for n, p in zip(size, padding, strict=True))
    if any(f > n for f, n in zip(span, padded, strict=True)):
        beside = "" if padded == size else f" padded to {show(padded)}"
        origin = maker(failure, done.given[0])
        return f"a {show(span)} window is larger than its input, {show(size)}{beside} ({origin})"
    if "kernel_size" in given and any(2 * p > f for p, f in zip(padding, span, strict=True)):
        half = f"a padding of {numbers(padding)} is more than half of a {show(span)} window"
        return f"{half}: at the border it would see padding alone"
    return None


def padded(failure: Rehearsal, done: Performed) -> str | None:
    """Of padding that mirrors what is there."""
    given = given_by_name(done)
    axes = [axis for axis in done.given[0].shape[::-1] for _ in range(2)]
    mode = given.get("mode", "constant")
    fewer = {"reflect": 1, "circular": 0}.get(mode)
    for n, pad in zip(axes, given.get("pad", ()), strict=False):
        if fewer is not None and pad > n - fewer:
            return f"{mode} padding is at most {n - fewer} beside {n}, not {pad}"
    return None


def adaptive(failure: Rehearsal, done: Performed) -> str | None:
    """Of pooling into a fixed number of windows."""
    axes = int(done.name[-2])
    if (said := _other_axes(done, axes)) is not None:
        return said
    asked = (*done.args[1:2], done.kwargs.get("output_size"))[0]
    if not isinstance(asked, tuple | list) or len(asked) == axes:
        return None
    return f"an output of {show(asked)} does not suit the {axes} axes of {shown(done.given[0])}"


def refused(failure: Rehearsal, done: Performed) -> str | None:
    """Of a layer that refuses what it is given before it computes anything."""
    known, input = known_of(done), done.given[0]
    groups = known.get("groups", 1)
    if input.ndim > 1 and input.shape[1] % groups:
        found = f"{input.shape[1]} channels ({whence(failure, input)})"
        return f"{found} do not fall into {groups} groups"
    if known.get("out_channels", 0) % groups:
        return f"{known['out_channels']} filters do not fall into {groups} groups"
    if "input_size" in known and input.shape[-1] != known["input_size"]:
        found = f"{arriving(input.shape[-1], 'feature')} at each step ({whence(failure, input)})"
        return f"{found}, {known['input_size']} are expected"
    if "num_features" in known and "D" in (text := str(failure.error)) and "expected" in text:
        return f"{text}: {shown(input)} arrives where (channels, *axes) is expected"
    return None


CAUSES: Mapping[str, Callable[[Rehearsal, Performed], str | None]] = {
    "conv": convolution,
    "conv_transpose": convolution,
    "max_pool": window,
    "avg_pool": window,
    "pad": padded,
    "adaptive_avg_pool": adaptive,
    "adaptive_max_pool": adaptive,
    "forward": refused,
}
