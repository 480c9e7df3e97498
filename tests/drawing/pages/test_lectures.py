"""A page on a projector: what the last row has to be able to read, and signs that are true."""

from functools import cache

import striate
from striate.drawing.pages.films import film_page


@cache
def drawn(kind, **options):
    """The page of a film with made-up numbers."""
    return film_page(striate.draw(kind, **options))


def projected(one):
    """The page as a projector of 1280x720 shows it."""
    one.page.set_viewport_size({"width": 1280, "height": 720})
    one.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return one.page


WIDER = """[...document.querySelectorAll('td')].filter((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getBoundingClientRect().width > one.clientWidth;
}).map((one) => one.textContent)"""
COLOUR = "(one) => getComputedStyle(one).backgroundColor"


def test_long_numbers_stay_in_their_cells_bold_ones_too(opened):
    with opened(drawn("adaptive", input=7, to=3), address="#frame=5") as one:
        assert projected(one).locator("td.result").inner_text() == "4.444"
        assert one.page.evaluate(WIDER) == []
        one.page.add_style_tag(content="table { font-size: 30px !important; }")
        assert one.page.evaluate(WIDER)


def test_a_layer_is_seen_at_once_with_what_comes_out(opened):
    with opened(drawn("lenet5#c3")) as one:
        page = projected(one)
        bottom = page.evaluate("document.querySelector('#stage').getBoundingClientRect().bottom")
        assert bottom <= page.evaluate(
            "document.querySelector('#player').getBoundingClientRect().top"
        )


def test_a_sum_alone_is_as_large_as_the_numbers_in_the_cells(opened):
    size = "Number.parseFloat(getComputedStyle(document.querySelector('#sums code')).fontSize)"
    with opened(drawn("conv", input=5)) as one:
        assert projected(one).evaluate(size) > 20
    with opened(drawn("conv", input="3x5x5")) as one:  # four of them leave room for the film
        assert projected(one).evaluate(size) < 18


def test_what_is_read_is_shaded_in_every_plane(opened):
    for kind, role in (("gradients", "upstream"), ("separable", "partial")):
        with opened(drawn(kind, input="2x4x4", kernel=2, filters=2)) as one:
            one.page.keyboard.press("End")
            if kind == "gradients":
                read = one.page.eval_on_selector(f".{role} td.lit", COLOUR)
                other = one.page.eval_on_selector(f".{role} td:not(.lit)", COLOUR)
            else:
                read = one.page.eval_on_selector(f".{role} td.lit:not(.result)", COLOUR)
                other = one.page.eval_on_selector(f".{role} td:not(.lit, .result)", COLOUR)
            assert read != other


def test_what_was_worked_out_in_vain_is_not_said_to_be_unseen(opened):
    with opened(drawn("stride", input=4, kernel=2, stride=2)) as one:
        one.page.hover(".output td.unseen")
        assert "not used any further" in one.page.inner_text("#sums .said")
        assert "not used any further" in one.page.inner_text("#about")
        assert "no window" not in one.page.inner_text("body")
    with opened(drawn("conv", input=4, kernel=3, stride=2)) as one:
        one.page.hover("td.unseen")
        assert "no window ever comes here" in one.page.inner_text("#sums .said")
        assert "not used" not in one.page.inner_text("body")


def test_a_kernel_of_one_place_says_which(opened):
    with opened(drawn("unshared", input=4, kernel=2), address="#frame=5") as one:
        said = one.page.locator(".kernel:not([hidden]) .below").all_inner_texts()
        assert said == ["at row 1, column 2"]


def test_the_weights_in_a_matrix_are_told_from_its_zeros(opened):
    with opened(drawn("matrix", input=4, kernel="1,0;0,1")) as one:
        assert one.page.locator(".matrix td.weight").count() == 9 * 4
        weight = one.page.eval_on_selector(".matrix td.weight:not(.lit)", COLOUR)
        assert weight != one.page.eval_on_selector(".matrix td:not(.weight)", COLOUR)
