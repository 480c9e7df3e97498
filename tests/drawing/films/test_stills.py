"""Stills are read back from their SVG: every number, shade and weight is that of the record."""

from io import BytesIO

import pytest
from drawing.films.drawn_pictures import (
    ARRIVED,
    DEEP,
    cells,
    convolved_here,
    films,
    learned,
    numbers,
    pooled,
    uses,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.arithmetic import Window
from striate.drawing.films.record import Cell, Film, Plane
from striate.drawing.films.stills.layout import arranged
from striate.drawing.films.stills.stacks import SMALLEST
from striate.drawing.films.stills.still import still
from striate.drawing.films.tones import tones
from striate.drawing.pictures.colours import colour
from striate.drawing.pictures.png import png
from striate.drawing.pictures.shapes import Group, Rect, Words
from striate.drawing.pictures.svg import svg
from striate.errors import OptionError


def check(film, number):
    """One still against its record."""
    drawn = cells(svg(still(film, number)))
    expected, (read, made) = numbers(film, number), uses(film, number)
    sizes = {plane: box.size for plane, box in arranged(film, 0).boxes.items()}
    assert drawn.keys() == expected.keys()
    for cell, (face, text, weight) in drawn.items():
        plane = film.planes[cell.plane]
        assert text == (expected[cell] if sizes[cell.plane] else ""), cell
        shades = {"window"} if plane.role in DEEP else {ARRIVED.get(plane.role, plane.role)}
        if cell in made:
            assert face.get("class") == "result"
        elif not expected[cell]:
            assert face.get("class") == "paper"
        elif cell in read:
            assert face.get("class") in shades
        else:
            assert face.get("class") not in {"window", "result", "arrived"}
        assert ("stroke-dasharray" in face.attrib) == plane.pads(cell.spot)
        if weight:
            assert {weight[1:]} == read[cell]
    return drawn


@given(films, st.data())
@settings(max_examples=30)
def test_each_number_and_each_shade_is_that_of_the_record(film, data):
    check(film, data.draw(st.integers(0, len(film.frames) - 1)))


@pytest.mark.parametrize("make", [learned, pooled])
def test_gradients_and_pools_in_every_frame(make):
    film = make()
    for number in range(len(film.frames)):
        check(film, number)


def test_a_weight_stands_at_each_pixel_that_is_read_and_nowhere_else():
    film = convolved_here((5, 5), (3, 3), Window.of(3, rank=2, dilation=2))
    for number in range(len(film.frames)):
        drawn, (read, _) = check(film, number), uses(film, number)
        weighed = {cell for cell, (_, _, weight) in drawn.items() if weight}
        assert weighed == {cell for cell in read if film.planes[cell.plane].role == "input"}
        assert len(weighed) == 9


@given(films, st.data())
@settings(max_examples=20)
def test_every_sum_is_written_out_unless_it_is_too_long(film, data):
    number = data.draw(st.integers(0, len(film.frames) - 1))
    text, sums = words(svg(still(film, number))), film.frames[number].sums
    assert film.frames[number].name.replace(" ", "") in text
    for one in sums[:8]:
        whole = film.written(one).replace(" ", "")
        assert whole in text or f"({len(one.terms)}terms)" in text or f"({len(sums)}sums)" in text


@given(films, st.data())
@settings(max_examples=20)
def test_a_plane_lies_at_the_same_place_in_every_frame_and_over_no_other(film, data):
    where = {}
    numbers = st.integers(0, len(film.frames) - 1)
    for number in data.draw(st.lists(numbers, min_size=1, max_size=4)):
        now = {}
        for shape in still(film, number).shapes:
            if isinstance(shape, Group):
                cell, face = (
                    Cell(*map(int, shape.attributes["data-cell"].split("."))),
                    shape.shapes[0],
                )
                assert now.setdefault((face.x, face.y), cell) == cell
                assert where.setdefault(cell, (face.x, face.y)) == (face.x, face.y)
        boxes = list(spans(film, now).values())
        assert not any(overlap(a, b) for n, a in enumerate(boxes) for b in boxes[:n])


def spans(film, corners):
    """The rectangle of each plane that is seen."""
    sides = {plane: box.side for plane, box in arranged(film, 0).boxes.items()}
    found = {}
    for (x, y), cell in corners.items():
        side = sides[cell.plane]
        left, top, right, bottom = found.get(cell.plane, (x, y, x, y))
        grown = (min(left, x), min(top, y), max(right, x + side), max(bottom, y + side))
        found[cell.plane] = grown
    return found


def overlap(one, other):
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart


def shapes_of(shapes):
    for shape in shapes:
        yield shape
        if isinstance(shape, Group):
            yield from shapes_of(shape.shapes)


@given(films, st.data())
@settings(max_examples=20)
def test_nothing_reaches_over_the_edge_of_the_sheet(film, data):
    picture = still(film, data.draw(st.integers(0, len(film.frames) - 1)))
    for shape in shapes_of(picture.shapes):
        if isinstance(shape, Rect):
            assert 0 <= shape.x <= shape.x + shape.width <= picture.width
            assert 0 <= shape.y <= shape.y + shape.height <= picture.height
        if isinstance(shape, Words):
            assert 0 <= shape.x <= picture.width
            assert shape.size / 2 <= shape.y <= picture.height - shape.size / 2
            assert shape.size >= SMALLEST


def test_cells_that_no_window_reaches_are_crossed_out():
    picture = still(pooled(), 0)
    crossed = {
        shape.attributes["data-cell"]
        for shape in picture.shapes
        if isinstance(shape, Group)
        and len([one for one in shape.shapes if hasattr(one, "arrow")]) == 2
    }
    assert crossed == {f"0.{spot}" for spot in range(36) if spot >= 30 or spot % 6 == 5}


def test_a_diagnosis_is_drawn_with_its_sentences_though_there_are_no_frames():
    plane = Plane("input", "input", "input", (2, 2), (1.0, 2.0, 3.0, 4.0), unseen=frozenset({3}))
    film = Film("too large", (plane,), (), misfit=("a 3x3 window does not fit <2x2>", "padding 1"))
    picture = svg(still(film))
    assert [text for _, text, _ in cells(picture).values()] == ["1", "2", "3", "4"]
    assert "a3x3windowdoesnotfit<2x2>padding1" in words(picture)
    assert "!" in words(picture)


def test_a_painted_plane_is_grey_by_its_values():
    values = (0.0, 10.0, 20.0, 255.0)
    plane = Plane("input", "input", "input", (2, 2), values, painted=True)
    drawn = cells(svg(still(Film("a photo", (plane,), ()))))
    fills = [drawn[Cell(0, spot)][0].get("fill") for spot in range(4)]
    assert fills == [f"#{tone:02x}{tone:02x}{tone:02x}" for tone in tones(plane)]


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_has_the_colours_of_the_cells(dark):
    film = convolved_here((5, 5), (3, 3), Window.of(3, rank=2, stride=2, padding=1))
    picture = still(film, 4)
    image = Image.open(BytesIO(png(picture, scale=2, dark=dark)))
    assert image.size == (round(picture.width * 2), round(picture.height * 2))
    for face, *_ in cells(svg(picture)).values():
        x, y = (float(face.get(side)) + 0.18 * float(face.get("width")) for side in "xy")
        pixel = "#{:02x}{:02x}{:02x}".format(*image.getpixel((round(2 * x), round(2 * y))))
        assert pixel == colour(face.get("class"), dark=dark)


def test_a_large_plane_has_no_numbers_that_cannot_be_read():
    film = convolved_here((40, 40), (3, 3), Window.of(3, rank=2, stride=8))
    drawn = cells(svg(still(film, 7)))
    assert {text for cell, (_, text, _) in drawn.items() if cell.plane == 0} == {""}
    assert drawn[Cell(1, 4)][1] == film.planes[1].texts[4]


@pytest.mark.parametrize("number", [9, -1])
def test_a_frame_that_is_not_there_is_refused(number):
    film = convolved_here((5, 5), (3, 3), Window.of(3, rank=2))
    with pytest.raises(OptionError, match=f"no frame {number} .* 9 frames, from 0 to 8"):
        still(film, number)
