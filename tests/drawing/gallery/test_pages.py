"""The gallery as files: all of its links lead somewhere, and a browser shows it in silence."""

from html.parser import HTMLParser

import pytest
from drawing.pages.test_looks import AXE, OVERFLOW, WIDTHS, keep, violations

from striate.drawing.gallery import Example, Gallery, gallery
from striate.drawing.gallery import making as making_module
from striate.errors import DataError


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The whole gallery, written once."""
    folder = tmp_path_factory.mktemp("gallery")
    told = []
    gallery().save(folder, told.append)
    return folder, told


class Links(HTMLParser):
    """Collects what a page leads to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


def links_of(path):
    links = Links()
    links.feed(path.read_text("utf-8"))
    return links.found


def test_there_is_a_page_for_every_example_and_the_index(written):
    folder, told = written
    files = {one.file for one in gallery().examples}
    assert {path.name for path in folder.iterdir()} == files | {"index.html"}
    assert told[-1] == f"{folder / 'index.html'}: {len(files)} pages"


def test_the_index_leads_to_every_page_and_every_page_back(written):
    folder, _ = written
    files = [one.file for one in gallery().examples]
    assert links_of(folder / "index.html") == files
    for number, file in enumerate(files):
        around = [*files[max(0, number - 1) : number], *files[number + 1 : number + 2]]
        assert links_of(folder / file) == ["index.html", *around]


def test_a_page_says_its_row_its_title_what_to_look_at_and_what_slips(written):
    folder, _ = written
    for example in gallery().examples:
        text = (folder / example.file).read_text("utf-8")
        assert f"<h1>{example.row}. {example.title}</h1>" in text.replace("&#x27;", "'")
        assert example.look.replace("'", "&#x27;") in text
    assert "The slide prints 4 for the 5" in (folder / "b06-1.html").read_text("utf-8")


def test_pages_are_small(written):
    folder, _ = written
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes.pop("index.html") < 500_000
    assert max(sizes.values()) < 100_000


def test_it_is_said_how_far_it_is_only_where_it_takes_long(tmp_path, monkeypatch):
    few = Gallery(gallery().examples[:3])
    quick, slow = [], []
    few.save(tmp_path, quick.append)
    seconds = iter(range(0, 100, 5))
    monkeypatch.setattr(making_module, "monotonic", lambda: next(seconds))
    few.save(tmp_path, slow.append)
    assert len(quick) == 1
    assert slow[0] == "1 of 3 pages"


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(DataError, match="the gallery cannot be written to"):
        Gallery(gallery().examples[:1]).save(tmp_path / "file")


def test_a_made_up_example_is_escaped(tmp_path):
    film = {"matrix": [1, 2], "kernel": "1"}
    odd = Example("B1", 1, "a < b", "<script>", kind="conv", film_options=film)
    Gallery((odd,)).save(tmp_path)
    for name in ("index.html", "b01-1.html"):
        text = (tmp_path / name).read_text("utf-8")
        assert "a &lt; b" in text
        assert "a < b" not in text
    assert "&lt;script&gt;" in (tmp_path / "b01-1.html").read_text("utf-8")


def test_in_a_browser_the_index_leads_through_the_gallery(written, browser):
    folder, _ = written
    said, asked = [], []
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "index.html").as_uri())
    assert page.locator("h2").all_inner_texts() == [
        "B. The convolution",
        "C. Pooling",
        "D. The receptive field",
    ]
    page.get_by_role("link", name="B1.1 A window slides over the image").click()
    assert page.locator("h1").inner_text() == "B1. A window slides over the image"
    page.keyboard.press("End")
    assert page.locator("#sums").inner_text().strip().endswith("= 4")
    page.get_by_role("link", name="B2.1").click()
    assert page.locator("h1").inner_text().startswith("B2. ")
    for name in ("b08-2", "b11-3", "b22-1", "c03-2", "d08-2", "index"):
        page.goto((folder / f"{name}.html").as_uri())
        assert page.locator("h1").count() == 1
    page.close()
    assert said == []
    assert all(url.startswith(folder.as_uri()) for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_can_be_read_at_every_width(written, browser, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto((written[0] / "index.html").as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0
        keep(page, f"gallery-{width}-{scheme}")
    found = violations(page, AXE.read_text("utf-8")) if AXE.is_file() else None
    page.close()
    if found is None:
        pytest.skip("axe-core is not installed: `make browser` does that")
    assert found == []
