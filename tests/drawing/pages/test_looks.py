"""Pages at the widths of a phone, a tablet and a projector, light and dark, and on paper.

The judges are axe-core, for contrast and names, and the browser, for what does not fit; the
pictures that are taken of every page are kept in build/screenshots, to be looked at.
"""

import sys
from itertools import product
from pathlib import Path

import pytest
from drawing.pages.shown_films import html_of

AXE = Path(sys.prefix) / "browser" / "node_modules" / "axe-core" / "axe.min.js"
KEPT = Path(__file__).parents[3] / "build" / "screenshots"
JUDGED = ((360, "light"), (1600, "dark"))
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
WIDTHS = (360, 800, 1600)


@pytest.fixture(scope="session")
def axe():
    """The script that judges how a page can be read."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: `make browser` does that")
    return AXE.read_text("utf-8")


def violations(page, axe):
    """What axe-core finds wrong with a page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((it) => it.violations)")
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


def keep(page, name):
    """Keep a picture of what is seen."""
    KEPT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=KEPT / f"{name}.png")


@pytest.mark.parametrize("name", ["two filters", "misfit", "painted"])
def test_it_can_be_read_at_every_width_in_light_and_dark(opened, axe, name):
    with opened(html_of(name), address="#frame=3") as one:
        for width, scheme in product(WIDTHS, ("light", "dark")):
            one.page.set_viewport_size({"width": width, "height": 900})
            one.page.emulate_media(color_scheme=scheme)
            assert one.page.evaluate(OVERFLOW) <= 0
            keep(one.page, f"{name}-{width}-{scheme}".replace(" ", "-"))
            if (width, scheme) in JUDGED:
                assert violations(one.page, axe) == []


def test_what_is_pointed_at_can_be_read(opened, axe):
    with opened(html_of("transposed"), width=800, dark=True, address="#frame=4") as one:
        one.page.hover("td[data-cell='4']")
        assert violations(one.page, axe) == []
        keep(one.page, "pointed-at-dark")


def test_the_judge_finds_what_cannot_be_read(opened, axe):
    spoiled = html_of("misfit").replace("--ink: #16202a", "--ink: #dddddd")
    with opened(spoiled) as one:
        assert "color-contrast" in [kind for kind, _ in violations(one.page, axe)]


def test_the_browser_tells_of_what_is_too_wide(opened):
    wide = html_of("misfit").replace("<main>", "<main style='width: 2000px'>")
    with opened(wide, width=360) as one:
        assert one.page.evaluate(OVERFLOW) > 0


def test_the_whole_film_is_seen_at_once_on_a_projector(opened):
    for name in ("convolution", "two filters", "gradients"):
        with opened(html_of(name)) as one:
            bottom = one.page.evaluate(
                "document.querySelector('#stage').getBoundingClientRect().bottom"
            )
            top = one.page.evaluate("document.querySelector('#player').getBoundingClientRect().top")
            assert bottom <= top


APART = """[...document.querySelectorAll('.plane:not([hidden])')].map((plane) => {
  const outline = plane.querySelector('.span').getBoundingClientRect();
  const boxes = [...plane.querySelectorAll('td.lit, td.result')].map(
    (one) => one.getBoundingClientRect());
  if (!boxes.length || !outline.width) return 0;
  return Math.max(
    Math.abs(outline.left - Math.min(...boxes.map((one) => one.left))),
    Math.abs(outline.top - Math.min(...boxes.map((one) => one.top))),
    Math.abs(outline.right - Math.max(...boxes.map((one) => one.right))),
    Math.abs(outline.bottom - Math.max(...boxes.map((one) => one.bottom))));
})"""


@pytest.mark.parametrize("name", ["two filters", "matrix"])
def test_the_outline_lies_around_what_it_is_drawn_for(opened, name):
    for width in WIDTHS:
        with opened(html_of(name), width=width, address="#frame=99") as one:
            apart = one.page.evaluate(APART)
        assert 0 < max(apart) < 5


def test_paper_is_light_and_has_no_controls(opened):
    with opened(html_of("misfit"), dark=True) as one:
        ink = "getComputedStyle(document.body).color"
        assert one.page.evaluate(ink) == "rgb(238, 242, 246)"
        one.page.emulate_media(media="print")
        assert one.page.evaluate(ink) == "rgb(22, 32, 42)"
        assert not one.page.is_visible("#play")
        assert one.page.is_visible("#frame")
        keep(one.page, "on-paper")


def test_without_scripts_it_says_so(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(html_of("misfit"), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert "scripts are switched off" in page.inner_text("main")
    assert not page.is_visible("#play"), "there is nothing that does not answer"
    assert not page.is_visible("#keys")
    context.close()


def test_the_page_itself_forbids_to_fetch(opened):
    with opened(html_of("misfit"), silent=False) as one:
        ran = one.page.evaluate(
            "fetch('http://localhost:9/').then(() => 'fetched', () => 'refused')"
        )
        assert ran == "refused"
        picture = "new Promise((done) => Object.assign(new Image(), {src: it, onerror: done}))"
        one.page.evaluate(f"(it) => {picture}.then(() => 0)", "http://localhost:9/a.png")
    assert len(one.said) > 1
    assert all("Content Security Policy" in text for text in one.said)
    assert one.asked[1:] == ["http://localhost:9/a.png"], "what is refused is written down, too"
