"""A drawn network answers to the pointer and to keys; the page is a small one made by hand."""

import pytest
from drawing.pages.test_looks import axe, violations  # noqa: F401

from striate.drawing.pages.shell import page

BODY = """<header><h1>a network</h1></header><main>
<svg width="300" height="100" role="group" aria-label="layers">
<g class="item" data-path="input" tabindex="0" role="button" aria-label="input">
<rect class="face" x="10" y="10" width="80" height="80"/></g>
<g class="item" data-path="block" data-opens="part-block" tabindex="0" role="button"
 aria-label="block"><rect x="200" y="10" width="40" height="40"/></g></svg>
<section id="part-block" hidden><h2>block</h2>
<svg width="300" height="100" role="group" aria-label="layers of block">
<g class="item" data-path="block.conv" tabindex="0" role="button" aria-label="conv">
<rect class="face" x="10" y="10" width="40" height="20"/></g></svg></section>
<section id="working"></section><aside id="facts" aria-live="polite"></aside></main>"""
ITEMS = {
    "input": {"title": "input", "facts": [["output", "3x8x8"]], "working": [], "sees": {}},
    "block": {
        "title": "block",
        "facts": [["parameters", "28"]],
        "working": [["parameters", "3*3*3*1 + 1 = 28"]],
        "sees": {"input": [0.25, 0.75, 0, 0.5], "block.conv": [0.5, 1, 0.25, 0.5]},
    },
    "block.conv": {
        "title": "block.conv <x>",
        "facts": [["products", "1,152"]],
        "working": [["products", "27*8*8"]],
        "sees": {"input": [0, 1, 0, 1]},
    },
}
HTML = page("a network", BODY, {"kind": "network", "items": ITEMS})
SEEN = """[...document.querySelectorAll('rect.seen')].map((one) =>
  [one.parentElement.dataset.path, ...['x', 'y', 'width', 'height'].map(
    (it) => Number(one.getAttribute(it)))])"""


@pytest.fixture
def drawn(opened):
    with opened(HTML) as one:
        yield one.page


def test_pointing_tells_facts_and_lays_what_a_unit_sees(drawn):
    drawn.hover("[data-path='block']")
    assert drawn.inner_text("#facts h2") == "block"
    assert drawn.inner_text("#facts dd") == "28"
    assert drawn.evaluate(SEEN) == [["input", 10, 30, 40, 40], ["block.conv", 20, 20, 10, 10]]
    drawn.hover("[data-path='input']")
    assert drawn.inner_text("#facts dd") == "3x8x8"
    assert drawn.evaluate(SEEN) == []


def test_keys_open_what_is_folded_and_escape_closes_it(drawn):
    part = "[data-path='block']"
    assert drawn.get_attribute(part, "aria-expanded") == "false"
    drawn.focus(part)
    assert drawn.inner_text("#facts dd") == "28"
    drawn.keyboard.press("Enter")
    assert drawn.get_attribute(part, "aria-expanded") == "true"
    assert drawn.inner_text("#working dd") == "3*3*3*1 + 1 = 28"
    drawn.focus("[data-path='block.conv']")
    drawn.keyboard.press(" ")
    assert drawn.inner_text("#working h2") == "block.conv <x>"
    drawn.keyboard.press("Escape")
    assert not drawn.is_visible("#part-block")
    assert drawn.get_attribute(part, "aria-expanded") == "false"
    assert drawn.evaluate("document.activeElement.dataset.path") == "block"
    assert drawn.evaluate(SEEN) == [["input", 10, 30, 40, 40], ["block.conv", 20, 20, 10, 10]]


def test_a_click_opens_and_closes(drawn):
    drawn.click("[data-path='block'] rect")
    assert drawn.is_visible("#part-block")
    drawn.click("[data-path='block'] rect")
    assert not drawn.is_visible("#part-block")


def test_it_can_be_read(drawn, axe):  # noqa: F811
    drawn.click("[data-path='block'] rect")
    assert violations(drawn, axe) == []
