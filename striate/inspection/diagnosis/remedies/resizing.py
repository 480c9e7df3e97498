"""Remedies for what adds places, or makes a fixed number of them: padding, enlarging, adapting."""

from collections.abc import Callable, Iterator, Mapping

from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.earlier import other_windows
from striate.inspection.diagnosis.numbers import given_by_name, own
from striate.inspection.diagnosis.remedies.sliding import other_axes
from striate.inspection.diagnosis.trials import Fix, Trials


def padded(trials: Trials) -> Iterator[Fix]:
    """Reflected padding is less than what is there: less of it, another kind, a larger input."""
    done, given = trials.done, given_by_name(trials.done)
    if done.owner is not None and hasattr(done.owner, "padding_mode"):
        less = min(done.given[0].shape[2:]) - 1
        yield from trials.first([own(done, padding=less)])
        yield from trials.first([own(done, padding_mode="replicate")])
    else:
        axes = [axis for axis in done.given[0].shape[::-1] for _ in range(2)]
        pads = tuple(min(p, n - 1) for p, n in zip(given["pad"], axes, strict=False))
        yield from trials.first([own(done, padding=pads), own(done, pad=pads)])
        yield from trials.first([own(done, mode="replicate")])
    yield from trials.first(other_windows(trials.failure, done.given[:1]), most=6)
    yield from inputs.larger(trials)


def adaptive(trials: Trials) -> Iterator[Fix]:
    """As many places as there are axes."""
    done = trials.done
    axes = int(done.name[-2])
    asked = done.args[1] if len(done.args) > 1 else done.kwargs.get("output_size")
    if done.given[0].ndim not in (axes + 1, axes + 2):
        yield from other_axes(trials)
    elif isinstance(asked, tuple | list):
        yield from trials.first([own(done, output_size=tuple(asked[-axes:]))])
        yield from trials.first([own(done, output_size=asked[0])])


def enlarged(trials: Trials) -> Iterator[Fix]:
    """As many factors, or sides, as there are axes; or one for all."""
    done, given = trials.done, given_by_name(trials.done)
    axes = done.given[0].ndim - 2
    for name in ("scale_factor", "size"):
        numbers = given.get(name)
        if isinstance(numbers, tuple | list) and len(numbers) != axes:
            yield from trials.first([own(done, **{name: tuple(numbers[-axes:])})])
    words = {1: "linear", 2: "bilinear", 3: "trilinear"}
    if given.get("mode") in words.values() and given["mode"] != words.get(axes):
        yield from trials.first([own(done, mode=words[axes]), own(done, mode="nearest")])
    yield from other_axes(trials)


REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    "pad": padded,
    "interpolate": enlarged,
    "adaptive_avg_pool": adaptive,
    "adaptive_max_pool": adaptive,
}
