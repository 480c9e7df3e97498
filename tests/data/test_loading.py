"""data.loading: the files of class folders become bytes; none is altered, replaced or forgotten."""

import hashlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import open_images, read_image
from striate.data.sources.loading import load_folder
from striate.errors import DataError

FLAT = {"cat": 4, "dog": 5}


def pixels(path):
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)


def test_small_images_that_are_alike_are_kept_as_they_are(lay):
    found = load_folder(lay(FLAT, size=(64, 20)))
    train = found.splits["train"]
    assert found.size == (3, 20, 64)
    assert (found.classes, found.name) == (("cat", "dog"), "photos")
    assert train.labels.tolist() == [0] * 4 + [1] * 5
    for image, file in zip(train.images, train.files, strict=True):
        assert torch.equal(image, pixels(f"{found.source}/{file}"))
    assert (found.flip, found.shift) == (True, 1)
    assert "images are in colour" in found.notes


@pytest.mark.parametrize(
    ("size", "side"), [((65, 20), 32), ((65, 65), 64), ((90, 100), 64), ((300, 200), 128)]
)
def test_larger_images_become_a_square_that_suits_them(lay, size, side):
    found = load_folder(lay(FLAT, size=size))
    assert (found.size, found.shift) == ((3, side, side), side // 16)
    assert (
        f"images are {side}x{side}, which suits 9 photos of about {size[1]}x{size[0]}"
        in (found.notes[0])
    )


def test_one_image_of_another_size_resizes_all(lay):
    lay({"cat": 4}, size=(50, 50))
    root = lay({"dog": 4}, size=(51, 50))
    assert load_folder(root).size == (3, 48, 48)


def test_small_images_are_the_same_when_their_size_is_asked_for(lay):
    root = lay(FLAT, size=(20, 30))
    plain, asked = load_folder(root), load_folder(root, (30, 20))
    assert isinstance(plain.splits["train"].images, torch.Tensor)
    assert plain.digest == asked.digest
    assert plain.digest != load_folder(root, (20, 30)).digest


def test_a_size_that_is_asked_for_is_given(lay):
    assert load_folder(lay(FLAT, size=(20, 20)), (32, 48)).size == (3, 32, 48)


def test_grey_is_decided_by_the_pixels_of_all_images(lay):
    root = lay(FLAT, grey=True)
    Image.new("RGB", (20, 10), (7, 7, 7)).save(root / "cat" / "grey-in-three-channels.png")
    found = load_folder(root)
    assert (found.size, found.flip) == ((1, 10, 20), False)
    assert "images are grey: none has a colour" in found.notes
    assert torch.equal(found.splits["train"].images[0], pixels(root / "cat" / "000.png")[:1])
    Image.new("RGB", (20, 10), (7, 7, 8)).save(root / "cat" / "colour.png")
    assert load_folder(root).size == (3, 10, 20)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 150), st.integers(1, 150), st.booleans())
def test_a_file_alone_gives_the_bytes_it_gives_in_a_collection(
    tmp_path_factory, width, height, grey
):
    root = tmp_path_factory.mktemp("set")
    noise = np.random.default_rng(width)
    for label in ("a", "b"):
        for number, size in enumerate([(height, width), (70, 50)]):
            (root / label).mkdir(exist_ok=True)
            levels = noise.integers(0, 256, size if grey else (*size, 3), dtype=np.uint8)
            Image.fromarray(levels).save(root / label / f"{number}.png")
    found = load_folder(root)
    train = found.splits["train"]
    for image, file in zip(train.images, train.files, strict=True):
        assert torch.equal(read_image(root / file, found.size), image)


def test_damaged_files_are_left_out_and_named_and_stay_as_they_are(lay):
    root = lay({"train/cat": 3, "train/dog": 3, "val/cat": 2, "val/dog": 2}, size=(90, 90))
    cut, text, film = root / "train/cat/001.png", root / "val/dog/001.png", root / "val/cat/f.gif"
    cut.write_bytes(cut.read_bytes()[:2000])
    text.write_text("not a picture")
    frames = [Image.new("RGB", (9, 9), (i, 0, 0)) for i in range(2)]
    frames[0].save(film, save_all=True, append_images=frames[1:])
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in (cut, text, film)}
    found = load_folder(root)
    assert [(problem.file, problem.kind) for problem in found.problems] == [
        ("train/cat/001.png", "truncated"),
        ("val/cat/f.gif", "several frames"),
        ("val/dog/001.png", "not an image"),
    ]
    assert found.splits["train"].files == (
        *("train/cat/000.png", "train/cat/002.png"),
        *(f"train/dog/00{i}.png" for i in range(3)),
    )
    assert found.splits["train"].labels.tolist() == [0, 0, 1, 1, 1]
    for split in found.splits.values():
        for image, file in zip(split.images, split.files, strict=True):
            assert torch.equal(image, read_image(root / file, found.size))
    assert before == {path: hashlib.sha256(path.read_bytes()).digest() for path in before}


def test_a_photograph_that_lies_on_its_side_is_set_upright(lay):
    root = lay(FLAT, size=(20, 20))
    exif = Image.Exif()
    exif[0x0112] = 3
    lying = Image.new("RGB", (20, 20))
    lying.paste((255, 255, 255), (0, 0, 20, 10))
    lying.save(root / "cat" / "000.png", exif=exif)
    image = load_folder(root).splits["train"].images[0]
    assert image[:, :10].max() == 0
    assert image[:, 10:].min() == 255


def test_a_name_that_says_another_format_is_noted(lay):
    root = lay(FLAT)
    (root / "cat" / "000.png").rename(root / "cat" / "000.jpg")
    found = load_folder(root)
    assert "kept although the name says another format: cat/000.jpg is PNG" in found.notes
    assert len(found.splits["train"]) == 9
    assert found.problems == ()


def test_the_only_file_of_its_format_among_many_is_noted(lay):
    root = lay({"cat": 60, "dog": 60}, size=(4, 4))
    Image.new("RGB", (4, 4)).save(root / "dog" / "missing.gif")
    note = "not PNG as the others, so worth a look: dog/missing.gif"
    assert note in load_folder(root).notes


@pytest.mark.parametrize("tree", [{"cat": 3, "dog": 0}, {"train/cat": 1, "train/dog": 0}])
def test_an_empty_class_is_named(lay, tree):
    with pytest.raises(
        DataError, match=r"class 'dog' of train in .* has no image that can be read"
    ):
        load_folder(lay(tree))


def test_a_class_without_a_readable_image_is_named_with_the_reason(lay):
    root = lay(FLAT)
    for path in (root / "dog").iterdir():
        path.write_bytes(b"")
    with pytest.raises(DataError, match=r"'dog' .*problems: 5; the first: dog/000\.png: empty"):
        load_folder(root)


def test_a_split_that_was_filled_one_level_too_deep_is_explained(lay):
    root = lay({"training/cat": 1, "training/dog": 1, "val/cat": 1, "val/dog": 1})
    with pytest.raises(DataError, match=r"no image that can be read .*nested folder") as refused:
        open_images(root)
    assert "train/" in refused.value.help[-1]


def test_no_readable_image_at_all_is_refused(lay):
    root = lay(FLAT)
    for path in root.rglob("*.png"):
        path.write_bytes(b"x")
    with pytest.raises(DataError, match=r"has no image that can be read .*problems: 9;"):
        load_folder(root)
