"""A film packed for a page: what a `Film` says, as short as JSON can be.

Cells are numbered through all planes, in their order. Frames that differ only in where they lie
share a pattern: a list of sums whose cells are counted from the first cell that the frame uses
of each plane. A frame is its name, its pattern, and those first cells; numbers are texts, as
they are shown, so that whoever unpacks it need not calculate.
"""

from itertools import accumulate
from typing import Any

from striate.drawing.films.record import Cell, Film, Frame, Plane, Sum
from striate.drawing.films.tones import tones
from striate.drawing.numbers import shown

Pattern = tuple[Any, ...]


def packed(film: Film) -> dict[str, Any]:
    """A film as a dictionary for JSON: title, planes, patterns, frames, working, misfit.

    A pattern is a list of [operation, divisor, [first, distance], terms], and "≈" where the sum
    has rounded numbers; a term is [first, distance, first, distance ...]: the number of one of
    the frame's first cells, and how far behind it. A frame is [name, pattern, first cells] and,
    where its sums add to what stands there already, a list of [before, after], both null for a
    sum that does not.

    >>> plane = Plane("output", "output", "output", (1, 2), (1.0, 4.0))
    >>> film = Film("", (plane,), (Frame("place 1", (Sum(Cell(0, 1), ((Cell(0, 0),),)),)),))
    >>> packed(film)["frames"], packed(film)["patterns"]
    ([['place 1', 0, [1]]], [[['sum', 1, [0, 0], [[0, -1]]]]])
    """
    starts = [0, *accumulate(len(plane.values) for plane in film.planes)]
    patterns: dict[Pattern, int] = {}
    frames = [_frame(film, frame, starts, patterns) for frame in film.frames]
    return {
        "kind": "film",
        "title": film.title,
        "planes": [_plane(plane) for plane in film.planes],
        "patterns": _lists(tuple(patterns)),
        "frames": frames,
        "working": list(film.working),
        "misfit": list(film.misfit),
    }


def _plane(plane: Plane) -> dict[str, Any]:
    """A plane; what is usual is left out."""
    unusual = {
        "padding": list(plane.padding) if any(plane.padding) else None,
        "unseen": sorted(plane.unseen) or None,
        "passing": plane.passing or None,
        "tones": bytes(tones(plane)).hex() if plane.painted else None,
    }
    return {
        "name": plane.name,
        "role": plane.role,
        "stack": plane.stack,
        "shape": list(plane.shape),
        "values": " ".join(plane.texts),
        **{name: value for name, value in unusual.items() if value is not None},
    }


def _frame(film: Film, frame: Frame, starts: list[int], patterns: dict[Pattern, int]) -> list[Any]:
    """A frame, whose pattern is added to those that there are if it is new."""
    slots: dict[int, int] = {}
    firsts: list[int] = []

    def near(cell: Cell) -> tuple[int, int]:
        if cell.plane not in slots:
            slots[cell.plane] = len(firsts)
            firsts.append(starts[cell.plane] + cell.spot)
        slot = slots[cell.plane]
        return slot, starts[cell.plane] + cell.spot - firsts[slot]

    pattern = tuple(
        (
            one.operation,
            one.divisor,
            near(one.result),
            tuple(tuple(number for cell in term for number in near(cell)) for term in one.terms),
            *(sign for sign in (film.sign(one),) if sign != "="),
        )
        for one in frame.sums
    )
    steps = [_step(one) for one in frame.sums]
    added = [steps] if any(before or after for before, after in steps) else []
    return [frame.name, patterns.setdefault(pattern, len(patterns)), firsts, *added]


def _step(one: Sum) -> list[str | None]:
    """What stood at the result before, and what stands there after it."""
    return [None if value is None else shown(value) for value in (one.before, one.after)]


def _lists(value: Any) -> Any:
    """Tuples, and those in them, as JSON has them."""
    return [_lists(one) for one in value] if isinstance(value, tuple) else value
