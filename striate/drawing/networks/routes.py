"""Lines from part to part: straight on, bent to another lane, in an arc over what is skipped."""

from collections.abc import Sequence
from typing import Literal

from striate.drawing.networks.levels import GAP, Level
from striate.drawing.pictures.shapes import Line, Point, Shape

Way = Literal["straight", "late", "early", "arc"]
CORNER, APART = 10.0, 12.0


def ways(level: Level) -> dict[tuple[int, int], Way]:
    """How each edge of a level goes."""
    return {edge: _way(level, *edge) for edge in level.edges}


def _way(level: Level, a: int, b: int) -> Way:
    lanes, columns = level.lanes.lanes, level.lanes.columns
    between = range(columns[a] + 1, columns[b])
    taken = level.lanes.taken
    spots = {(lanes[n], columns[n]) for n in range(len(level.items))}

    def clear(lane: int, owner: int) -> bool:
        free = (None, taken.get((lanes[owner], columns[owner])))
        cells = [(lane, column) for column in between]
        return all(cell not in spots and taken.get(cell) in free for cell in cells)

    if lanes[a] == lanes[b]:
        return "straight" if clear(lanes[a], a) or clear(lanes[a], b) else "arc"
    if clear(lanes[a], a):
        return "late"
    return "early" if clear(lanes[b], b) else "arc"


def routes(level: Level) -> tuple[Shape, ...]:
    """The lines of all edges."""
    found = ways(level)
    heights = _arcs(level, [edge for edge, way in found.items() if way == "arc"])
    shapes: list[Shape] = []
    for (a, b), way in found.items():
        if way == "arc":
            shapes += _arc(level, a, b, heights[a, b])
        else:
            shapes += _bent(level, a, b, way)
    end = level.starts[-1] - GAP / 2 + 4
    for number in level.leaving:
        x, y = level.places[number]
        shapes.append(Line(((level.items[number].leaves(x) + 3, y), (end, y)), arrow=True))
    return tuple(shapes)


def into(level: Level, items: Sequence[int], x: float) -> list[Shape]:
    """Lines from some items to the one behind the last column, in whose middle the first is."""
    y = level.places[items[0]][1]
    shapes: list[Shape] = []
    bend = level.starts[-1] - GAP / 2
    for number in items:
        left, own = level.places[number]
        start = level.items[number].leaves(left) + 2
        points = ((start, own), (bend, own), (bend, y), (x - 2, y))
        shapes.append(Line(points, "accent", arrow=True))
    return shapes


def _bent(level: Level, a: int, b: int, way: Way) -> list[Shape]:
    """Along a lane, and in a gap between two columns to another."""
    (xa, ya), (xb, yb) = level.places[a], level.places[b]
    start, end = level.items[a].leaves(xa) + 2, xb - 2
    if way == "straight":
        return [Line(((start, ya), (end, yb)), arrow=True)]
    column = level.lanes.columns[b] if way == "late" else level.lanes.columns[a] + 1
    right = level.starts[column]
    left, middle = right - GAP + 2, right - GAP / 2
    bend = Line(((left, ya), (middle, ya), (middle, yb), (right, yb)), curved=True)
    before = [Line(((start, ya), (left, ya)))] if left > start else []
    if left < start:
        bend = Line(((start, ya), (middle, ya), (middle, yb), (right, yb)), curved=True)
    if end - right < 1:
        return [*before, Line(bend.points, curved=True, arrow=True)]
    return [*before, bend, Line(((right, yb), (end, yb)), arrow=True)]


def _arcs(level: Level, edges: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """How high each arc goes: over all that it skips, and over shorter arcs."""
    columns = level.lanes.columns
    found: dict[tuple[int, int], float] = {}
    for a, b in sorted(edges, key=lambda edge: columns[edge[1]] - columns[edge[0]]):
        span = range(columns[a], columns[b] + 1)
        tops = [
            level.places[n][1] - one.above
            for n, one in enumerate(level.items)
            if columns[n] in span
        ]
        y = min(tops) - APART
        for (c, d), other in found.items():
            if columns[c] < columns[b] and columns[a] < columns[d]:
                y = min(y, other - APART)
        found[a, b] = y
    return found


def _arc(level: Level, a: int, b: int, height: float) -> list[Shape]:
    """Up from where a line leaves, over, and down from above."""
    (xa, ya), (xb, yb) = level.places[a], level.places[b]
    leaves, reach = level.items[a].leaves(xa), xa + level.items[a].body + 6
    down, top = level.items[b].top(xb, yb)
    corner = min(CORNER, max(1.0, (down - reach) / 2))
    up: tuple[Point, ...] = ((leaves + 2, ya), (reach, ya), (reach, height + corner))
    over: tuple[Point, ...] = ((reach + corner, height), (down - corner, height))
    return [
        Line(up),
        Line((up[-1], (reach, height), (reach, height), over[0]), curved=True),
        Line(over),
        Line(
            (over[1], (down, height), (down, height), (down, height + corner)),
            curved=True,
        ),
        Line(((down, height + corner), (down, top - 1)), arrow=True),
    ]
