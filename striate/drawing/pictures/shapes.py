"""What a picture is made of: rectangles, polygons, lines and words, in groups that have names.

Coordinates are pixels from the upper left corner. A shape has no colour but a role, and the
colours of the roles, for light and for dark, are in `colours`. Pictures become SVG or PNG.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """A rectangle, filled with the colour of its role; `outlined` it is not filled at all."""

    x: float
    y: float
    width: float
    height: float
    role: str
    dashed: bool = False
    outlined: bool = False
    thickness: float = 1
    rounded: float = 0


@dataclass(frozen=True)
class Polygon:
    """A closed shape, filled with the colour of its role."""

    points: tuple[Point, ...]
    role: str


@dataclass(frozen=True)
class Line:
    """A line through points; a `curved` one is a cubic Bezier curve of four points."""

    points: tuple[Point, ...]
    role: str = "line"
    arrow: bool = False
    dashed: bool = False
    curved: bool = False
    thickness: float = 1.5


@dataclass(frozen=True)
class Words:
    """A line of text; y is its middle."""

    x: float
    y: float
    text: str
    role: str = "ink"
    size: float = 12
    anchor: Literal["start", "middle", "end"] = "middle"
    bold: bool = False


@dataclass(frozen=True)
class Group:
    """Shapes that belong together; in SVG it has attributes, and a title that shows on hover."""

    shapes: tuple["Shape", ...]
    title: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


Shape = Rect | Polygon | Line | Words | Group


@dataclass(frozen=True)
class Picture:
    """Shapes on a sheet of a size, and what it shows, in words, for those who cannot see it."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str = ""
