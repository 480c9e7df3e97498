"""A stack of planes: below each other, with captions, in cells as large as its numbers need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil, floor

from striate.drawing.films.record import Plane

WIDTH, MARGIN = 1180.0, 20.0
"""Stacks that would go beyond this width begin a new row."""

PLAIN = 32.0
"""The side of a cell where there is room, in pixels."""

SMALLEST = 7.0
"""Numbers that would be smaller than this, in pixels, are left out."""

_HEADING, _CAPTION, _GAP = 24.0, 17.0, 12.0
_DEEP = 480.0  # the most that a column of planes is high, unless the sheet is too narrow
_WIDEST = 54.0  # the side of a cell for long numbers
_LETTER = 0.58  # how wide a digit is, for its size


@dataclass(frozen=True)
class Box:
    """A plane on the sheet: its upper left corner, the side of its cells, the size of its numbers.

    The size is 0 where numbers could not be read.
    """

    x: float
    y: float
    side: float
    columns: int
    size: float

    def corner(self, spot: int) -> tuple[float, float]:
        """The upper left corner of a cell.

        >>> Box(10, 20, 30, 4, 12).corner(5)
        (40, 50)
        """
        row, column = divmod(spot, self.columns)
        return (self.x + column * self.side, self.y + row * self.side)


@dataclass(frozen=True)
class Label:
    """A heading or a caption, at its left end; it is shown with any of its planes."""

    x: float
    y: float
    text: str
    planes: frozenset[int]
    heading: bool


@dataclass(frozen=True)
class Stack:
    """Planes of one stack, and the level of each: those of one level take turns."""

    name: str
    planes: Mapping[int, Plane]
    levels: Mapping[int, int]
    side: float
    lengths: list[int]

    @cached_property
    def captions(self) -> dict[int, str]:
        """What stands above each plane that the heading does not say already."""
        return {n: _caption(plane.name, self.name) for n, plane in self.planes.items()}

    @cached_property
    def wide(self) -> float:
        """How wide a column of planes is, with its captions."""
        widest = max(plane.shape[1] for plane in self.planes.values()) * self.side
        return max(widest, ceil(6.4 * max(map(len, self.captions.values()))))

    @cached_property
    def heights(self) -> list[float]:
        """How high each level is, with its captions and the gap below it."""
        heights = [0.0] * (max(self.levels.values()) + 1)
        for n, plane in self.planes.items():
            own = plane.shape[0] * self.side + _CAPTION * bool(self.captions[n]) + _GAP
            heights[self.levels[n]] = max(heights[self.levels[n]], own)
        return heights

    @cached_property
    def spots(self) -> list[tuple[float, float]]:
        """Where each level begins: below the one before it, or in a new column."""
        if sum(self.heights) <= _DEEP:
            return [(0.0, top) for top in accumulate(self.heights[:-1], initial=0.0)]
        tallest = max(self.heights)
        across = max(1, int((WIDTH - 2 * MARGIN + 16) // (self.wide + 16)))
        rows = max(1, int(_DEEP // tallest), ceil(len(self.heights) / across))
        places = (divmod(level, rows) for level in range(len(self.heights)))
        return [(across * (self.wide + 16), down * tallest) for across, down in places]

    @cached_property
    def size(self) -> tuple[float, float]:
        """How much room all planes take, with the heading."""
        width = max(x for x, _ in self.spots) + self.wide
        ends = (y + high for (_, y), high in zip(self.spots, self.heights, strict=True))
        return max(width, ceil(len(self.name) * 7.8)), _HEADING + max(ends) - _GAP

    def placed(self, x: float, y: float) -> Iterator[tuple[int, Box, Label | None]]:
        """Each plane with its box and its caption."""
        for number, plane in self.planes.items():
            across, down = self.spots[self.levels[number]]
            left, top = x + across, y + _HEADING + down
            said = self.captions[number]
            own = Label(left, top + 7, said, frozenset({number}), heading=False) if said else None
            top += _CAPTION * bool(said)
            size = _size(self.side, self.lengths[number])
            yield number, Box(left + 0.5, top + 0.5, self.side, plane.shape[1], size), own


def levels(planes: dict[int, Plane], meets: dict[int, frozenset[int]]) -> dict[int, int]:
    """The level of each plane: its own, or the first where it meets none that passes too."""
    found: dict[int, int] = {}
    steady = 0
    for number, plane in planes.items():
        if not plane.passing:
            found[number] = steady
            steady += 1
    for number in [number for number in planes if number not in found]:
        taken = {found[other] for other in meets[number] if other in found}
        free = (n for n in range(steady, steady + len(planes)) if n not in taken)
        found[number] = next(free)
    return found


def side(planes: Mapping[int, Plane], lengths: list[int]) -> float:
    """The side of a stack's cells: large enough for its numbers, if there is room."""
    length = max(lengths[number] for number in planes)
    wanted = min(max(_LETTER * 12 * length + 6, PLAIN), _WIDEST)
    columns = max(plane.shape[1] for plane in planes.values())
    rows = max(plane.shape[0] for plane in planes.values())
    matrix = any(plane.role == "matrix" for plane in planes.values())
    width = WIDTH - 2 * MARGIN if rows <= 3 or matrix else 420.0
    return max(6.0, floor(min(wanted, width / columns, (600.0 if matrix else 480.0) / rows)))


def _size(side: float, length: int) -> float:
    """The size of numbers in cells of a side; 0 if they could not be read."""
    size = min(0.54 * side, 14.0, (side - 4) / (_LETTER * max(length, 1)))
    return size if size >= SMALLEST else 0.0


def _caption(name: str, stack: str) -> str:
    """The parts of a plane's name that the heading of its stack does not say.

    >>> _caption("kernel, filter 1, channel 0", "kernels of filter 1")
    'channel 0'
    """
    return ", ".join(part for part in name.split(", ") if part not in stack)
