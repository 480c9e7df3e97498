"""What pointing at a cell shows, by pointer, by finger and by keys, against the film's record."""

import pytest
from drawing.pages.shown_films import film_of, html_of
from drawing.pages.shown_frames import SNAPSHOT, cells_of, compare, now


def peeked(film, cells, cell, shown):
    """What pointing at a cell shows: all that it reaches, and of a result its window and sum."""
    assert {cells[one] for one in shown["reached"]} == film.reached(cell)
    own = [one for one in film.sums() if one.result == cell]
    for one in own:
        assert film.written(one) in shown["sums"]
        assert {part for term in one.terms for part in term} <= {cells[n] for n in shown["lit"]}
    assert bool(own) == bool(shown["sums"])
    assert film.planes[cell.plane].name in shown["said"]
    assert ("padding" in shown["said"]) == film.planes[cell.plane].pads(cell.spot)
    if film.reached(cell):
        assert "reaches" in shown["said"]


POINTED = f"""(cells) => cells.map((cell) => {{
  document.querySelector(`td[data-cell="${{cell}}"]`)
    .dispatchEvent(new MouseEvent('mouseover', {{bubbles: true}}));
  return ({SNAPSHOT})();
}})"""


@pytest.mark.parametrize("name", ["two filters", "transposed", "misfit", "gradients"])
def test_pointing_at_any_cell_shows_what_it_has_to_do_with(opened, name):
    film = film_of(name)
    cells = cells_of(film)
    with opened(html_of(name)) as one:
        shown = one.page.evaluate(POINTED, list(range(len(cells))))
        one.page.evaluate("document.querySelector('#stage').dispatchEvent(new Event('mouseleave'))")
        compare(one.page.evaluate(SNAPSHOT), film, 0)
    for cell, seen in zip(cells, shown, strict=True):
        peeked(film, cells, cell, seen)


def test_the_pointer_itself_and_the_keys_reach_the_cells(opened):
    film = film_of("convolution")
    cells = cells_of(film)
    with opened(html_of("convolution")) as one:
        page = one.page
        page.hover("td[data-cell='20']")
        peeked(film, cells, cells[20], page.evaluate(SNAPSHOT))
        page.mouse.move(1, 1)
        compare(page.evaluate(SNAPSHOT), film, 0)
        page.keyboard.press("Tab")
        here = 0
        for key, step in (
            ("ArrowRight", 1),
            ("ArrowDown", 9),
            ("ArrowDown", 9),
            ("ArrowLeft", -1),
            ("ArrowUp", -9),
            ("End", 8),
            ("ArrowRight", 0),
            ("Home", -8),
        ):
            page.keyboard.press(key)
            here += step
            assert page.evaluate("Number(document.activeElement.dataset.cell)") == here
            peeked(film, cells, cells[here], page.evaluate(SNAPSHOT))
        assert now(page) == 0, "arrows in a plane do not step the film"
        page.keyboard.press("Tab")
        kernel = page.evaluate("Number(document.activeElement.dataset.cell)")
        assert film.planes[cells[kernel].plane].name == "kernel"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("Number(document.activeElement.dataset.cell)") == here
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        compare(page.evaluate(SNAPSHOT), film, 0)


def test_a_tap_points(opened):
    film = film_of("pooling")
    cells = cells_of(film)
    output = next(n for n, cell in enumerate(cells) if film.planes[cell.plane].role == "output")
    with opened(html_of("pooling")) as one:
        one.page.click(f"td[data-cell='{output}']")
        one.page.mouse.move(1, 1)
        peeked(film, cells, cells[output], one.page.evaluate(SNAPSHOT))
