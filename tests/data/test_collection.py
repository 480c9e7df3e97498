"""data.Collection: what it says about its images, and what its digest notices."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data import Collection, Row, Split, open_images
from striate.data.sources.loading import load_folder


def some(count, shape=(3, 4, 5), seed=0):
    noise = np.random.default_rng(seed)
    images = torch.from_numpy(noise.integers(0, 256, (count, *shape), dtype=np.uint8))
    labels = torch.from_numpy(noise.integers(0, 2, count))
    return Split(images, labels, tuple(f"{seed}-{i}" for i in range(count)))


def collection(**changes):
    splits = {"train": some(6), "val": some(3, seed=1), "test": some(2, seed=2)}
    return replace(Collection("pair", "there", ("cat", "dog"), splits), **changes)


@settings(deadline=None)
@given(st.integers(1, 5), st.sampled_from([1, 3]), st.integers(1, 9), st.integers(1, 9))
def test_moments_are_those_of_the_training_pixels(count, channels, height, width):
    train = some(count, (channels, height, width))
    these = collection(splits={"train": train, "val": some(9, (channels, height, width), seed=1)})
    pixels = train.images.double() / 255
    assert these.size == (channels, height, width)
    assert these.mean == pytest.approx(pixels.mean((0, 2, 3)).tolist(), abs=1e-12)
    assert these.std == pytest.approx(
        pixels.var((0, 2, 3), correction=0).sqrt().tolist(), abs=1e-12
    )


def test_a_manifest_names_every_image_with_its_class_and_split():
    rows = collection().manifest()
    assert len(rows) == 11
    names = ("cat", "dog")
    assert rows[6] == Row("1-0", names[some(3, seed=1).labels[0]], "val")


def test_the_digest_does_not_notice_names_and_places():
    digest = collection().digest
    assert digest == collection(name="other", source="elsewhere", flip=True, shift=3).digest
    renamed = {name: replace(s, files=s.files[::-1]) for name, s in collection().splits.items()}
    assert digest == collection(splits=renamed).digest
    assert digest == collection(splits=dict(reversed(collection().splits.items()))).digest
    assert len(digest) == 64


def swapped(split, places):
    """The images in another order under labels that stay."""
    return replace(split, images=split.images[places])


def test_the_digest_notices_every_pixel_label_class_and_move():
    splits = dict(collection().splits)
    train, val = splits["train"], splits["val"]
    pixel = train.images.clone()
    pixel[5, 2, 3, 4] ^= 1
    label = train.labels.clone()
    label[5] ^= 1
    shape = train.images.reshape(6, 3, 5, 4)
    changed = [
        collection(),
        collection(splits={**splits, "train": replace(train, images=pixel)}),
        collection(splits={**splits, "train": replace(train, labels=label)}),
        collection(splits={**splits, "train": replace(train, images=shape)}),
        collection(splits={**splits, "train": train.select([1, 0, 2, 3, 4, 5])}),
        collection(splits={**splits, "train": val, "val": train}),
        collection(splits={"train": train, "val": val}),
        collection(classes=("cat", "dogs")),
        collection(classes=("ca", "tdog")),
    ]
    assert len({these.digest for these in changed}) == len(changed)


def test_a_selection_keeps_image_label_and_file_together():
    split = some(5)
    chosen = split.select(np.array([3, 1]))
    assert torch.equal(chosen.images, split.images[[3, 1]])
    assert torch.equal(chosen.labels, split.labels[[3, 1]])
    assert chosen.files == ("0-3", "0-1")
    assert len(split.select([])) == 0


@pytest.mark.parametrize("seen", [200, 4])
def test_moments_of_photos_are_those_of_evenly_spread_centres(lay, monkeypatch, seen):
    monkeypatch.setattr("striate.data.collection.SEEN", seen)
    found = load_folder(lay({"cat": 5, "dog": 6}, size=(60, 40)), (24, 24))
    pixels = found.splits["train"].images[:: 1 if seen == 200 else 3].double() / 255
    pixels = pixels[:, :, ::4, ::4]
    assert found.mean == pytest.approx(pixels.mean((0, 2, 3)).tolist(), abs=1e-12)
    assert found.std == pytest.approx(
        pixels.var((0, 2, 3), correction=0).sqrt().tolist(), abs=1e-12
    )


def test_the_digest_of_photos_notices_files_order_and_size(lay):
    root = lay({"cat": 5, "dog": 6}, size=(60, 40))
    plain = load_folder(root, (24, 24))
    renamed = root / "cat" / "000.png"
    renamed = renamed.rename(renamed.with_name("000a.png"))
    assert load_folder(root, (24, 24)).digest == plain.digest
    renamed.rename(renamed.with_name("zzz.png"))  # the last of its class now
    moved = load_folder(root, (24, 24))
    with (root / "dog" / "001.png").open("ab") as file:
        file.write(b"\0")
    changed = load_folder(root, (24, 24))
    other, grey = load_folder(root, (24, 25)), open_images(root, size=(1, 24, 24))
    colour = open_images(root, size=(3, 24, 24))
    digests = [these.digest for these in (plain, moved, changed, other, grey, colour)]
    assert len(set(digests)) == 6
