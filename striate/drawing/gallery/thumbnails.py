"""Thumbnails: one frame of a film as a small picture without numbers, a sign of what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from striate.drawing.gallery.example import Example
from striate.drawing.pictures.shapes import Line, Picture, Rect, Shape

if TYPE_CHECKING:
    from striate.drawing.films.record import Film, Plane

WIDTH, HEIGHT, MARGIN = 210.0, 96.0, 5.0
LARGEST = 16.0
"""The side of a cell is at most so many pixels."""

BEHIND = 4.0
"""How far the planes of a stack peep out behind each other."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Patch:
    """Where a plane is drawn: its upper left corner, the side of its cells, and its stack."""

    plane: "Plane"
    left: float
    top: float
    side: float
    stacked: int

    def rect(self, area: tuple[int, int, int, int], role: str, *, dashed: bool = False) -> Rect:
        """Some of its cells: those from a row and a column on, so many rows and columns."""
        row, column, rows, columns = area
        corner = (self.left + column * self.side, self.top + row * self.side)
        size = (columns * self.side, rows * self.side)
        return Rect(*corner, *size, role, dashed=dashed, thickness=0.6)

    def line(self, start: tuple[int, int], end: tuple[int, int]) -> Line:
        """A line between two corners of cells, (row, column)."""
        ends = ((self.left + x * self.side, self.top + y * self.side) for y, x in (start, end))
        return Line(tuple(ends), "line", thickness=0.4)


def thumbnail(example: Example) -> Picture:
    """A small picture of an example."""
    drawn = _nested(example) if example.network else _sketched(example.film)
    return Picture(WIDTH, HEIGHT, tuple(drawn), example.title)


def _sketched(film: "Film") -> Iterator[Shape]:
    """What is read in the middle frame, and what is worked out there."""
    frame = len(film.frames) // 2
    lit, made = film.lit(frame), film.frames[frame].sums[-1].result
    roles = ("input", "upstream", "gradient")
    read = [cell.plane for cell in lit if film.planes[cell.plane].role in roles]
    source = min(read, default=0)
    boxes, arrow = _layout(film.planes[source].shape[0] + film.planes[made.plane].shape[0] == 2)
    shaded = {cell.spot for cell in lit if cell.plane == source}
    yield from _drawn(_patch(film, source, boxes[0]), shaded, "window")
    yield Line(arrow, "line", arrow=True)
    yield from _drawn(_patch(film, made.plane, boxes[1]), {made.spot}, "result")


def _layout(flat: bool) -> tuple[tuple[Box, Box], tuple[tuple[float, float], ...]]:
    """Two boxes and the arrow between them: beside each other, or above where both are lines."""
    across, down = WIDTH / 2, HEIGHT / 2
    if flat:
        above = (MARGIN, MARGIN, WIDTH - MARGIN, down - 10)
        below = (MARGIN, down + 10, WIDTH - MARGIN, HEIGHT - MARGIN)
        return (above, below), ((across, down - 10), (across, down + 10))
    left = (MARGIN, MARGIN, across - 16, HEIGHT - MARGIN)
    right = (across + 16, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    return (left, right), ((across - 10, down), (across + 10, down))


def _patch(film: "Film", number: int, box: Box) -> Patch:
    """A plane in the middle of a box; behind it one or two more of its stack, if there are."""
    plane = film.planes[number]
    stacked = sum(one.role == plane.role and one.shape == plane.shape for one in film.planes)
    stacked = min(2, stacked - 1) if not plane.passing else 0
    rows, columns = plane.shape
    left, top, right, bottom = box
    room = BEHIND * stacked
    side = min(LARGEST, (right - left - room) / columns, (bottom - top - room) / rows)
    return Patch(
        plane,
        (left + right - side * columns - room) / 2,
        (top + bottom - side * rows + room) / 2,
        side,
        stacked,
    )


def _drawn(patch: Patch, shaded: set[int], role: str) -> Iterator[Shape]:
    """A plane, its padding dashed, some of its cells shaded, and others of its stack behind it."""
    rows, columns = patch.plane.shape
    above, below, left, right = patch.plane.padding
    for back in range(patch.stacked, 0, -1):
        whole = patch.rect((0, 0, rows, columns), patch.plane.role)
        corner = (whole.x + back * BEHIND, whole.y - back * BEHIND)
        yield Rect(*corner, whole.width, whole.height, patch.plane.role, thickness=0.6)
    if any(patch.plane.padding):
        yield patch.rect((0, 0, rows, columns), "padding", dashed=True)
    inside = (above, left, rows - above - below, columns - left - right)
    yield patch.rect(inside, patch.plane.role)
    for spot in sorted(shaded):
        yield patch.rect((*divmod(spot, columns), 1, 1), role)
    for row in range(1, rows):
        yield patch.line((row, 0), (row, columns))
    for column in range(1, columns):
        yield patch.line((0, column), (rows, column))


def _nested(example: Example) -> Iterator[Shape]:
    """The input of a network, and on it what the middle units of its layers see."""
    plan = example.drawing.plan
    sides = [plan.network.input[-1], *(row.field.size[-1] for row in reversed(plan.rows))]
    unit = (HEIGHT - 2 * MARGIN) / sides[0]
    for number, cells in enumerate(sides):
        side = unit * cells
        corner = ((WIDTH - side) / 2, (HEIGHT - side) / 2)
        yield Rect(*corner, side, side, ("input", "window")[number > 0])
