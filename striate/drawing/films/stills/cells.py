"""The cells of a film as they are drawn: their colour, their number, and the small weight.

A cell that is worked out only later is empty; one that no window reaches is crossed out; one that
the frame reads is shaded, and has in its corner what it is multiplied by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from striate.drawing.films.record import Cell, Film, Role
from striate.drawing.films.stills.stacks import SMALLEST, Box
from striate.drawing.films.tones import tones
from striate.drawing.pictures.shapes import Group, Line, Rect, Shape, Words

_READ: tuple[Role, ...] = ("input", "output", "upstream", "gradient", "matrix", "partial", "bias")
"""Of the cells that are multiplied, the first of these has the small weight."""

_SHADED = {
    "input": "window",
    "output": "window",
    "partial": "window",
    "matrix": "window",
    "upstream": "arrived",
}


@dataclass(frozen=True)
class Moment:
    """What a frame reads, what it works out, what stands by then, and the small weights."""

    lit: frozenset[Cell] = frozenset()
    made: frozenset[Cell] = frozenset()
    standing: Mapping[Cell, str] = field(default_factory=dict[Cell, str])
    weights: Mapping[Cell, str] = field(default_factory=dict[Cell, str])


def moment(film: Film, number: int) -> Moment:
    """A frame of a film; nothing at all in a film that has none."""
    if not film.frames:
        return Moment()
    return Moment(film.lit(number), film.made(number), film.standing(number), weights(film, number))


def weights(film: Film, number: int) -> dict[Cell, str]:
    """What the cells that a frame reads are multiplied by, where that is one number."""
    found: dict[Cell, set[str]] = {}
    for one in film.frames[number].sums:
        for term in one.terms:
            if len(term) == 2:
                first, second = sorted(term, key=lambda cell: _rank(film, cell))
                found.setdefault(first, set()).add(film.text(second))
    return {cell: texts.pop() for cell, texts in found.items() if len(texts) == 1}


def _rank(film: Film, cell: Cell) -> int:
    role = film.planes[cell.plane].role
    return _READ.index(role) if role in _READ else len(_READ)


@dataclass(frozen=True)
class Painter:
    """Draws the cells of a plane in a box."""

    film: Film
    plane: int
    box: Box

    @cached_property
    def greys(self) -> tuple[str, ...]:
        """The roles of the cells of a plane that is painted."""
        return tuple(f"grey-{tone:02x}" for tone in tones(self.film.planes[self.plane]))

    def shade(self, spot: int, now: Moment) -> tuple[str, bool]:
        """The role of a cell's colour, and whether it is dashed because it is padding."""
        plane, cell = self.film.planes[self.plane], Cell(self.plane, spot)
        pads = plane.pads(spot)
        if cell in self.film.results and cell not in now.standing:
            return "paper", pads
        if plane.painted:
            return self.greys[spot], pads
        if cell in now.made:
            return "result", pads
        if cell in now.lit:
            return _SHADED.get(plane.role, plane.role), pads
        if spot in plane.unseen:
            return "unseen", pads
        if plane.role == "matrix" and self.film.reached(cell):
            return "kernel", pads  # a weight: the rest are zeros of the matrix itself
        return ("padding" if pads and plane.role == "input" else plane.role), pads

    def number(self, spot: int, now: Moment) -> str:
        """The number that stands in a cell by then."""
        cell = Cell(self.plane, spot)
        later = cell in self.film.results
        return now.standing.get(cell, "") if later else self.film.text(cell)

    def drawn(self, now: Moment) -> Iterator[Shape]:
        """All cells, and then thick outlines around what is read and what is worked out."""
        count = len(self.film.planes[self.plane].values)
        yield from (self.cell(spot, now) for spot in range(count))
        yield from self.outlines(now)

    def cell(self, spot: int, now: Moment) -> Group:
        """A cell: its face, its cross, its number and its weight."""
        shapes: list[Shape] = [self.face(spot, now), *self.cross(spot)]
        shapes += self.words(spot, self.number(spot, now), self.shade(spot, now)[0])
        shapes += self.weight(spot, now.weights.get(Cell(self.plane, spot), ""))
        return Group(tuple(shapes), attributes={"data-cell": f"{self.plane}.{spot}"})

    def face(self, spot: int, now: Moment) -> Rect:
        """The square of a cell."""
        role, dashed = self.shade(spot, now)
        (x, y), side = self.box.corner(spot), self.box.side
        return Rect(x, y, side, side, role, dashed=dashed, thickness=1 if side > 12 else 0.5)

    def cross(self, spot: int) -> list[Line]:
        """The cross through a cell that no window reaches."""
        if spot not in self.film.planes[self.plane].unseen:
            return []
        (x, y), side = self.box.corner(spot), self.box.side
        ends = (((x, y), (x + side, y + side)), ((x + side, y), (x, y + side)))
        return [Line(points, "line", thickness=0.75) for points in ends]

    def words(self, spot: int, text: str, role: str) -> list[Words]:
        """The number of a cell, if it can be read at this size."""
        if not self.box.size or not text:
            return []
        (x, y), half = self.box.corner(spot), self.box.side / 2
        up = half / 10  # the small weight has its place below the number
        return [Words(x + half, y + half - up, text, ink(role), self.box.size)]

    def weight(self, spot: int, text: str) -> list[Words]:
        """The small weight in the lower right corner of a cell."""
        side = self.box.side
        size = min(0.27 * side, 11.0, (side - 2) / (0.56 * (len(text) + 1)))
        if not text or size < SMALLEST:
            return []
        x, y = self.box.corner(spot)
        painted = self.film.planes[self.plane].painted
        role = ink(self.greys[spot]) if painted else "ink"
        where = (x + side - 2, y + side - 0.58 * size)
        return [Words(*where, f"×{text}", role, size, anchor="end")]

    def outlines(self, now: Moment) -> Iterator[Rect]:
        """Outlines around what is worked out, and around the span of what is read."""
        painted = self.film.planes[self.plane].painted
        for cells, role in ((now.lit - now.made, "accent"), (now.made, "ink")):
            span = self.span(cells)
            if span and painted:  # a light one below it, that is seen on black too
                yield Rect(*span, "grey-ff", outlined=True, thickness=5)
            if span:
                yield Rect(*span, role, outlined=True, thickness=2.5)

    def span(self, cells: frozenset[Cell]) -> tuple[float, float, float, float] | None:
        """The rectangle around those of some cells that lie in this plane, unless it is all."""
        spots = [cell.spot for cell in cells if cell.plane == self.plane]
        if not spots:
            return None
        rows = [spot // self.box.columns for spot in spots]
        columns = [spot % self.box.columns for spot in spots]
        side = self.box.side
        return (
            self.box.x + min(columns) * side,
            self.box.y + min(rows) * side,
            (max(columns) - min(columns) + 1) * side,
            (max(rows) - min(rows) + 1) * side,
        )


def ink(role: str) -> str:
    """The role of words on a colour: on a grey, black or white, whichever is read better.

    >>> ink("window"), ink("grey-20"), ink("grey-c0")
    ('ink', 'grey-ff', 'grey-00')
    """
    if not role.startswith("grey-"):
        return "ink"
    return "grey-00" if int(role[-2:], 16) > 117 else "grey-ff"
