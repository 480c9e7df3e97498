"""A window that does not fit, drawn: laid on its input it sticks out, and what would help.

Each remedy is tried before it is named.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import Draft
from striate.drawing.films.record import Film
from striate.drawing.films.windows.framed import Array, framed, sweep_of
from striate.errors import ShapeError
from striate.reference.frame import pad
from striate.reference.sweep import Border


def check_fit(window: Window, size: Size, *, ceil: bool = False) -> None:
    """Raise a ShapeError with remedies where a window is larger than its input.

    >>> check_fit(Window.of(5, rank=2), (3, 4))
    Traceback (most recent call last):
    striate.errors.ShapeError: a 5x5 window is larger than its input, 3x4
      help: padding 1 gives 1x2
      help: a kernel of 3x4 gives 1x1
      help: an input of 5x5 gives 1x1
    """
    try:
        window.derive(size, ceil=ceil)
    except ShapeError as error:
        raise ShapeError(error.message, help=list(_remedies(window, size))) from None


def _remedies(window: Window, size: Size) -> Iterator[str]:
    """Changes of one thing, in words, with the places that they give."""
    for says, changed, arriving in _changes(window, size):
        if changed.fits(arriving):
            yield f"{says} gives {show(changed.places(arriving))}"


def _changes(window: Window, size: Size) -> Iterator[tuple[str, Window, Size]]:
    enough = bisect_left(
        range(max(window.span)), True, lo=1, key=lambda n: _padded(window, n).fits(size)
    )
    yield f"padding {enough}", _padded(window, enough), size
    if max(window.dilation) > 1:
        yield "dilation 1", replace(window, dilation=(1,) * window.rank), size
    kernel = tuple(_within(window, size, axis) for axis in range(window.rank))
    if min(kernel) > 0:
        yield f"a kernel of {show(kernel)}", replace(window, kernel=kernel), size
    needed = zip(window.span, window.padding, size, strict=True)
    larger = tuple(max(n, reach - sum(sides)) for reach, sides, n in needed)
    yield f"an input of {show(larger)}", window, larger


def _within(window: Window, size: Size, axis: int) -> int:
    """The largest kernel along an axis, up to the window's own, that the padded input holds."""
    room = size[axis] + sum(window.padding[axis])
    taps = range(1, window.kernel[axis] + 1)
    return bisect_right(
        taps, room, key=lambda n: replace(window, kernel=(n,) * window.rank).span[axis]
    )


def _padded(window: Window, more: int) -> Window:
    """A window with so much padding on every side."""
    return replace(window, padding=((more, more),) * window.rank)


def diagnosis(image: Array, window: Window, error: ShapeError, border: Border = "zeros") -> Film:
    """The input (channel, *size), a window laid on its corner, and the sentence; without frames.

    What the window finds is what it covers of the padded input; a dash where it sticks out.
    """
    draft = Draft()
    framed(draft, image, sweep_of(window, border))
    found = pad(image[0], window.padding, border)
    laid = np.full(window.span, np.nan)
    onto = tuple(slice(0, min(pair)) for pair in zip(found.shape, window.span, strict=True))
    laid[onto] = found[onto]
    sides = [
        (min(reach, before), min(reach, max(0, reach - before - n)))
        for reach, n, (before, _) in zip(window.span, image.shape[1:], window.padding, strict=True)
    ]
    name = f"what a {show(window.span)} window finds"
    draft.add(laid, name, "kernel", padding=sides)
    return draft.film(
        f"{show(window.kernel)} over {show(image.shape[1:])}: it does not fit",
        working=("a dash: here the window sticks out, and finds nothing",),
        misfit=(error.message, *error.help),
    )
