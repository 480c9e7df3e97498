"""Real networks in a real browser: pointed at, opened, at every width; axe-core judges."""

from contextlib import contextmanager

import pytest
from drawing.pages.test_looks import OVERFLOW, axe, keep, violations  # noqa: F401

import striate
from striate.drawing.networks.drawing import draw_network
from striate.planning import Settings, plan
from striate.planning.diagnosis import followed


@pytest.fixture
def shown(browser, tmp_path):
    """Opens the page of a drawing, which must say nothing and ask for nothing."""

    @contextmanager
    def showing(drawing, *, width=1600, scheme="light"):
        path, said = drawing.save(tmp_path / "net.html"), []
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url))
        page.goto(path.as_uri())
        yield page
        assert said == [path.as_uri()]
        context.close()

    return showing


def item(path):
    return f'[data-path="{path}"]'


def test_a_layer_tells_the_numbers_of_the_plan(shown):
    made = striate.plan("resnet50")
    with shown(draw_network(made)) as page:
        page.click(item("layer1"))
        page.hover(item("layer1.0.conv2"))
        facts = page.inner_text("#facts")
        row = made.row("layer1.0.conv2")
        assert f"{row.parameters.value:,}" in facts
        assert f"{row.products.value:,}" in facts
        seen = page.evaluate(
            "[...document.querySelectorAll('rect.seen')].map((it) => it.parentElement.dataset.path)"
        )
        assert {"input", "conv1", "layer1.0.conv1"} <= set(seen)
        page.click(item("layer1.0.conv2"))
        assert str(row.parameters) in page.inner_text("#working")
        keep(page, "network-resnet50-opened")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
def test_it_can_be_read(shown, axe, width, scheme):  # noqa: F811
    with shown(draw_network(striate.plan("googlenet")), width=width, scheme=scheme) as page:
        page.click(item("inception3a"))
        assert page.evaluate(OVERFLOW) <= 0
        assert violations(page, axe) == []
        keep(page, f"network-googlenet-{width}-{scheme}")


def test_on_paper_it_is_as_wide_as_the_paper(shown):
    with shown(draw_network(striate.plan("lenet5")), width=500) as page:
        wide = "document.querySelector('.drawing').scrollWidth - window.innerWidth"
        assert page.evaluate(wide) > 0
        page.emulate_media(media="print")
        assert page.evaluate(wide) <= 0
        assert not page.is_visible("#facts"), "paper answers nothing"


def test_without_scripts_its_parts_are_open(browser, tmp_path):
    path = draw_network(striate.plan("resnet18")).save(tmp_path / "net.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert "scripts are switched off" in page.inner_text("main")
    assert page.is_visible("#part-layer1")
    assert not page.is_visible("#facts")
    context.close()


def test_a_unit_and_a_misfit_can_be_read(shown, axe):  # noqa: F811
    tree = striate.read("INPUT 1x8x8 -> { CONV 4 3 -> BN + CONV 4 5 } -> RELU")
    for drawing in (
        draw_network(striate.plan("lenet5"), unit=("c3", (4, 4))),
        draw_network(plan(followed(tree, Settings()))),
    ):
        with shown(drawing, width=800) as page:
            assert page.evaluate(OVERFLOW) <= 0
            assert violations(page, axe) == []
            keep(page, f"network-{drawing.title}")
