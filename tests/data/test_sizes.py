"""data.sizes: a look at the heads of files says how large pictures are, and what suits them."""

import pytest
from PIL import Image

from striate.data.photos import sizes
from striate.data.photos.sizes import Sizes, default_side, survey_sizes


def test_sizes_are_medians_of_what_can_be_read(lay):
    root = lay({"cat": 3}, size=(50, 40))
    lay({"dog": 2}, size=(300, 200))
    (root / "dog" / "000.png").write_bytes(b"no image")
    assert survey_sizes(root) == Sizes(5, 40, 50, None, grey=False)


def test_pictures_that_are_alike_and_grey_are_seen_to_be(lay):
    root = lay({"cat": 3, "dog": 3}, size=(50, 40), grey=True)
    assert survey_sizes(root) == Sizes(6, 40, 50, (40, 50), grey=True)
    Image.new("P", (50, 40)).save(root / "cat" / "palette.png")
    assert not survey_sizes(root).grey


def test_nothing_that_can_be_read_has_no_size(lay):
    root = lay({"cat": 1, "dog": 1})
    for path in root.rglob("*.png"):
        path.write_bytes(b"")
    assert survey_sizes(root) == Sizes(2, 0, 0, None, grey=False)


def test_of_many_files_some_are_opened(lay, monkeypatch):
    monkeypatch.setattr(sizes, "MOST", 3)
    opened = []
    monkeypatch.setattr(sizes, "_head", lambda entry: opened.append(entry.file))
    assert survey_sizes(lay({"cat": 5, "dog": 5}, size=(4, 4))).count == 10
    assert opened == ["cat/000.png", "cat/004.png", "dog/003.png"]


@pytest.mark.parametrize(
    ("count", "short", "side"),
    [(10, 0, 32), (10, 31, 32), (10, 47, 32), (10, 96, 96), (5000, 4000, 128), (5001, 4000, 96),
     (20_001, 4000, 64), (20_001, 50, 48)],
)  # fmt: skip
def test_the_default_grows_with_the_photos_and_falls_with_their_number(count, short, side):
    assert default_side(Sizes(count, short, short + 9, None, grey=False)) == side
