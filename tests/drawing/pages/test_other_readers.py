"""Pages as others read them: in the system's own colours, on paper, on a phone, in a notebook."""

import pytest
from drawing.pages.shown_films import html_of, whole
from drawing.pages.test_looks import keep

from striate.arithmetic import Window
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.pages.films import film_page
from striate.drawing.saving import framed


@pytest.fixture(scope="module")
def line():
    """The page of a film of one long line."""
    film = convolution(whole(0, 1, 60), whole(1, 1, 1, 5), Window.of(5, rank=1), title="a line")
    return film_page(film)


GROUND = """([where, part]) => {
  const style = getComputedStyle(document.querySelector(where), part);
  return style.backgroundColor + style.backgroundImage;
}"""
GREYS = """new Set([...document.querySelectorAll('.input td:not(.lit)')].map(
  (one) => getComputedStyle(one).backgroundColor)).size"""


def test_marks_are_seen_in_the_colours_of_the_system(opened):
    with opened(html_of("misfit")) as one:
        one.page.emulate_media(forced_colors="active")
        one.page.hover(".input td[data-cell='24']")
        plain = one.page.evaluate(GROUND, [".output td.empty", None])
        assert one.page.evaluate(GROUND, [".output td.reached", "::after"]) != plain
        assert "gradient" in one.page.evaluate(GROUND, [".input td.unseen", None])
        one.page.mouse.move(1, 1)
        assert one.page.evaluate(GROUND, [".input td.lit", None]) != plain
        keep(one.page, "system-colours")


def test_a_picture_keeps_its_greys_in_the_colours_of_the_system(opened):
    with opened(html_of("painted")) as one:
        one.page.emulate_media(forced_colors="active")
        assert one.page.evaluate(GREYS) > 5


OUTSIDE = """[...document.querySelectorAll('.plane:not([hidden]) .box')].map(
  (one) => one.scrollWidth - one.clientWidth)"""


def test_nothing_is_cut_off_on_paper(opened, line):
    with opened(line, width=700) as one:
        assert max(one.page.evaluate(OUTSIDE)) > 0
        one.page.emulate_media(media="print")
        assert max(one.page.evaluate(OUTSIDE)) <= 0
        keep(one.page, "line-on-paper")


SIGHT = """[...document.querySelectorAll('.span:not([hidden])')].map((one) => {
  const [inner, outer] = [one, one.closest('.box')].map((it) => it.getBoundingClientRect());
  return inner.width === 0 || (outer.left <= inner.left && inner.right <= outer.right);
})"""


def test_the_window_stays_in_sight_on_a_phone(opened, line):
    with opened(line, width=360, address="#frame=40") as one:
        assert all(one.page.evaluate(SIGHT))
        for key in ("Home", "ArrowRight", "End"):
            one.page.keyboard.press(key)
            assert all(one.page.evaluate(SIGHT)), key


def test_what_has_the_focus_is_not_below_the_player(opened):
    with opened(html_of("two filters"), width=360) as one:
        one.page.set_viewport_size({"width": 360, "height": 600})
        one.page.evaluate("[...document.querySelectorAll('.output td')].pop().focus()")
        below = "document.querySelector('#player').getBoundingClientRect().top"
        ends = "document.activeElement.getBoundingClientRect().bottom"
        assert one.page.evaluate(ends) <= one.page.evaluate(below)
        one.page.set_viewport_size({"width": 640, "height": 360})
        position = "getComputedStyle(document.querySelector('#player')).position"
        assert one.page.evaluate(position) == "static", "a low window has room for the picture"


def test_films_in_a_notebook_play_each_for_itself(opened):
    frame = framed(html_of("pooling"), 'a "film"')
    with opened(f"<!doctype html><title>notebook</title>{frame}{frame}", silent=False) as one:
        films = [one.page.frame_locator("iframe").nth(number) for number in (0, 1)]
        films[0].locator("#step").click()
        assert [film.locator("#scrub").input_value() for film in films] == ["1", "0"]
        assert one.page.locator("iframe").first.get_attribute("title") == 'a "film"'
    assert one.said == []
