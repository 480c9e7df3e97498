"""Films of pooling: each window becomes the largest, the smallest or the average of its pixels.

pooling     a window walks over the input, by default side by side
adaptive    a fixed number of bins, whatever the size of the input
"""

from collections.abc import Sequence
from itertools import product
from math import inf, prod
from typing import cast

from numpy.typing import ArrayLike

from striate.arithmetic.axes import SIDES
from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import Draft, Grid
from striate.drawing.films.record import Cell, Film, Frame, Sum
from striate.drawing.films.windows.fitting import (
    bounded,
    described,
    misfit_of,
    places_of,
    unseen_of,
    working_of,
)
from striate.drawing.films.windows.framed import framed, stacked, sweep_of, titled, under
from striate.drawing.numbers import shown
from striate.errors import OptionError, ShapeError
from striate.reference.frame import copied
from striate.reference.pooling import Array, Kind, cut
from striate.reference.pooling import adaptive as pooled_into_bins
from striate.reference.pooling import pool as pooled
from striate.reference.sweep import Border, Sweep, visits

_NEVER = {"max": -inf, "min": inf, "average": 0.0}


def pooling(
    image: ArrayLike,
    window: Window,
    kind: Kind = "max",
    *,
    ceil: bool = False,
    border: Border = "zeros",
    count_padding: bool = True,
    title: str = "",
) -> Film:
    """The film of a window that pools an image (channel, *size); each channel for itself.

    With `ceil` a last window that hangs over the end is kept. Zeros of the padding are never
    chosen; in an average they count, or with `count_padding=False` they do not.

    >>> film = pooling([[1, 4, 6, 3], [1, 8, 9, 7]], Window.of(2, rank=2, stride=2))
    >>> [film.written(one) for one in film.sums()]
    ['max(1, 4, 1, 8) = 8', 'max(6, 3, 9, 7) = 9']
    """
    channels = stacked(image, window.rank)
    size = channels.shape[1:]
    bounded(len(channels) * prod(places_of(window, size, ceil=ceil)) * prod(window.kernel))
    sweep = sweep_of(window, border)
    values = pooled(
        *(channels, window.kernel, known(kind), sweep), partial=ceil, count_padding=count_padding
    )
    real = copied(size, sweep.frame(window.rank), border) >= 0
    walked = visits(sweep.walk(size, window.kernel, partial=ceil))
    draft = Draft()
    inputs = framed(
        draft, channels, sweep, fill=_NEVER[kind], unseen=unseen_of(window, size, ceil=ceil)
    )
    outputs = results(draft, values)
    for (channel, grid), (place, laid) in product(enumerate(inputs), walked):
        found = under(grid, laid)
        if kind == "average" and not count_padding:
            found = [cell for cell, pixel in zip(found, real[laid].flat, strict=True) if pixel]
        made = summary(outputs[channel].cell(place), found, kind)
        name = titled("", place, channel=(channel, len(inputs)))
        draft.frames.append(Frame(name, (made,)))
    return draft.film(
        title or f"{kind.capitalize()} pooling {described(window, size)}",
        working=(
            *working_of(window, size, ceil=ceil),
            *_overhanging(window, size, ceil),
            *_padded(window, kind, border, counted=count_padding),
        ),
        misfit=() if ceil else _misfit(window, size),
    )


def adaptive(
    image: ArrayLike, bins: Sequence[int], kind: Kind = "average", *, title: str = ""
) -> Film:
    """The film of an image (channel, *size) that is pooled into a fixed number of bins.

    >>> film = adaptive([1, 2, 3, 4, 5], (2,))
    >>> [film.written(one) for one in film.sums()]
    ['(1 + 2 + 3)/3 = 2', '(3 + 4 + 5)/3 = 4']
    """
    channels = stacked(image, len(bins))
    size = channels.shape[1:]
    if min(bins) < 1:
        raise ShapeError(f"an input cannot be pooled into {show(bins)} bins")
    values = pooled_into_bins(channels, tuple(bins), known(kind))
    cuts = [cut(n, b) for n, b in zip(size, bins, strict=True)]
    bounded(len(channels) * prod(sum(one.stop - one.start for one in axis) for axis in cuts))
    draft = Draft()
    inputs = framed(draft, channels, Sweep())
    outputs = results(draft, values)
    for (channel, grid), (place, laid) in product(enumerate(inputs), visits(cuts)):
        made = summary(outputs[channel].cell(place), under(grid, laid), kind)
        name = titled("", place, channel=(channel, len(inputs)))
        draft.frames.append(Frame(name, (made,)))
    title = title or f"Adaptive {kind} pooling of {show(size)} into {show(bins)}"
    return draft.film(title, working=tuple(map(_binned, SIDES[len(size)], size, cuts)))


def known(kind: str) -> Kind:
    """The kind of a pool, if it is one."""
    if kind not in _NEVER:
        raise OptionError(f"a pool takes the {', '.join(_NEVER)}, not the '{kind}'")
    return cast(Kind, kind)


def results(draft: Draft, values: Array) -> list[Grid]:
    """Draw what comes out (channel, *places), a grid for each channel."""
    count = len(values)
    names = [titled("output", channel=(n, count)) for n in range(count)]
    return [
        draft.add(one, name, "output", stack="output")
        for one, name in zip(values, names, strict=True)
    ]


def summary(result: Cell, found: Sequence[Cell], kind: Kind) -> Sum:
    """A pool of cells; an average is divided by how many they are."""
    terms = tuple((cell,) for cell in found)
    return Sum(result, terms, kind, divisor=len(found) if kind == "average" else 1)


def _misfit(window: Window, size: Size) -> tuple[str, ...]:
    """What flooring drops; for a pool, one remedy more is to keep the partial last window."""
    said, kept = misfit_of(window, size), window.places(size, ceil=True)
    if said and kept != window.places(size):
        return (*said, f"ceil, which keeps the last window, gives {show(kept)}")
    return said


def _overhanging(window: Window, size: Size, ceil: bool) -> list[str]:
    """What a last window that is kept, though it hangs over the end, takes in."""
    if not ceil or window.places(size, ceil=True) == window.places(size):
        return []
    return ["ceil keeps a last window that hangs over the end: it takes what is inside"]


def _padded(window: Window, kind: Kind, border: Border, *, counted: bool) -> list[str]:
    """What zeros of the padding do in a pool, where there are any."""
    if border != "zeros" or not any(map(any, window.padding)):
        return []
    if kind != "average":
        return [f"padding is never chosen: it stands as {shown(_NEVER[kind])}"]
    return [f"zeros of the padding {'count' if counted else 'do not count'} in an average"]


def _binned(side: str, size: int, cuts: Sequence[slice]) -> str:
    """Where the bins of an axis lie, with the numbers put in."""
    count = len(cuts)
    rule = f"from floor(i*{size}/{count}) to ceil((i + 1)*{size}/{count}) - 1"
    ends = ", ".join(f"{one.start} to {one.stop - 1}" for one in cuts)
    return f"{side}, bin i of {count}: {rule}: {ends}"
