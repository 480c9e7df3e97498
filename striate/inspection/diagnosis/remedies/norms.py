"""Remedies for layers that remember how many channels or features enter them."""

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any

from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.earlier import more_channels
from striate.inspection.diagnosis.numbers import ENTERING, ENTERING_LAST, agreeing, own
from striate.inspection.diagnosis.remedies.features import with_last
from striate.inspection.diagnosis.remedies.sliding import grouped, other_axes
from striate.inspection.diagnosis.settings import settings
from striate.inspection.diagnosis.trials import Fix, Trials


def norm(trials: Trials) -> Iterator[Fix]:
    """Made for the channels that arrive; or the layers before for what it is made for."""
    done = trials.done
    for edit in list(agreeing(trials.failure))[:2]:
        yield from trials.together(edit)
    arriving, last = done.given[0], _known(trials).keys() & {*ENTERING_LAST}
    axis = -1 if last else min(1, arriving.ndim - 1)
    for wanted in _remembered(trials):
        edit = next(more_channels(trials.failure, arriving, wanted, axis=axis), None)
        yield from trials.together(edit)
        yield from with_last(trials, wanted) if last else inputs.with_channels(trials, wanted)
    if done.name == "instance_norm":
        yield from inputs.larger(trials)


def group_norm(trials: Trials) -> Iterator[Fix]:
    """Groups into which the channels fall; or channels that fall into the groups."""
    done = trials.done
    number = done.given[0].shape[1]
    groups = _known(trials).get("num_groups", done.args[1])
    near = sorted(range(1, number + 1), key=lambda n: (abs(n - groups), n))
    known = {"num_channels": number} if "num_channels" in _known(trials) else {}
    known = {} if known == {"num_channels": _known(trials).get("num_channels")} else known
    yield from norm(trials)
    yield from trials.first(own(done, num_groups=n, **known) for n in near if number % n == 0)
    for wanted in (number + -number % groups, number // groups * groups):
        edit = next(more_channels(trials.failure, done.given[0], wanted), None)
        yield from trials.together(edit if wanted not in (0, number) else None)
        yield from inputs.with_channels(trials, wanted) if wanted else ()


def refused(trials: Trials) -> Iterator[Fix]:
    """A layer that refuses what it is given before it computes anything."""
    known, given = _known(trials), trials.done.given
    if not given:
        return
    channels = given[0].shape[1] if given[0].ndim > 1 else 0
    if known.get("groups", 1) > 1 and channels % known["groups"]:
        yield from grouped(trials, known["groups"])
        return
    if known.keys() & {*ENTERING_LAST}:
        yield from norm(trials)
    yield from other_axes(trials)


def _known(trials: Trials) -> dict[str, Any]:
    owner = trials.done.owner
    return settings(owner) if owner is not None else {}


def _remembered(trials: Trials) -> list[int]:
    """What a layer remembers of the channels that enter it."""
    known = _known(trials)
    numbers = [known[name] for name in (*ENTERING, *ENTERING_LAST) if name in known]
    if not numbers and trials.done.name != "group_norm":
        numbers = [tensor.numel() for tensor in trials.done.given[1:2]]
    return [prod(n) if isinstance(n, tuple) else n for n in numbers]


REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    **dict.fromkeys(("batch_norm", "layer_norm", "instance_norm", "prelu"), norm),
    "multi_head_attention_forward": norm,
    "group_norm": group_norm,
    "forward": refused,
}
