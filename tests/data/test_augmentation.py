"""data.augment is checked against np.pad and slices, one image at a time."""

import hashlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data import Augmentation, augment, chance
from striate.errors import OptionError


@st.composite
def batches(draw):
    """Images, the augmentation, and the keyword arguments that say which images these are."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    shape = (draw(st.integers(0, 6)), draw(st.integers(1, 4)), height, width)
    noise = np.random.default_rng(draw(st.integers(0, 99)))
    images = torch.from_numpy(noise.integers(0, 256, shape, dtype=np.uint8))
    augmentation = Augmentation(draw(st.booleans()), draw(st.integers(0, min(height, width) - 1)))
    index = noise.integers(0, 10**6, shape[0])
    return images, augmentation, {"seed": draw(st.integers(0, 9)), "epoch": 4, "index": index}


def view(image, augmentation, seed, epoch, index):
    """One image (channel, height, width) mirrored, padded with its reflection, and cut."""
    shift, size = augmentation.shift, image.shape[1:]
    down, right, mirrored = (
        chance.uniform(seed, epoch, index, draw)
        for draw in (chance.ROWS, chance.COLUMNS, chance.FLIP)
    )
    if augmentation.flip and mirrored < 0.5:
        image = image[:, :, ::-1]
    padded = np.pad(image, ((0, 0), (shift, shift), (shift, shift)), mode="reflect")
    top, left = int(down * (2 * shift + 1)), int(right * (2 * shift + 1))
    return padded[:, top : top + size[0], left : left + size[1]]


@settings(deadline=None)
@given(batches())
def test_a_view_is_mirrored_padded_and_cut(batch):
    images, augmentation, key = batch
    views = augment(images, augmentation, **key)
    assert views.shape == images.shape
    assert views.dtype == torch.uint8
    for image, seen, index in zip(images.numpy(), views.numpy(), key["index"], strict=True):
        expected = view(image, augmentation, key["seed"], key["epoch"], index)
        assert np.array_equal(seen, expected)


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_a_view_does_not_depend_on_the_place_in_the_batch(batch, shuffler):
    images, augmentation, key = batch
    places = list(range(len(images)))
    shuffler.shuffle(places)
    places = places[: max(1, len(places) - 2)]
    moved = augment(images[places], augmentation, **{**key, "index": key["index"][places]})
    assert torch.equal(moved, augment(images, augmentation, **key)[places])


def test_views_change_with_the_seed_with_the_epoch_and_with_the_image():
    image = torch.arange(64, dtype=torch.uint8).reshape(1, 1, 8, 8).expand(20, 1, 8, 8)
    base = {"seed": 0, "epoch": 0, "index": np.arange(20)}
    others = [base, {**base, "seed": 1}, {**base, "epoch": 1}, {**base, "index": np.arange(1, 21)}]
    views = [augment(image, Augmentation(flip=True, shift=2), **key) for key in others]
    assert len({bytes(some.numpy().tobytes()) for some in views}) == 4
    assert len(torch.unique(views[0], dim=0)) > 10


def test_every_shift_is_as_likely_and_half_of_the_images_are_mirrored():
    image = torch.arange(81, dtype=torch.uint8).reshape(1, 1, 9, 9).expand(10_000, 1, 9, 9)
    views = augment(
        image, Augmentation(flip=True, shift=1), seed=0, epoch=0, index=np.arange(10_000)
    )
    centres, counts = views[:, 0, 4, 4].unique(return_counts=True)
    assert centres.tolist() == [30, 31, 32, 39, 40, 41, 48, 49, 50]
    assert ((counts - 10_000 / 9) ** 2 / (10_000 / 9)).sum() < 26  # 8 degrees: above in 1 of 1000
    mirrored = int((views[:, 0, 4, 3] > views[:, 0, 4, 4]).sum())
    assert abs(mirrored - 5000) < 165  # 3.3 deviations


def test_without_flip_nothing_is_mirrored_and_without_anything_nothing_is_copied():
    image = torch.arange(7, dtype=torch.uint8).expand(50, 1, 7, 7)
    key = {"seed": 0, "epoch": 0, "index": np.arange(50)}
    views = augment(image, Augmentation(flip=False, shift=2), **key)
    assert bool((views[..., 4] > views[..., 2]).all())
    assert augment(image, Augmentation(flip=False, shift=0), **key) is image


def test_the_images_themselves_stay_as_they_are():
    images = torch.arange(128, dtype=torch.uint8).reshape(2, 1, 8, 8)
    before = images.clone()
    augment(images, Augmentation(flip=True, shift=3), seed=0, epoch=0, index=[0, 1])
    assert torch.equal(images, before)


def test_the_views_are_these_on_every_machine():
    images = torch.arange(200, dtype=torch.uint8).reshape(2, 1, 10, 10).repeat(4, 1, 1, 1)
    views = augment(
        images, Augmentation(flip=True, shift=3), seed=1, epoch=2, index=np.arange(8) * 1000
    )
    assert hashlib.sha256(views.numpy().tobytes()).hexdigest()[:16] == "9944016075f191d1"


@pytest.mark.parametrize("shift", [-1, 4, 100])
def test_a_shift_that_leaves_nothing_of_an_image_is_refused(shift):
    images = torch.zeros(1, 1, 4, 6, dtype=torch.uint8)
    with pytest.raises(OptionError, match=f"4x6 cannot be shifted by {shift}") as refused:
        augment(images, Augmentation(flip=False, shift=shift), seed=0, epoch=0, index=[0])
    assert "0 to 3" in refused.value.help[0]
