"""Lines as points: a Bezier curve sampled, the head of an arrow, and dashes."""

from math import hypot

from striate.drawing.pictures.shapes import Line, Point, Polygon, Rect

HEAD = 8.0
"""How long the head of an arrow is, in pixels."""

DASHES = (4.0, 3.0)
"""How long a dash is, and the gap behind it."""


def sampled(line: Line, steps: int = 24) -> list[Point]:
    """The points of a line; a curved one in so many steps.

    >>> sampled(Line(((0, 0), (0, 4), (8, 4), (8, 0)), curved=True), 2)
    [(0.0, 0.0), (4.0, 3.0), (8.0, 0.0)]
    """
    if not line.curved:
        return list(line.points)
    return [_bezier(line.points, step / steps) for step in range(steps + 1)]


def _bezier(points: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1))
    return (x, y)


def head(line: Line) -> Polygon:
    """The head of an arrow, at the end of its line and in its direction.

    >>> head(Line(((0, 0), (20, 0)), arrow=True)).points
    ((20, 0), (12.0, 4.0), (12.0, -4.0))
    """
    end = line.points[-1]
    start = next((p for p in reversed(line.points) if p != end), (end[0] - 1, end[1]))
    length = hypot(end[0] - start[0], end[1] - start[1])
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    foot = (end[0] - HEAD * along[0], end[1] - HEAD * along[1])
    half = HEAD / 2
    return Polygon(
        (
            end,
            (foot[0] - half * along[1], foot[1] + half * along[0]),
            (foot[0] + half * along[1], foot[1] - half * along[0]),
        ),
        line.role,
    )


def dashes(rect: Rect) -> tuple[float, float, float]:
    """The dashes of a square: dash, gap, and how much of the first dash is left out.

    A corner is in the middle of a dash, so that squares beside each other have the same dashes
    on the edge that they share.

    >>> dashes(Rect(0, 0, 28, 28, "padding"))
    (4.0, 3.0, 2.0)
    """
    whole = sum(DASHES)
    stretched = rect.width / (whole * max(1, round(rect.width / whole)))
    dash, gap = (length * stretched for length in DASHES)
    return (dash, gap, dash / 2)
