"""What a page shows is compared, cell by cell and frame by frame, with the film that it is of.

The film's record is the judge (and other tests judge the record); the browser is a real one.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from drawing.pages.shown_films import FILMS, film_of, html_of
from drawing.pages.shown_frames import (
    EVERY_FRAME,
    SNAPSHOT,
    cells_of,
    compare,
    compare_all,
    now,
)

from striate.drawing.pages.films import film_page


@pytest.mark.parametrize("name", FILMS)
def test_every_frame_is_shown_as_it_is_recorded(opened, name):
    film = film_of(name)
    with opened(html_of(name)) as one:
        frames = one.page.evaluate(EVERY_FRAME, len(film.frames))
    assert len(frames) == len(film.frames) > 0
    cells = cells_of(film)
    compare_all(frames, film)
    pads = {cell for cell in cells if film.planes[cell.plane].pads(cell.spot)}
    unseen = {cell for cell in cells if cell.spot in film.planes[cell.plane].unseen}
    assert {cells[one] for one in frames[0]["padding"]} == pads
    assert {cells[one] for one in frames[0]["unseen"]} == unseen


FAULTS = {
    "numbers come a frame late": ("one.frame <= state.frame", "one.frame < state.frame"),
    "what is read is not marked": ("lit: seen.lit.has(", "lit: seen.made.has("),
    "a weight beside the wrong pixel": ("order.slice(1)", "order.slice(0, 1)"),
    "kernels of other filters stay": ("plane.passing && !used.length", "false"),
    "negative factors without brackets": ("? `(${text})` : text", "? text : text"),
    "an outline one column short": ("Math.max(...columns)", "-1 + Math.max(...columns)"),
    "cells counted wrong": ("start += texts.length", "start += texts.length - 1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(opened, fault):
    right, wrong = FAULTS[fault]
    film, html = film_of("two filters"), html_of("two filters")
    assert right in html
    with opened(html.replace(right, wrong), silent=False) as one:
        frames = one.page.evaluate(EVERY_FRAME, len(film.frames))
    with pytest.raises((AssertionError, IndexError)):
        compare_all(frames, film)


def test_buttons_keys_and_the_address_choose_the_frame(opened):
    film = film_of("convolution")
    last = len(film.frames) - 1
    with opened(html_of("convolution"), address="#frame=12") as one:
        page = one.page
        assert now(page) == 12
        compare(page.evaluate(SNAPSHOT), film, 12)
        for button, number in (
            ("back", 11),
            ("step", 12),
            ("last", last),
            ("step", last),
            ("first", 0),
            ("back", 0),
        ):
            page.click(f"#{button}")
            assert now(page) == number
        page.evaluate("document.activeElement.blur()")
        keys = ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", last), ("Home", 0)
        for key, number in keys:
            page.keyboard.press(key)
            assert now(page) == number
            compare(page.evaluate(SNAPSHOT), film, number)
        page.focus("#speed")
        page.keyboard.press("ArrowRight")
        assert now(page) == 0, "a select that has the focus uses the arrows itself"
        page.focus("#scrub")
        page.keyboard.press("ArrowRight")
        assert now(page) == 1
        page.evaluate("window.location.hash = 'frame=7'")
        page.wait_for_function("document.querySelector('#scrub').value === '7'")
        page.evaluate("window.location.hash = 'frame=99999'")
        page.wait_for_function(f"document.querySelector('#scrub').value === '{last}'")


SPOKEN = "['sums', 'frame'].map((id) => document.getElementById(id).ariaLive)"


def test_it_plays_at_its_speed_and_stops_at_the_end(opened):
    film = film_of("convolution")
    last = len(film.frames) - 1
    with opened(html_of("convolution")) as one:
        page = one.page
        page.clock.install(time=datetime(2026, 1, 1))
        page.reload()
        page.clock.pause_at(datetime(2026, 1, 2))  # from here on it stands unless it is told to run
        page.clock.run_for(5000)
        assert now(page) == 0, "it starts when it is told to"
        page.keyboard.press(" ")
        assert page.get_attribute("#play", "aria-label") == "pause"
        assert page.evaluate(SPOKEN) == ["off", "off"], "a film that plays is not read aloud"
        page.clock.run_for(2500)
        assert now(page) == 2
        page.select_option("#speed", "4")
        page.clock.run_for(1100)
        assert now(page) == 6
        page.hover("td[data-cell='0']")
        page.clock.run_for(3000)
        assert now(page) == 6, "it waits while a cell is pointed at"
        page.mouse.move(1, 1)
        page.clock.run_for(1100)
        assert now(page) > 6
        page.clock.run_for(60_000)
        assert now(page) == last
        assert page.get_attribute("#play", "aria-label") == "play"
        assert page.evaluate(SPOKEN) == ["polite", "polite"]
        page.click("#play")
        assert now(page) == 0, "after the end it starts again"
        page.click("#play")
        page.clock.run_for(5000)
        assert now(page) == 0
        one.asked = one.asked[:1]  # the page was loaded a second time


def test_planes_without_frames_are_shown_without_a_player(opened):
    film = replace(film_of("misfit"), frames=())
    with opened(film_page(film)) as one:
        shown = one.page.evaluate(SNAPSHOT)
        assert one.page.query_selector("#player") is None
        assert "does not tile 7x7" in one.page.inner_text("[role=note]")
    assert shown["texts"] == [film.text(cell) for cell in cells_of(film)]


def test_what_is_said_on_a_page_is_a_text():
    rude = "<script>alert(1)</script>"
    film = replace(film_of("pooling"), title=rude, working=(rude,), misfit=(rude, rude))
    html = film_page(film, note=rude, links=((rude, 'index.html"'),))
    assert html.count("<script") == 2
    assert "alert(1)</" not in html


def test_a_title_with_half_a_character_is_written_all_the_same(tmp_path):
    film = replace(film_of("pooling"), title="caf\udce9")
    page = film.save(tmp_path / "film.html").read_text("utf-8")
    assert "<title>caf?</title>" in page


def test_links_lead_to_other_pages():
    html = film_page(film_of("pooling"), links=(("index", "index.html"),), note="a note")
    assert '<a href="index.html">index</a>' in html
    assert "a note" in html
