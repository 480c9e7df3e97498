"""Pages and pictures of networks: every layer once, with the numbers of the plan; valid markup."""

import json
import re
from xml.etree import ElementTree

import pytest
from one_each import ONE_EACH, small
from torch import nn

import striate
from striate.drawing.networks.drawing import draw_network
from striate.drawing.networks.misfits import misfit
from striate.errors import DataError, OptionError
from striate.planning import Settings, plan
from striate.planning.diagnosis import followed
from striate.planning.printing import explained


def data_of(html):
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', html)[1]
    )


def number(item, name):
    return int(dict(item["facts"])[name].replace(",", ""))


@pytest.mark.parametrize("name", ONE_EACH)
def test_pages_of_the_zoo(name):
    made = striate.plan(small(name))
    html = draw_network(made).html()
    items = data_of(html)["items"]
    paths = re.findall(r'data-path="([^"]*)"', html[: html.index("<script")])
    assert sorted(paths) == sorted(items)
    assert {node.path for node in made.network.nodes} <= set(items)
    for row in made.rows:
        item = items[row.path]
        assert number(item, "parameters") == row.parameters.value
        assert number(item, "products") == row.products.value
        assert dict(item["facts"])["output"] == "x".join(map(str, row.size))
        told = {working.name: str(working) for working in explained(row).workings}
        assert all(told[n] == text for n, text in item["working"] if n not in ("field", "source"))
    top = re.findall(r'data-path="([^"]*)"', html[: html.index("</svg>")])
    for count in ("parameters", "products"):
        whole = sum(number(items[path], count) for path in top if path != "input")
        assert whole == made.totals[count].value
    for path, item in items.items():
        assert all(0 <= a < b <= 1 and 0 <= c < d <= 1 for a, b, c, d in item["sees"].values()), (
            path
        )
        assert set(item["sees"]) <= set(items)
    for drawn in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(drawn)


def test_every_part_can_be_opened():
    html = draw_network(striate.plan("cifar_resnet110")).html()
    html = html[: html.index("<script")]
    opens = re.findall(r'data-opens="([^"]*)"', html)
    assert "part-layer3.1-to-layer3.17" in opens
    assert sorted(opens) == sorted(
        re.findall(r'<section id="(part-[^"]*)" class="part" hidden', html)
    )


def test_faces_are_to_scale():
    html = draw_network(striate.plan("INPUT 1x64x16 -> CONV 4 4 stride=4")).html()
    found = [
        [float(re.search(f' {side}="([^"]*)"', face)[1]) for side in ("width", "height")]
        for face in re.findall(r'<rect class="face"[^>]*>', html)
    ]
    (width, height), (narrow, low) = found
    assert (height / width, width / narrow, height / low) == pytest.approx((2, 2, 2))


def test_a_vector_has_no_face():
    html = draw_network(striate.plan("INPUT 1x4x4 -> FC 3")).html()
    last = html[html.index('data-path="0"') :]
    assert 'class="face"' not in last[: last.index("</g>")]


def test_a_picture_says_what_it_shows():
    root = ElementTree.fromstring(draw_network(striate.plan("lenet5")).svg())
    space = "{http://www.w3.org/2000/svg}"
    titles = [title.text for title in root.iter(f"{space}title")]
    assert titles[0].startswith("lenet5: input 1x32x32; output 10; 60,806 parameters")
    assert any(one.startswith("c3: CONV") and "16x10x10" in one for one in titles)
    assert root.find(f"{space}desc").text.startswith("left to right: input, c1, s2")


def test_what_does_not_fit_is_drawn():
    tree = striate.read("INPUT 1x8x8 -> { CONV 4 3 + CONV 4 5 } -> RELU")
    made = plan(followed(tree, Settings()))
    svg = draw_network(made).svg()
    assert 'class="misfit"' in svg
    words = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    assert "needs equal sizes, found 4x6x6 and 4x4x4" in words
    assert "help: pad=" in words
    assert "drawn as far as it fits, 2 layers" in words
    accents = re.findall(r'<path class="accent"', svg)
    assert len(accents) == 2 + 2  # from both branches, and the cross
    assert "needs equal sizes" in draw_network(made).html()
    assert len(misfit(made.network.error, 0, 0).shapes) > 5


def test_names_are_escaped():
    text = "INPUT 1x8x8 -> a: CONV 4 3 -> { ID | CONV 2 1 }"
    html = draw_network(striate.plan(text)).html()
    ElementTree.fromstring(re.search(r"<svg.*?</svg>", html, re.DOTALL)[0])
    assert 'data-path="|"' in html


def test_saving(tmp_path):
    drawing = draw_network(striate.plan("lenet5"))
    assert drawing.save(tmp_path / "net.html").read_text("utf-8") == drawing.html()
    assert drawing.save(str(tmp_path / "net.svg")).read_text("utf-8") == drawing.svg()
    assert drawing.save(tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")
    assert drawing._repr_html_().startswith("<iframe srcdoc=")
    with pytest.raises(OptionError, match=r"\.gif is no name for a drawing"):
        drawing.save(tmp_path / "net.gif")
    with pytest.raises(DataError, match=r"there is no folder .* for net\.svg"):
        drawing.save(tmp_path / "nowhere" / "net.svg")


def test_a_large_network_is_a_small_page():
    assert len(draw_network(striate.plan("resnet50")).html().encode()) < 500_000


def test_a_module_that_fails_is_drawn_as_far_as_it_goes():
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(4, 8, 3))
    made = striate.draw(module, input=(3, 9, 9))
    assert made.plan.network.error is not None
    html = made.html()
    assert "8 channels arrive (8x7x7" in html
    assert 'class="misfit"' in html
