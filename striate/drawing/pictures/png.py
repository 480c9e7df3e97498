"""A picture as PNG, for slides: the same shapes, drawn large and reduced, so that edges are smooth.

The letters are DejaVu Sans, which comes with matplotlib, as a file: matplotlib itself is not
loaded. Without it they are Pillow's own, which has fewer of them. No font of the system is used,
so a picture is the same on every machine.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING, Any

from striate.drawing.pictures.colours import colour
from striate.drawing.pictures.lines import DASHES, dashes, head, sampled
from striate.drawing.pictures.shapes import Group, Line, Picture, Point, Polygon, Rect, Shape, Words
from striate.errors import OptionError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

LARGEST = 40_000_000
"""How many pixels a picture may have."""

_FINER = 2
_PLAIN = str.maketrans({"∞": "inf", "×": "x", "→": ">", "·": "*", "≈": "~"})


def png(picture: Picture, *, scale: float = 2, dark: bool = False) -> bytes:
    """The picture as a PNG of `scale` pixels for each of its own.

    OptionError if that would be more than 40 million pixels.

    >>> png(Picture(30, 20, (), "nothing"))[:4]
    b'\\x89PNG'
    """
    width, height = (max(1, round(side * scale)) for side in (picture.width, picture.height))
    if scale <= 0 or width * height > LARGEST:
        raise OptionError(
            f"a PNG of {width} x {height} pixels is not drawn: the most is {LARGEST:,} pixels",
            help=["save an SVG, which is sharp at any size", "draw a smaller input"],
        )
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width * _FINER, height * _FINER), colour("paper", dark=dark))
    pen = _Pen(ImageDraw.Draw(image), scale * _FINER, dark)
    pen.draw(picture.shapes)
    stream = BytesIO()
    image.reduce(_FINER).save(stream, format="PNG")
    return stream.getvalue()


class _Pen:
    """Draws shapes at a scale, in light or dark."""

    def __init__(self, canvas: "ImageDraw", scale: float, dark: bool) -> None:
        self._canvas = canvas
        self._scale = scale
        self._dark = dark
        self._fonts: dict[tuple[float, bool], FreeTypeFont] = {}
        self._plain = _letters(bold=False) is None

    def draw(self, shapes: Sequence[Shape]) -> None:
        """Draw them in order."""
        for shape in shapes:
            match shape:
                case Group():
                    self.draw(shape.shapes)
                case Rect():
                    self._rect(shape)
                case Polygon():
                    points = [self._at(point) for point in shape.points]
                    self._canvas.polygon(points, fill=self._colour(shape.role))
                case Line():
                    self._line(shape)
                case Words():
                    self._words(shape)

    def _at(self, point: Point) -> Point:
        return (point[0] * self._scale, point[1] * self._scale)

    def _colour(self, role: str) -> str:
        return colour(role, dark=self._dark)

    def _rect(self, shape: Rect) -> None:
        left, top = self._at((shape.x, shape.y))
        right, bottom = self._at((shape.x + shape.width, shape.y + shape.height))
        fill = None if shape.outlined else self._colour(shape.role)
        edge = self._colour(shape.role if shape.outlined else "line")
        reach = shape.thickness * self._scale / 2  # an edge lies half in and half out, as in SVG
        thick = 0 if shape.dashed else round(2 * reach)
        grown = reach if thick else 0
        box = (left - grown, top - grown, max(left, right + grown), max(top, bottom + grown))
        radius = shape.rounded * self._scale
        self._canvas.rounded_rectangle(box, radius, fill=fill, outline=edge, width=thick)
        if shape.dashed and shape.thickness:
            corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            self._dashes(corners, edge, shape.thickness, dashes(shape))

    def _line(self, shape: Line) -> None:
        points = [self._at(point) for point in sampled(shape)]
        ink = self._colour(shape.role)
        if shape.dashed:
            self._dashes(points, ink, shape.thickness, (*DASHES, 0.0))
        else:
            thick = max(1, round(shape.thickness * self._scale))
            self._canvas.line(points, fill=ink, width=thick, joint="curve")
        if shape.arrow:
            self.draw([head(shape)])

    def _dashes(
        self, points: Sequence[Point], ink: str, thickness: float, lengths: Sequence[float]
    ) -> None:
        """Dashes along a line, which go on around its corners."""
        dash, gap, walked = (length * self._scale for length in lengths)
        thick = max(1, round(thickness * self._scale))
        for (ax, ay), (bx, by) in pairwise(points):
            length = hypot(bx - ax, by - ay)
            start = -(walked % (dash + gap))
            while length and start < length:
                ends = [
                    (ax + (bx - ax) * t / length, ay + (by - ay) * t / length)
                    for t in (max(0.0, start), min(length, start + dash))
                ]
                if start + dash > 0:
                    self._canvas.line(ends, fill=ink, width=thick)
                start += dash + gap
            walked += length

    def _words(self, shape: Words) -> None:
        if not shape.text:
            return
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        said = shape.text.translate(_PLAIN) if self._plain else shape.text
        where = self._at((shape.x, shape.y + 0.35 * shape.size))
        font = self._font(shape.size, shape.bold)
        self._canvas.text(where, said, fill=self._colour(shape.role), font=font, anchor=anchor)

    def _font(self, size: float, bold: bool) -> "FreeTypeFont":
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = _font(size * self._scale * 0.94, bold)
        return self._fonts[size, bold]


def _font(size: float, bold: bool) -> Any:
    """The letters in a size in pixels; DejaVu is wide, so that they are a little smaller."""
    from PIL import ImageFont

    letters = _letters(bold)
    return ImageFont.truetype(letters, size) if letters else ImageFont.load_default(size)


def _letters(bold: bool) -> Path | None:
    """The file of the letters, where matplotlib lies; None without it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        return None
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    letters = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name
    return letters if letters.is_file() else None
