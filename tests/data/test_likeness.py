"""data.likeness: planted near duplicates are found among pictures like photographs, others not."""

import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter

from striate.data.checking.aligning import SIDE, align, part_of
from striate.data.checking.checking import check
from striate.data.checking.examining import facts_of
from striate.data.checking.likeness import Thumbnails, alike

COUNT = 40


def scene(seed, width=160, height=120):
    """Detail of every size, falling with its frequency, as photographs have it."""
    chance = np.random.default_rng(seed)
    levels = sum(
        scale * gaussian_filter(chance.normal(size=(height, width, 3)), (scale, scale, 0))
        for scale in (1, 2, 4, 8, 16, 32)
    )
    levels = (levels - levels.mean()) / levels.std() * 55 + 120
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def saved(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def cropped(share, seed):
    """A part of an image, of that share of both sides, anywhere in it."""

    def crop(image):
        width, height = round(image.width * share), round(image.height * share)
        chance = np.random.default_rng(seed + image.getpixel((0, 0))[0])
        left = int(chance.integers(image.width - width + 1))
        top = int(chance.integers(image.height - height + 1))
        return saved(image.crop((left, top, left + width, top + height)))

    return crop


PLANTED = {
    "half as large": lambda image: saved(image.resize((80, 60))),
    "a third larger": lambda image: saved(image.resize((213, 160))),
    "square": lambda image: saved(image.resize((100, 100))),
    "JPEG 50": lambda image: saved(image, "JPEG", quality=50),
    "without 5 %": cropped(0.95, 1),
    "without 5 % of its area": cropped(0.95**0.5, 2),
    "without 10 % around": lambda image: saved(image.crop((8, 6, 152, 114))),
    "cropped and JPEG 50": lambda image: saved(
        Image.open(io.BytesIO(cropped(0.95, 3)(image))), "JPEG", quality=50
    ),
}


def thumbnails(contents):
    facts = [facts_of(content) for content in contents]
    levels = np.stack([np.frombuffer(f.thumbnail, np.uint8).reshape(SIDE, SIDE) for f in facts])
    return Thumbnails(torch.from_numpy(levels), torch.tensor([min(f.size) for f in facts]))


@pytest.fixture(scope="module")
def scenes():
    return [scene(seed) for seed in range(COUNT)]


def test_nothing_is_found_where_nothing_is_planted(scenes):
    assert alike(thumbnails([saved(image) for image in scenes])) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_near_duplicates_are_found(scenes, kind):
    contents = [saved(image) for image in scenes] + [PLANTED[kind](image) for image in scenes]
    found = set(alike(thumbnails(contents)))
    planted = {(place, place + COUNT) for place in range(COUNT)}
    assert len(found & planted) >= 0.95 * COUNT
    assert found <= planted


def test_they_are_found_whichever_comes_first_and_however_many_there_are(scenes):
    versions = [make(scenes[0]) for make in PLANTED.values()]
    found = alike(thumbnails([*versions, saved(scenes[0]), saved(scenes[1])]))
    assert {place for pair in found for place in pair} == set(range(len(versions) + 1))


def test_cells_lose_hardly_any(scenes, monkeypatch):
    contents = [saved(image) for image in scenes]
    contents += [PLANTED["without 5 %"](image) for image in scenes]
    small = thumbnails(contents)
    whole = alike(small)
    monkeypatch.setattr("striate.data.checking.likeness.CELL", 12)
    monkeypatch.setattr("striate.data.checking.likeness.CHUNK", 50)
    assert set(alike(small)) <= set(whole)
    assert len(alike(small)) >= 0.95 * len(whole)


@pytest.mark.parametrize("count", [1, 2])
def test_few_and_plain_pictures_are_no_trouble(count):
    plain = Thumbnails(torch.zeros(count, SIDE, SIDE, dtype=torch.uint8), torch.full((count,), 9))
    assert alike(plain) == []


def test_a_part_is_found_to_a_fraction_of_a_pixel(scenes):
    picture = thumbnails([saved(scenes[3])]).levels.float()
    part = torch.tensor([[0.93, 0.03, 0.97, -0.02]])
    found = align(picture, part_of(picture, part), torch.tensor([[0.95, 0.0, 0.95, 0.0]]))
    assert (found - part).abs().max() * SIDE / 2 < 0.1


def test_duplicates_are_told_with_their_classes_and_splits(tmp_path, monkeypatch, scenes):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    for split, label in itertools.product(("train", "test"), ("ant", "bee")):
        (tmp_path / "set" / split / label).mkdir(parents=True)

    def lay(content, *files):
        for file in files:
            (tmp_path / "set" / file).write_bytes(content)

    for number, split in enumerate(["train/ant", "train/bee", "test/ant", "test/bee"]):
        lay(saved(scenes[number]), f"{split}/own.png")
    lay(saved(scenes[5]), "train/ant/a.png", "train/ant/b.png")
    lay(saved(scenes[6]), "train/ant/c.png", "train/bee/c.png", "test/bee/c.png")
    lay(saved(scenes[7]), "train/bee/d.png")
    lay(PLANTED["JPEG 50"](scenes[7]), "test/bee/d.jpg")
    found = check(tmp_path / "set")
    assert [(d.kind, d.files, d.across_classes, d.across_splits) for d in found.duplicates] == [
        ("same bytes", ("train/ant/c.png", "train/bee/c.png", "test/bee/c.png"), True, True),
        ("same bytes", ("train/ant/a.png", "train/ant/b.png"), False, False),
        ("nearly the same", ("train/bee/d.png", "test/bee/d.jpg"), False, True),
    ]
    assert not found.clean
    assert "in different classes and in different splits" in str(found)
    assert found.as_dict()["duplicates"][0]["across_classes"]


def test_the_same_light_on_other_things_is_another_picture(scenes):
    """Low frequencies alone would take them for the same: candidates are looked at closely."""
    light = np.array(scenes[0].resize((4, 3)).resize((160, 120), Image.Resampling.BICUBIC), float)
    light = (light - light.mean()) / light.std() * 60 + 128
    contents = []
    for image in scenes[1:21]:
        levels = np.array(image, float)
        things = gaussian_filter(levels, (3, 3, 0)) - gaussian_filter(levels, (8, 8, 0))
        levels = light + things / things.std() * 12
        contents.append(saved(Image.fromarray(levels.clip(0, 255).astype(np.uint8))))
    assert alike(thumbnails(contents)) == []


def test_small_pictures_are_found_when_they_are_half_as_large(scenes):
    small = [image.resize((30, 28)) for image in scenes]
    contents = [saved(image) for image in small]
    contents += [saved(image.resize((15, 14))) for image in small]
    planted = {(place, place + COUNT) for place in range(COUNT)}
    assert len(planted & set(alike(thumbnails(contents)))) >= 0.95 * COUNT
