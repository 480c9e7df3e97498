"""What one unit sees, drawn for good: its part of every plane, and lines from plane to plane."""

from collections.abc import Mapping

from striate.drawing.networks.levels import Level
from striate.drawing.networks.routes import ways
from striate.drawing.networks.seeing import Fractions
from striate.drawing.pictures.shapes import Line, Rect, Shape

Track = Mapping[int, Fractions]
"""By the number of a node, the part of its rows and columns that is seen."""


def tracks(level: Level, track: Track) -> tuple[Shape, ...]:
    """Outlines on the planes, and dashed lines between those that follow each other."""
    boxes = {number: _box(level, number, track) for number in _seen(level, track)}
    lines: list[Shape] = []
    for (a, b), way in ways(level).items():
        if a in boxes and b in boxes and way != "arc":
            left, right = boxes[a], boxes[b]
            for low in (0, 1):
                start = (left.x + left.width, left.y + low * left.height)
                end = (right.x, right.y + low * right.height)
                lines.append(Line((start, end), "accent", dashed=True, thickness=1))
    return (*lines, *boxes.values())


def _seen(level: Level, track: Track) -> list[int]:
    """The items of which something is seen: by what leaves them, their last node's value."""
    return [number for number in range(len(level.items)) if _node(level, number) in track]


def _node(level: Level, number: int) -> int:
    one = level.items[number]
    return one.part.nodes[-1] if one.kind == "group" else one.part.nodes[0]


def _box(level: Level, number: int, track: Track) -> Rect:
    """The part of a plane that is seen; of what has no plane, its middle."""
    x, y = level.places[number]
    one = level.items[number]
    face = one.face(x, y)
    if face is None:
        return Rect(x + one.core / 2, y, 0, 0, "accent", outlined=True)
    top, bottom, left, right = track[_node(level, number)]
    return Rect(
        face.x + left * face.width,
        face.y + top * face.height,
        max((right - left) * face.width, 1.5),
        max((bottom - top) * face.height, 1.5),
        "accent",
        outlined=True,
        thickness=2,
    )
