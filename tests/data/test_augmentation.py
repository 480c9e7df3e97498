"""data.augment is checked against np.pad and slices, one image at a time."""

import hashlib
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data import Augmentation, augment, chance
from striate.data.augmentation import trivial
from striate.data.augmentation.geometry import about_centre, into, leaned, look, turned
from striate.data.augmentation.parts import crops
from striate.data.augmentation.views import is_mirrored
from striate.data.chance import Draws
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
    return (
        images,
        augmentation,
        {"seed": draw(st.integers(0, 9)), "epoch": draw(st.integers(0, 5)), "index": index},
    )


def view(image, augmentation, seed, epoch, index):
    """One image (channel, height, width) mirrored, padded with its reflection, and cut."""
    shift, size = augmentation.shift, image.shape[1:]
    down, right = (
        chance.uniform(seed, epoch, index, draw) for draw in (chance.ROWS, chance.COLUMNS)
    )
    if augmentation.flip and (chance.uniform(seed, 0, index, chance.FLIP) < 0.5) != epoch % 2:
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


ALL = Augmentation(
    flip=True, crop=0.4, rotate=20, scale=0.3, shear=0.2, jitter=0.4, erase=0.5, trivial=True
)


@settings(deadline=None)
@given(batches(), st.booleans(), st.randoms(use_true_random=False))
def test_a_view_does_not_depend_on_the_place_in_the_batch(batch, strong, shuffler):
    images, augmentation, key = batch
    if strong:
        augmentation = replace(ALL, flip=augmentation.flip, shift=augmentation.shift)
    places = list(range(len(images)))
    shuffler.shuffle(places)
    places = places[: max(1, len(places) - 2)]
    moved = augment(images[places], augmentation, **{**key, "index": key["index"][places]})
    assert torch.equal(moved, augment(images, augmentation, **key)[places])


def test_views_change_with_the_seed_with_the_epoch_and_with_the_image():
    image = torch.arange(64, dtype=torch.uint8).reshape(1, 1, 8, 8).expand(20, 1, 8, 8)
    base = {"seed": 0, "epoch": 0, "index": np.arange(20)}
    others = [base, {**base, "seed": 1}, {**base, "epoch": 2}, {**base, "index": np.arange(1, 21)}]
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


def test_an_image_is_mirrored_in_every_second_epoch():
    image = torch.arange(9, dtype=torch.uint8).expand(40, 1, 1, 9)
    views = [
        augment(image, Augmentation(flip=True), seed=3, epoch=epoch, index=np.arange(40))
        for epoch in range(4)
    ]
    assert torch.equal(views[0], views[2])
    assert torch.equal(views[1], views[3])
    assert torch.equal(views[0], views[1].flip(3))
    assert 10 < int((views[0][:, 0, 0, 0] == 8).sum()) < 30


FIELDS = {
    "flip": True,
    "shift": 2,
    "crop": 0.5,
    "rotate": 30.0,
    "scale": 0.3,
    "shear": 0.3,
    "jitter": 0.3,
    "erase": 1.0,
    "trivial": True,
}


@pytest.mark.parametrize(("name", "much"), FIELDS.items())
def test_every_field_changes_images_and_none_changes_where_it_should_not(name, much):
    images = torch.randint(0, 256, (30, 3, 12, 12), dtype=torch.uint8)
    views = augment(
        images, replace(Augmentation(), **{name: much}), seed=0, epoch=0, index=np.arange(30)
    )
    assert FIELDS.keys() == {field.name for field in fields(Augmentation)}
    assert int((views != images).flatten(1).any(1).sum()) > 10
    assert views.shape == images.shape
    assert views.dtype == torch.uint8


SIZE = (12, 16)
STILL = np.zeros((1, 2))


def one_look(image, augmentation, draws):
    """A view for which one field alone is given, of one image."""
    rotate, scale, shear = augmentation.rotate, augmentation.scale, augmentation.shear
    if augmentation.trivial:
        maps = trivial.moving(draws, 3, SIZE, wide=augmentation.flip)
        mirrored = image.flip(3) if augmentation.flip and is_mirrored(draws)[0] else image
        return trivial.change(look(mirrored, maps), draws)
    if augmentation.crop < 1:
        return look(image, into(crops(SIZE, SIZE, draws, augmentation.crop).numpy(), SIZE))
    linear = turned(draws.between(chance.ROTATION, -rotate, rotate))
    linear = linear @ leaned([0], draws.between(chance.SHEAR, -shear, shear))
    larger = (1 + scale) ** draws.between(chance.SCALE, -1, 1)
    return look(image, about_centre(linear / larger, STILL, SIZE))


@pytest.mark.parametrize(
    "field",
    [
        *({"rotate": 40}, {"scale": 0.5}, {"shear": 0.4}, {"crop": 0.3}),
        *({"trivial": True}, {"trivial": True, "flip": True}),
    ],
)
def test_each_image_is_looked_at_by_numbers_of_its_own(field):
    images, index = torch.randint(0, 256, (60, 3, *SIZE), dtype=torch.uint8), np.arange(60) + 7
    augmentation = Augmentation(**field)
    views = augment(images, augmentation, seed=2, epoch=5, index=index)
    for place in range(60):
        draws = Draws(2, 5, index[place : place + 1])
        expected = one_look(images[place : place + 1], augmentation, draws)
        assert (
            int((views[place] - expected[0].int()).abs().max()) <= 1
        )  # a power and a logarithm round otherwise


def test_a_grey_image_is_augmented_as_one_in_colour_but_for_its_colours():
    grey = torch.randint(0, 256, (40, 1, 16, 16), dtype=torch.uint8)
    key = {"seed": 0, "epoch": 0, "index": np.arange(40)}
    without = replace(ALL, trivial=False)
    three = grey.expand(40, 3, 16, 16)
    ours, expected = augment(grey, without, **key), augment(three, without, **key)
    assert torch.equal(expected, ours.expand(40, 3, 16, 16))


def test_a_view_is_the_same_by_any_number_of_threads():
    images, threads = (
        torch.randint(0, 256, (30, 3, 40, 40), dtype=torch.uint8),
        torch.get_num_threads(),
    )
    key = {"seed": 0, "epoch": 0, "index": np.arange(30)}
    try:
        torch.set_num_threads(1)
        alone = augment(images, ALL, **key)
        torch.set_num_threads(3)
        assert torch.equal(augment(images, ALL, **key), alone)
    finally:
        torch.set_num_threads(threads)


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
    assert hashlib.sha256(views.numpy().tobytes()).hexdigest()[:16] == "00c55824566cb65c"


@pytest.mark.parametrize("shift", [-1, 4, 100])
def test_a_shift_that_leaves_nothing_of_an_image_is_refused(shift):
    images = torch.zeros(1, 1, 4, 6, dtype=torch.uint8)
    with pytest.raises(OptionError, match=f"4x6 cannot be shifted by {shift}") as refused:
        augment(images, Augmentation(flip=False, shift=shift), seed=0, epoch=0, index=[0])
    assert "0 to 3" in refused.value.help[0]
