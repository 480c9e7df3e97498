"""data.sources and data.photos: whatever is opened in a look is seen as a file read alone is."""

import json
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

from striate.data import Look, data_json, open_images, open_labelled, read_image, write_shards
from striate.data.looking import seen
from striate.data.photos import caching
from striate.data.photos.collected import Photos
from striate.data.sources.fetching import cache_folder
from striate.training import Recipe
from striate.training.augmenting import settle_augmentation

LOOK = Look((3, 24, 24), 28, (0.5, 0.4, 0.3), (0.2, 0.3, 0.4), "bicubic")
PHOTOS = {"cat": 6, "dog": 5}


@pytest.fixture
def photos(lay):
    """Photos of several sizes, some smaller than what is seen, one of them grey."""
    root = lay({"cat": 3, "dog": 5}, size=(60, 40))
    for place, (wide, high) in enumerate([(21, 90), (20, 10), (28, 28)], start=3):
        levels = np.random.default_rng(place).integers(0, 256, (high, wide, 3), dtype=np.uint8)
        Image.fromarray(levels).save(root / "cat" / f"{place:03}.png")
    Image.linear_gradient("L").resize((70, 50)).save(root / "cat" / "000.png")
    return root


class Items:
    """A dataset: numbered items."""

    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, place):
        return self.items[place]


def everything(found):
    """Every image by its file."""
    return {
        file: image
        for split in found.splits.values()
        for file, image in zip(split.files, split.images[:], strict=True)
    }


def require_the_look(found, look=LOOK):
    assert (found.look, found.size, found.mean, found.std) == (look, look.size, look.mean, look.std)
    assert look.sentence in found.notes


def test_a_folder_is_seen_as_each_of_its_files(photos):
    found = open_images(photos, size=LOOK)
    require_the_look(found)
    images = everything(found)
    assert len(images) == 11
    for file, image in images.items():
        assert torch.equal(image, read_image(photos / file, LOOK)), file


def test_lists_and_shards_are_seen_as_the_folder(photos, tmp_path):
    wanted = everything(open_images(photos, size=LOOK))
    lines = "".join(f"{file},{file[:3]}\n" for file in wanted)
    (photos / "all.csv").write_text("file,label\n" + lines)
    listed = open_images(photos / "all.csv", size=LOOK)
    require_the_look(listed)
    assert everything(listed).keys() == wanted.keys()
    assert all(torch.equal(image, wanted[file]) for file, image in everything(listed).items())
    write_shards(photos, tmp_path / "shards", count=4)
    assert len([*(tmp_path / "shards").glob("*.tar")]) == 3
    sharded = open_images(tmp_path / "shards", size=LOOK)
    require_the_look(sharded)
    contents = sorted(image.numpy().tobytes() for image in wanted.values())
    assert sorted(image.numpy().tobytes() for image in everything(sharded).values()) == contents


@pytest.mark.parametrize("grey", [True, False])
def test_small_files_that_are_alike_are_kept_small_and_seen_large(lay, grey):
    root = lay(PHOTOS, size=(12, 12), grey=grey)
    found = open_images(root, size=LOOK)
    require_the_look(found)
    images = found.splits["train"].images
    assert isinstance(images, Photos)
    assert images.framed
    assert len(images.flat) == 11 * 144 * (1 if grey else 3)
    assert (found.flip, "they are seen in red, green and blue" in found.notes) == (not grey, grey)
    for file, image in everything(found).items():
        assert torch.equal(image, read_image(root / file, LOOK))


def arrays(count=30, size=(11, 14), channels=1, seed=0):
    noise = np.random.default_rng(seed)
    shape = (count, *size) if channels == 1 else (count, *size, channels)
    return noise.integers(0, 256, shape, dtype=np.uint8), np.arange(count) % 3


@pytest.mark.parametrize("channels", [1, 3])
def test_arrays_are_seen_as_each_alone(tmp_path, channels):
    x, y = arrays(channels=channels)
    np.savez(tmp_path / "a.npz", x=x, y=y)
    wanted = seen(torch.from_numpy(x.reshape(30, 11, 14, channels)).permute(0, 3, 1, 2), LOOK)
    for source in ((x, y), {"train": (x, y)}, tmp_path / "a.npz"):
        found = open_images(source, size=LOOK)
        require_the_look(found)
        assert found.flip == (channels == 3)
        for file, image in everything(found).items():
            place = int(file.partition("[")[2].rstrip("]"))
            assert torch.equal(image, wanted[place])


def test_a_dataset_of_any_sizes_is_seen_as_each_alone():
    draw = np.random.default_rng(1)
    shapes = [(int(h), int(w), 3) for h, w in draw.integers(5, 90, (20, 2))]
    pictures = [draw.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]
    pictures[4] = pictures[4][..., 0]
    dataset = Items([(Image.fromarray(one), place % 2) for place, one in enumerate(pictures)])
    found = open_images(dataset, size=LOOK)
    require_the_look(found)
    assert found.size == LOOK.size
    for file, image in everything(found).items():
        one = torch.from_numpy(np.atleast_3d(pictures[int(file.split("[")[1][:-1])]))
        assert torch.equal(image, seen(one.permute(2, 0, 1), LOOK)), file


