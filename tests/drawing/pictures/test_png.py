"""PNGs are opened again, and their pixels compared with the colours of what was drawn."""

from io import BytesIO

import pytest
from PIL import Image

from striate.drawing.pictures.colours import colour
from striate.drawing.pictures.png import png
from striate.drawing.pictures.shapes import Group, Line, Picture, Polygon, Rect, Words
from striate.errors import OptionError

SHAPES = (
    Rect(10, 10, 20, 20, "input"),
    Group((Rect(40, 10, 20, 20, "padding", dashed=True),)),
    Polygon(((70, 10), (90, 10), (90, 30), (70, 30)), "face"),
    Line(((10, 60), (90, 60)), "ink", thickness=4),
    Rect(10, 70, 20, 20, "accent", outlined=True, thickness=4),
    Line(((40, 70), (40, 110), (90, 110), (90, 70)), "ink", curved=True, thickness=4),
)
SEEN = {  # a point, and the role that is seen there
    (20, 20): "input",
    (50, 20): "padding",
    (80, 20): "face",
    (50, 60): "ink",
    (10, 80): "accent",
    (20, 80): "paper",
    (65, 100): "ink",
    (65, 90): "paper",
    (5, 5): "paper",
}


def opened(shapes, **how):
    return Image.open(BytesIO(png(Picture(100, 120, shapes, ""), **how)))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scale", [1, 2, 3.5])
def test_pixels_have_the_colours_of_their_roles(dark, scale):
    image = opened(SHAPES, scale=scale, dark=dark)
    assert image.size == (100 * scale, 120 * scale)
    for (x, y), role in SEEN.items():
        pixel = image.getpixel((round(x * scale), round(y * scale)))
        assert "#{:02x}{:02x}{:02x}".format(*pixel) == colour(role, dark=dark), (x, y)


def test_dashes_have_gaps():
    edge = opened(SHAPES, scale=4).crop((4 * 42, 4 * 10, 4 * 58, 4 * 10 + 1))
    inked = [edge.getpixel((x, 0)) != (255, 255, 255) for x in range(edge.width)]
    assert 0.3 < sum(inked) / len(inked) < 0.9


@pytest.mark.parametrize(("anchor", "left", "right"), [("start", 50, 80), ("end", 20, 50)])
def test_words_stand_where_they_are_held(anchor, left, right):
    image = opened((Words(50, 40, "MMM", size=10, anchor=anchor),)).convert("L")
    x0, y0, x1, y1 = image.point(lambda tone: 255 * (tone < 128)).getbbox()
    assert 2 * left - 2 <= x0 < x1 <= 2 * right + 2
    assert abs((y0 + y1) / 4 - 40) < 1.5


def test_signs_of_sums_have_letters_of_their_own():
    drawn = {png(Picture(30, 30, (Words(15, 15, sign),), "")) for sign in "×∞é→\uffff"}
    assert len(drawn) == 5


def test_too_many_pixels_are_refused_with_a_remedy():
    with pytest.raises(OptionError, match="40,000,000 pixels") as caught:
        png(Picture(9000, 9000, (), ""))
    assert "SVG" in caught.value.help[0]
