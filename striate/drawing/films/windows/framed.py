"""An input as films show it: each channel with its frame of padding, and what lies under a window.

Zeros of the padding are drawn as what they count for: a pool never chooses them, so under a max
they are minus infinity.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.arithmetic.window import Window, show
from striate.drawing.films.drafting import Draft, Grid, at
from striate.drawing.films.record import Cell
from striate.errors import ShapeError
from striate.reference.frame import copied, pad
from striate.reference.sweep import Border, Sweep

Array = NDArray[np.float64]


def sweep_of(window: Window, border: Border = "zeros") -> Sweep:
    """How the reference walks where a window steps.

    >>> sweep_of(Window.of(3, rank=1, stride=2))
    Sweep(stride=(2,), padding=((0, 0),), dilation=(1,), border='zeros')
    """
    return Sweep(window.stride, window.padding, window.dilation, border)


def stacked(image: ArrayLike, rank: int) -> Array:
    """An image (channel, *size), or (*size) where there is one channel, as (channel, *size).

    Raises a ShapeError where it has another number of axes, or films cannot show so many.

    >>> stacked([[1, 2], [3, 4]], 2).shape, stacked([[1, 2], [3, 4]], 1).shape
    ((1, 2, 2), (2, 2))
    """
    array = np.asarray(image, np.float64)
    array = array[np.newaxis] if array.ndim == rank else array
    if array.ndim != rank + 1:
        raise ShapeError(f"a window of {rank} axes cannot step over {show(array.shape)}")
    if rank > 3:
        raise ShapeError(f"a film shows one, two or three axes, not {rank}")
    return array


def framed(
    draft: Draft,
    channels: Array,
    sweep: Sweep,
    *,
    fill: float = 0,
    unseen: ArrayLike | None = None,
) -> list[Grid]:
    """Draw an input (channel, *size) and the padding around it; `fill` is drawn for its zeros.

    Gives the grid of each channel, padding included; `unseen` has the size of one of them, or of
    all together.
    """
    size = channels.shape[1:]
    sides = sweep.frame(len(size))
    real = copied(size, sides, sweep.border) >= 0
    padded = np.where(real, pad(channels, sides, sweep.border), fill)
    names = [titled("input", channel=(n, len(channels))) for n in range(len(channels))]
    hidden = np.broadcast_to(False if unseen is None else np.asarray(unseen), padded.shape)
    return [
        draft.add(one, name, "input", stack="input", padding=sides, unseen=beyond)
        for one, name, beyond in zip(padded, names, hidden, strict=True)
    ]


def titled(what: str, place: Sequence[int] = (), **numbers: tuple[int, int]) -> str:
    """A thing by its numbers, each said only where there are several of its kind, and its place.

    >>> titled("kernel", filter=(1, 3), channel=(0, 1)), titled("", (2, 0), filter=(1, 3))
    ('kernel, filter 1', 'filter 1, row 2, column 0')
    """
    several = [f"{name} {number}" for name, (number, count) in numbers.items() if count > 1]
    return ", ".join(part for part in (what, *several, at(place)) if part)


def under(grid: Grid, window: Sequence[slice]) -> list[Cell]:
    """The cells under a window, row by row; those that would hang over the end do not exist.

    >>> [cell.spot for cell in under(Grid(0, (3, 3)), (slice(1, 3), slice(2, 4)))]
    [5, 8]
    """
    spots = (range(*cut.indices(n)) for cut, n in zip(window, grid.size, strict=True))
    return [grid.cell(place) for place in product(*spots)]