def test_a_dataset_may_be_beside_arrays():
    x, y = arrays(channels=3)
    dataset = Items([(Image.fromarray(x[place]), int(y[place])) for place in range(9)])
    found = open_images({"train": (x, y), "val": dataset}, size=LOOK)
    assert torch.equal(found.splits["val"].images[:], found.splits["train"].images[:9])


def test_a_known_set_is_moved_in_proportion(write_four):
    labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] * 3
    folder = write_four(cache_folder() / "fashion-mnist", labels, labels[:10], size=(28, 28))
    found = open_images(folder, size=LOOK.sized(56))
    require_the_look(found, LOOK.sized(56))
    assert found.splits["train"].images[:].shape[1:] == (3, 56, 56)
    digits = open_images("digits", size=LOOK)
    assert (open_images("digits").shift, digits.shift) == (1, 3)
    assert len(digits.splits["test"]) == 360


def test_a_look_of_one_channel_sees_grey(photos):
    grey = Look((1, 24, 24), 28, (0.5,), (0.5,))
    found = open_images(photos, size=grey)
    require_the_look(found, grey)
    assert "they are seen in grey" in found.notes
    assert all(
        torch.equal(image, read_image(photos / file, grey))
        for file, image in everything(found).items()
    )


def test_what_judges_is_seen_in_the_look(photos):
    found = open_labelled(photos, classes=("dog", "cat", "owl"), size=LOOK)
    require_the_look(found)
    assert everything(found).keys() == everything(open_images(photos, size=LOOK)).keys()
    assert found.splits["train"].labels.tolist() == [1] * 6 + [0] * 5


def test_parts_of_photos_are_shown_from_the_whole_picture(photos):
    found = open_images(photos, size=LOOK).splits["train"].images
    sizes = {tuple(size) for size in found.sizes.tolist()}
    assert sizes <= {(28, 42), (120, 28), (28, 39), (10, 20), (28, 28), (90, 21)}
    parts = found.crops(range(len(found)), torch.tensor([[1, 2, 8, 9]]).expand(len(found), 4))
    assert parts.shape == (len(found), 3, 24, 24)


def test_pictures_that_came_small_and_alike_are_moved_and_others_are_cropped(photos):
    recipe = Recipe(epochs=10)
    framed = settle_augmentation(recipe, open_images("digits", size=LOOK))
    assert (framed.shift, framed.crop) == (3, 1.0)
    cropped = settle_augmentation(recipe, open_images(photos, size=LOOK))
    assert (cropped.shift, cropped.crop) == (0, 0.35)


def other(**changed):
    return Look(**{**vars(LOOK), **changed})


@pytest.mark.parametrize(
    "look",
    [
        other(size=(3, 24, 23)),
        other(resize=29),
        other(mode="bilinear"),
        other(size=(1, 24, 24), mean=(0.5,), std=(0.2,)),
        other(mean=(0.5, 0.4, 0.31)),
        other(std=(0.2, 0.3, 0.41)),
    ],
)
def test_two_looks_never_mix(photos, monkeypatch, look):
    monkeypatch.setattr(caching, "FEW", 0)
    first = open_images(photos, size=LOOK)
    second = open_images(photos, size=look)
    assert first.digest != second.digest
    assert first.digest == open_images(photos, size=LOOK).digest
    assert first.splits["train"].images.mapped
    for file, image in everything(second).items():
        assert torch.equal(image, read_image(photos / file, look))
    for file, image in everything(first).items():
        assert torch.equal(image, read_image(photos / file, LOOK))


def test_a_look_and_a_size_never_mix(photos, monkeypatch):
    monkeypatch.setattr(caching, "FEW", 0)
    plain, looked = (open_images(photos, size=size) for size in ((3, 24, 24), LOOK))
    assert plain.look is None
    assert plain.digest != looked.digest
    for found, size in ((plain, (3, 24, 24)), (looked, LOOK)):
        for file, image in everything(found).items():
            assert torch.equal(image, read_image(photos / file, size))


def test_equal_bytes_in_memory_and_from_the_cache(photos, monkeypatch):
    there = everything(open_images(photos, size=LOOK))
    monkeypatch.setattr(caching, "FEW", 0)
    cached = open_images(photos, size=LOOK)
    assert cached.splits["train"].images.mapped
    assert all(torch.equal(image, there[file]) for file, image in everything(cached).items())


def test_a_run_is_told_of_the_look(photos):
    told = json.loads(data_json(open_images(photos, size=LOOK)))
    assert Look.from_dict(told["preparation"]["look"]) == LOOK
    assert LOOK.sentence in told["notes"]


def test_a_damaged_shard_in_a_look_is_named_as_ever(photos, tmp_path):
    (photos / "cat" / "000.png").write_bytes(b"no image")
    write_shards(photos, tmp_path / "shards")
    with tarfile.open(next((tmp_path / "shards").glob("*.tar"))) as archive:
        assert len(archive.getnames()) == 22
    found = open_images(tmp_path / "shards", size=LOOK)
    assert [problem.kind for problem in found.problems] == ["not an image"]
