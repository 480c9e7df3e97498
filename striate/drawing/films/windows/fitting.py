"""How a film fits: its sizes with their working, what no window sees, and what would mend it.

Every size, and every remedy that is named, is the window's own answer to other numbers.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from striate.arithmetic.axes import SIDES
from striate.arithmetic.formula import Quantity
from striate.arithmetic.losing import unseen, untiled
from striate.arithmetic.window import SPAN, Size, Window, show
from striate.drawing.films.windows.misfits import check_fit
from striate.errors import OptionError
from striate.reference.sweep import Sweep

LARGEST = 60_000
"""As many terms as a film may have: more than this nobody would watch, and pages would be slow."""


def places_of(window: Window, size: Size, *, ceil: bool = False) -> Size:
    """How many places a window has; ShapeError with what helps where it has none.

    >>> places_of(Window.of(3, rank=2), (5, 7))
    (3, 5)
    """
    if len(size) == window.rank:
        check_fit(window, size, ceil=ceil)
    return window.places(size, ceil=ceil)


def bounded(terms: int, remedy: str = "give a smaller input, or fewer filters") -> None:
    """Refuse a film of more terms than a page could show.

    >>> bounded(6_000)
    """
    if terms > LARGEST:
        raise OptionError(
            f"a film of {terms:,} terms is more than {LARGEST:,}, which nobody would watch",
            help=[remedy],
        )


def bounded_cells(window: Window, size: Size, *, channels: int = 1, spread: bool = False) -> None:
    """Refuse an input with its padding, or the size it is spread to, that no page could show.

    >>> bounded_cells(Window.of(3, stride=100_000), (3,), spread=True)
    Traceback (most recent call last):
    striate.errors.OptionError: 200003 is more than the 60,000 cells that a film shows
      help: give a smaller stride
    """
    if spread:
        cells, what = replace(window, padding=((0, 0),) * window.rank).undone(size), "stride"
        what = "dilation" if max(window.dilation) > max(window.stride) else what
    else:
        cells, what = _with_padding(window, size), "padding"
    if channels * prod(cells) > LARGEST:
        found = show(cells) if channels == 1 else f"{channels} times {show(cells)}"
        said = f"{found} is more than the {LARGEST:,} cells that a film shows"
        raise OptionError(said, help=[f"give a smaller {what}"])


def working_of(window: Window, size: Size, *, ceil: bool = False) -> tuple[str, ...]:
    """The rule of the output's size, and below it each axis with its numbers.

    >>> for line in working_of(Window.of(3, rank=2, stride=2, padding=1), (7, 5)):
    ...     print(line)
    floor((N - F + 2*P)/S) + 1
    height: floor((7 - 3 + 2*1)/2) + 1 = 4
    width: floor((5 - 3 + 2*1)/2) + 1 = 3
    """
    return (*spans(window), *worked(window.derive(size, ceil=ceil)))


def worked(sizes: tuple[Quantity, ...]) -> tuple[str, ...]:
    """Sizes with their working, one for each axis; each rule stands once, before its axes."""
    lines: list[str] = []
    for name, quantity in zip(SIDES[len(sizes)], sizes, strict=True):
        if quantity.rule not in lines:
            lines.append(quantity.rule)
        lines.append(f"{name}: {quantity.working} = {quantity.value}")
    return tuple(lines)


def spans(window: Window) -> Iterator[str]:
    """How far a dilated window reaches: F of the rule; an axis is named where they differ.

    >>> list(spans(Window.of((3, 3), dilation=(1, 2))))
    ['span of the width: D*(K - 1) + 1 = 2*(3 - 1) + 1 = 5']
    """
    reaches = list(zip(window.dilation, window.kernel, strict=True))
    named = zip(SIDES[window.rank], reaches, strict=True)
    alike = (
        [("", reaches[0])] if len(set(reaches)) == 1 else [(f" of the {n}", r) for n, r in named]
    )
    for which, (rate, kernel) in alike:
        if rate > 1:
            yield f"span{which}: {SPAN(D=rate, K=kernel)}"


def unseen_of(
    window: Window, size: Size, padded: Size | None = None, *, ceil: bool = False
) -> NDArray[np.bool_]:
    """Where no window ever comes, in the padded input, or in a larger one, if that is drawn.

    >>> unseen_of(Window.of(2, stride=2), (5,)).tolist()
    [False, False, False, False, True]
    """
    seen = np.ones(padded or _with_padding(window, size), bool)
    sweep = Sweep(window.stride, window.padding, window.dilation)
    for axis, walk in enumerate(sweep.walk(size, window.kernel, partial=ceil)):
        met = np.zeros(seen.shape[axis], bool)
        for one in walk:
            met[one] = True
        seen &= met.reshape(-1, *(1,) * (seen.ndim - axis - 1))
    return ~seen


def _with_padding(window: Window, size: Size) -> Size:
    return tuple(n + sum(sides) for n, sides in zip(size, window.padding, strict=True))


def misfit_of(window: Window, size: Size) -> tuple[str, ...]:
    """What flooring drops, why, and the changes that were tried and drop nothing; or nothing.

    >>> for line in misfit_of(Window.of(3, rank=2, stride=3), (7, 7)):
    ...     print(line)
    a 3x3 window with stride 3x3 does not tile 7x7: (7 - 3 + 2*0)/3 + 1 = 2.33
    the last 1 row and column are never seen
    padding 1 gives 3x3
    stride 2 gives 3x3
    an input of 9x9 gives 3x3
    """
    if not (said := untiled(window, size)):
        return ()
    dropped = unseen(window.lost(size)) or ""
    return (": ".join(said), dropped, *_remedies(window, size))


def _remedies(window: Window, size: Size) -> Iterator[str]:
    """Changes of one thing, tried on the whole window before they are named."""
    for says, changed, arriving in _changes(window, size):
        if changed.fits(arriving) and not any(changed.lost(arriving)):
            yield f"{says} gives {show(changed.places(arriving))}"


def _changes(window: Window, size: Size) -> Iterator[tuple[str, Window, Size]]:
    """On the axes that lose something: more padding, a smaller stride, a larger input."""
    padding, stride, larger = list(window.padding), list(window.stride), list(size)
    for axis, dropped in enumerate(window.lost(size)):
        if dropped:
            padding[axis] = _padded(window, size, axis)
            stride[axis] = _stepping(window, size, axis)
            larger[axis] = _enlarged(window, size, axis)
    pairs = tuple(padding)
    yield f"padding {_sides(pairs)}", replace(window, padding=pairs), size
    yield f"stride {_short(stride)}", replace(window, stride=tuple(stride)), size
    yield f"an input of {show(larger)}", window, tuple(larger)


def _padded(window: Window, size: Size, axis: int) -> tuple[int, int]:
    """The least padding on both sides that drops nothing on an axis."""
    before, after = window.padding[axis]
    for more in range(1, window.span[axis]):
        sides = (before + more, after + more)
        padding = (*window.padding[:axis], sides, *window.padding[axis + 1 :])
        if not replace(window, padding=padding).lost(size)[axis]:
            return sides
    return before, after


def _stepping(window: Window, size: Size, axis: int) -> int:
    """The largest smaller stride that drops nothing on an axis."""
    for step in range(window.stride[axis] - 1, 1, -1):
        stride = (*window.stride[:axis], step, *window.stride[axis + 1 :])
        if not replace(window, stride=stride).lost(size)[axis]:
            return step
    return 1


def _enlarged(window: Window, size: Size, axis: int) -> int:
    """The least larger input that drops nothing on an axis."""
    n = size[axis]
    while window.lost((*size[:axis], n, *size[axis + 1 :]))[axis]:
        n += 1
    return n


def described(window: Window, size: Size) -> str:
    """A window and what it slides over, in words for a title; what is usual is left out.

    >>> described(Window.of(3, rank=2, stride=2, padding=1), (7, 7))
    '3x3 over 7x7, stride 2, padding 1'
    """
    return f"{show(window.kernel)} over {show(size)}{stepping(window)}"


def stepping(window: Window) -> str:
    """How a window steps, in words behind a comma; what is usual is left out.

    >>> stepping(Window.of(3, rank=2, stride=2, padding=((1, 0), (0, 0)))), stepping(Window.of(3))
    (', stride 2, padding 1/0x0/0', '')
    """
    parts = [""]
    if prod(window.stride) > 1:
        parts.append(f"stride {_short(window.stride)}")
    if any(map(any, window.padding)):
        parts.append(f"padding {_sides(window.padding)}")
    if prod(window.dilation) > 1:
        parts.append(f"dilation {_short(window.dilation)}")
    return ", ".join(parts)


def _short(numbers: Size | list[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else show(numbers)


def _sides(padding: tuple[tuple[int, int], ...]) -> str:
    if all(before == after for before, after in padding):
        return _short([before for before, _ in padding])
    return "x".join(f"{before}/{after}" for before, after in padding)
