"""Remedies where features or channels do not agree in number, in shape or in kind."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from math import prod
from typing import Any

import torch
from torch import Tensor

from striate.arithmetic.window import Size
from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.earlier import more_channels, other_windows, shaping
from striate.inspection.diagnosis.edits import Recalled, Retyped, receiving
from striate.inspection.diagnosis.numbers import agreeing, asked_shape, given_by_name, own
from striate.inspection.diagnosis.rehearsal import Rehearsal
from striate.inspection.diagnosis.trials import Fix, Trials


def linear(trials: Trials) -> Iterator[Fix]:
    """Flattened before it; other features; other windows before it; another input."""
    done = trials.done
    arriving, weight = done.given[0], given_by_name(done)["weight"]
    wanted = weight.shape[1]
    if arriving.dtype != weight.dtype:
        yield from kinds(trials)
        return
    if arriving.ndim > 3:
        flat = receiving(0, lambda tensor: tensor.flatten(1))
        says = f"torch.flatten(x, 1) before {done.called}"
        yield from trials.together(Recalled(says, "flatten", done.site, flat))
    yield from trials.together(next(agreeing(trials.failure), None))
    yield from _arriving_as(trials, arriving, wanted)
    yield from trials.together(next(more_channels(trials.failure, arriving, wanted, axis=-1), None))
    yield from with_last(trials, wanted)
    yield from inputs.with_channels(trials, wanted)


def with_last(trials: Trials, wanted: int) -> Iterator[Fix]:
    """An input whose last number is another."""
    last = partial(_last, wanted)
    yield from trials.first([inputs.another(trials.input, last, "features")])


def _last(wanted: int, size: Size) -> Size:
    return (*size[:-1], wanted)


def _arriving_as(trials: Trials, arriving: Tensor, wanted: int) -> Iterator[Fix]:
    """Other windows before, or another input, so that as many features arrive as are wanted."""
    site = trials.done.site

    def features(found: Rehearsal) -> int | None:
        if found.failed is None or found.failed.site != site:
            return None
        return found.failed.given[0].numel() // max(1, found.failed.given[0].shape[0])

    if arriving.ndim == 3 or next(shaping(trials.failure, [arriving]), None) is None:
        return
    earlier = trials.first(other_windows(trials.failure, [arriving]), most=trials.left // 3)
    yield from islice(earlier, 1)
    yield from inputs.measured(trials, features, wanted)
    yield from earlier


def view(trials: Trials) -> Iterator[Fix]:
    """A shape that does not hold what arrives."""
    arriving, shape = trials.done.given[0], asked_shape(trials.done)
    yield from trials.together(next(agreeing(trials.failure), None))
    wanted = prod(n for n in shape[1:] if n > 0)
    if -1 not in shape[1:]:
        yield from _arriving_as(trials, arriving, wanted)
    if not any("input" in kind for kind in trials.helped):
        yield from inputs.multiples(trials)


def unflattened(trials: Trials) -> Iterator[Fix]:
    """Another shape for the features that arrive; or as many features as the shape holds."""
    done = trials.done
    known = getattr(done.owner, "unflattened_size", done.args[-1])
    shape, number = tuple(known), done.given[0].shape[1]
    channels, *sides = shape
    places = prod(sides)
    if places and number % places == 0:
        yield from trials.first([own(done, unflattened_size=(number // places, *sides))])
    root = round((number // channels) ** (1 / max(1, len(sides)))) if channels else 0
    if root and number == channels * root ** len(sides):
        square = (channels, *(root,) * len(sides))
        yield from trials.first([own(done, unflattened_size=square)])
    wanted = prod(shape)
    edit = next(more_channels(trials.failure, done.given[0], wanted), None)
    yield from trials.together(edit)
    yield from with_last(trials, wanted)


def kinds(trials: Trials) -> Iterator[Fix]:
    """Numbers of one kind: those of the layer, or those that arrive."""
    done = trials.done
    arriving, weights = done.given[0], done.given[1:]
    if done.owner is not None:
        says = f"{done.called}.{_word(arriving.dtype)}"
        yield from trials.first([Retyped(says, "layer", done.path, arriving.dtype)])
    for wanted in dict.fromkeys(weight.dtype for weight in weights):
        cast = receiving(0, partial(_cast, wanted))
        says = f"x.{_word(wanted)} before {done.called}"
        yield from trials.first([Recalled(says, "cast", done.site, cast)])


def _cast(kind: torch.dtype, tensor: Tensor) -> Tensor:
    return tensor.to(kind)


def _word(kind: torch.dtype) -> str:
    words = {torch.float32: "float()", torch.float64: "double()", torch.float16: "half()"}
    return words.get(kind, f"to({kind})")


def indices(trials: Trials) -> Iterator[Fix]:
    """Whole numbers for an embedding: as an input, or made of what arrives."""
    yield from inputs.whole(trials)
    cast = receiving(0, partial(_cast, torch.long))
    says = f"x.long() before {trials.done.called}"
    yield from trials.first([Recalled(says, "cast", trials.done.site, cast)])


def shuffled(trials: Trials) -> Iterator[Fix]:
    """Channels that fall into squares; or a factor whose square they fall into."""
    done = trials.done
    arriving, factor = done.given[0], _factor(trials)
    channels = arriving.shape[1]
    near = sorted(range(1, factor + 3), key=lambda n: abs(n - factor))
    yield from trials.first(own(done, upscale_factor=n) for n in near if channels % n**2 == 0)
    for wanted in (channels + -channels % factor**2, channels // factor**2 * factor**2):
        edit = next(more_channels(trials.failure, arriving, wanted), None)
        yield from trials.together(edit if wanted else None)
    yield from inputs.with_channels(trials, channels + -channels % factor**2)


def _factor(trials: Trials) -> int:
    rest: tuple[Any, ...] = (*trials.done.args[1:], *trials.done.kwargs.values())
    return int(rest[0])


REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    "linear": linear,
    "view": view,
    "reshape": view,
    "unflatten": unflattened,
    "embedding": indices,
    "pixel_shuffle": shuffled,
}
