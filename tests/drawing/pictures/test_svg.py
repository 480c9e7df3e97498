"""SVG is read back by an XML parser: what was drawn is there, and nothing can break out of it."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from striate.drawing.pictures.colours import COLOURS, colour
from striate.drawing.pictures.shapes import Group, Line, Picture, Polygon, Rect, Words
from striate.drawing.pictures.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '</text><script>alert("1")</script> & \'<'


def parsed(*shapes, title="a picture", description=""):
    return ElementTree.fromstring(svg(Picture(90, 60, shapes, title, description)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1))
def test_any_words_come_back_as_they_were(words):
    root = parsed(
        Group((Words(1, 2, words),), title=words, attributes={"data-path": words}),
        title=words,
        description=words,
    )
    group = root.find(f"{SVG}g")
    told = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    told += [group.find(f"{SVG}{tag}") for tag in ("title", "text")]
    assert [one.text for one in told] == [words] * 4
    assert root.get("aria-label") == group.get("data-path") == words


def test_no_word_becomes_an_element():
    root = parsed(Words(1, 2, NASTY), title=NASTY)
    assert not root.findall(f".//{SVG}script")
    assert root.find(f"{SVG}text").text == NASTY


def test_characters_that_xml_forbids_are_left_out():
    assert parsed(Words(1, 2, "a\x00b\x1bc\ufffed")).find(f"{SVG}text").text == "abcd"


@pytest.mark.parametrize("role", COLOURS)
def test_each_shape_has_its_colour_with_and_without_a_style_sheet(role):
    outline = Rect(2, 2, 9, 9, role, outlined=True)
    triangle = Polygon(((0, 0), (1, 1), (2, 0)), role)
    drawn = [Rect(1, 1, 9, 9, role), triangle, Words(3, 3, "word", role), outline]
    root = parsed(*drawn, Line(((0, 0), (5, 5)), role))
    *filled, line = [one for one in root if one.tag not in (f"{SVG}title", f"{SVG}desc")][2:]
    outlined = filled.pop()
    assert [one.get("fill") for one in filled] == [COLOURS[role][0]] * 3
    assert [one.get("stroke") for one in (outlined, line)] == [COLOURS[role][0]] * 2
    assert outlined.get("fill") == line.get("fill") == "none"
    style = root.find(f"{SVG}style").text
    rules = [f"rect.{role}{{fill", f"polygon.{role}{{fill", f"text.{role}{{fill"]
    rules += [f"rect.outline.{role}{{fill:none;stroke", f"path.{role}{{stroke"]
    assert all(f"{rule}:var(--{role})" in style for rule in rules)
    light, dark = style.split("@media screen and (prefers-color-scheme:dark)")
    assert f"--{role}:{COLOURS[role][0]};" in light
    assert f"--{role}:{COLOURS[role][1]};" in dark


def test_greys_are_the_same_in_light_and_dark_and_need_no_style():
    face = parsed(Rect(1, 1, 9, 9, "grey-40")).findall(f"{SVG}rect")[-1]
    assert (face.get("fill"), face.get("class")) == ("#404040", None)
    assert colour("grey-40", dark=True) == "#404040"


def test_a_picture_that_can_be_pointed_at_is_not_one_image():
    quiet = parsed(Group((Rect(0, 0, 9, 9, "face"),), attributes={"class": "item"}))
    button = Group((Rect(0, 0, 9, 9, "face"),), attributes={"role": "button", "tabindex": "0"})
    assert quiet.get("role") == "img"
    assert parsed(Group((button,))).get("role") == "group"


def test_squares_beside_each_other_have_their_dashes_on_one_another():
    first, second = parsed(
        Rect(0, 0, 33, 33, "padding", dashed=True), Rect(33, 0, 33, 33, "padding", dashed=True)
    ).findall(f"{SVG}rect")[1:]
    dash, gap = map(float, first.get("stroke-dasharray").split())
    inked = lambda along: (along + float(first.get("stroke-dashoffset"))) % (dash + gap) < dash  # noqa: E731
    assert second.get("stroke-dasharray") == first.get("stroke-dasharray")
    spots = [step / 4 for step in range(1, 132)]
    down_right = [inked(33 + spot) for spot in spots]  # the right edge of the first, downwards
    up_left = [inked(4 * 33 - spot) for spot in spots]  # the left edge of the second, downwards
    assert sum(a != b for a, b in zip(down_right, up_left, strict=True)) <= len(spots) // 20
    assert len(set(down_right)) == 2
