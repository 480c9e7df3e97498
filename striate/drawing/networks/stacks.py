"""A value drawn to scale: planes of rows and columns one behind the other, or a bar of features.

The sides of a plane grow with the square root of rows and columns, the number of planes with the
logarithm of the channels, the height of a bar with that of the features. With slices each plane
is as thick as the square root of their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

from striate.arithmetic.window import Size
from striate.drawing.pictures.shapes import Polygon, Rect, Shape

LARGEST = 96.0
"""The longest side of a plane in a picture, in pixels."""
SMALLER = 72.0
"""The same in a picture of a part."""
LEAST = 5.0
LINE = 9.0
"""The height of a plane that has no rows."""
STEP = 3.0
BAR = 9.0
LEGEND = (
    "Sides of a plane: square roots of rows and columns. Number of planes: 1 + log2(channels). "
    "Height of a bar: log2(features). Each picture is to its own scale."
)


SLICED = "Thickness of a plane: square root of slices."


@dataclass(frozen=True)
class Stack:
    """How a value is drawn: the plane in front, how many there are, and how far apart.

    It stands with its left side at x and the middle of its front plane at y.
    """

    width: float
    height: float
    planes: int = 1
    step: float = 0
    thick: float = 0
    bar: bool = False

    @property
    def depth(self) -> float:
        """How far the planes behind reach to the right, and above."""
        return (self.planes - 1) * self.step + self.thick

    @property
    def right(self) -> float:
        """Where a line at y leaves it."""
        return self.width + min(self.depth, self.height / 2)

    def face(self, x: float, y: float) -> Rect:
        """The plane in front, or the bar."""
        role = "side" if self.bar else "face"
        return Rect(x, y - self.height / 2, self.width, self.height, role)

    def shapes(self, x: float, y: float) -> tuple[Shape, ...]:
        """All planes, from the one behind to the one in front."""
        found: list[Shape] = []
        for plane in range(self.planes - 1, -1, -1):
            left, top = x + plane * self.step, y - self.height / 2 - plane * self.step
            if self.thick:
                found += self._box(left, top)
            if plane:
                found.append(Rect(left, top, self.width, self.height, "side"))
        return (*found, self.face(x, y))

    def _box(self, x: float, y: float) -> tuple[Shape, ...]:
        """The upper and the right side of a thick plane."""
        t, right, below = self.thick, x + self.width, y + self.height
        upper = ((x, y), (x + t, y - t), (right + t, y - t), (right, y))
        side = ((right, y), (right + t, y - t), (right + t, below - t), (right, below))
        return (Polygon(upper, "side"), Polygon(side, "window"))


def stack(size: Size, scale: float) -> Stack:
    """The stack of a value (channel, *axes), or the bar of (feature,), or of one number, ().

    >>> stack((64, 49, 36), 4.0)
    Stack(width=24.0, height=28.0, planes=7, step=3.0, thick=0, bar=False)
    """
    if len(size) < 2:
        return Stack(BAR, 8 + 5 * log2(max(1, *size, 1)), bar=True)
    rows = sides[-2] if len(sides := [scale * sqrt(n) for n in size[1:]]) > 1 else LINE
    width, height = max(LEAST, sides[-1]), max(LEAST, rows)
    planes = 1 + round(log2(max(size[0], 1)))
    if len(size) < 4:
        return Stack(width, height, planes, STEP)
    thick = 1 + sqrt(size[1])
    return Stack(width, height, planes, thick + 1, thick)


def scale_of(sizes: Sequence[Size], largest: float = LARGEST) -> float:
    """Pixels for the square root of a row: the largest plane of a picture has the longest side.

    >>> scale_of([(3, 49, 36), (10,)])
    13.714285714285714
    """
    return largest / sqrt(max((n for size in sizes for n in size[1:][-2:]), default=49))
