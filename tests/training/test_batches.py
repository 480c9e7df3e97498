"""Batches: each image once an epoch, and each batch a function of its step alone."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from striate.data import Split
from striate.data.augmentation.parts import crops
from striate.data.chance import Draws
from striate.data.photos.collected import Photos
from striate.training import Recipe
from striate.training.batches import Batches, Preparation


def numbered(count):
    """A split whose labels are the places of its images."""
    images = torch.arange(count).reshape(-1, 1, 1, 1).expand(count, 1, 4, 4).to(torch.uint8)
    return Split(images.contiguous(), torch.arange(count), ("",) * count)


@given(count=some.integers(1, 100), batch=some.integers(1, 40), epoch=some.integers(0, 5))
def test_an_epoch_shows_every_image_once(count, batch, epoch):
    recipe = Recipe(batch=batch, flip=False, shift=0, device="cpu")
    batches = Batches(numbered(count), recipe)
    steps = range(epoch * batches.steps, (epoch + 1) * batches.steps)
    labels = [batches.at(step).labels for step in steps]
    assert torch.cat(labels).sort().values.tolist() == list(range(count))
    sizes = {len(part) for part in labels}
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= batch
    assert [batches.seen(step + 1) for step in steps][-1] == count


def test_a_batch_depends_on_its_step_alone(recipe):
    images = torch.randint(0, 256, (50, 1, 8, 8), dtype=torch.uint8)
    split = Split(images, torch.arange(50), ("",) * 50)
    visited = Batches(split, recipe)
    history = {step: (visited.at(step), visited.noise(step)) for step in range(20)}
    for step in (19, 3, 11, 0):
        batch = (fresh := Batches(split, recipe)).at(step)
        assert torch.equal(batch.images, history[step][0].images)
        assert torch.equal(batch.labels, history[step][0].labels)
        assert fresh.noise(step) == history[step][1]


@given(ranks=some.integers(1, 4), parts=some.integers(1, 4), step=some.integers(0, 40))
def test_parts_and_processes_share_a_batch(ranks, parts, step):
    whole = Recipe(batch=12, flip=False, shift=0, device="cpu")
    expected = Batches(numbered(50), whole).at(step).labels
    cut = replace(whole, accumulate=parts)
    pieces = [
        Batches(numbered(50), cut, rank, ranks).at(step, part).labels
        for part in range(parts)
        for rank in range(ranks)
    ]
    assert torch.equal(torch.cat(pieces), expected)
    assert Batches(numbered(50), cut, ranks - 1, ranks).size(step) == len(expected)


STRONG = {
    "augment": "strong",
    "flip": True,
    "crop": 0.5,
    "mixup": 0.4,
    "cutmix": 0.4,
    "jitter": 0.3,
}


@settings(deadline=None, max_examples=30)
@given(
    ranks=some.integers(1, 4),
    parts=some.integers(1, 4),
    step=some.integers(0, 40),
    balance=some.sampled_from(["none", "sampling"]),
)
def test_parts_and_processes_see_and_mix_the_same_images(ranks, parts, step, balance):
    images = torch.randint(0, 256, (50, 3, 6, 6), dtype=torch.uint8)
    split = Split(images, torch.arange(50) // 7, ("",) * 50)
    whole = Recipe(batch=12, shift=1, device="cpu", balance=balance, erase=0.5, **STRONG)
    expected = Batches(split, whole).at(step)
    cut = replace(whole, accumulate=parts)
    pieces = [
        Batches(split, cut, rank, ranks).at(step, part)
        for part in range(parts)
        for rank in range(ranks)
    ]
    for name in ("images", "labels", "others", "share"):
        assert torch.equal(
            torch.cat([getattr(one, name) for one in pieces]), getattr(expected, name)
        )


def test_an_image_is_mixed_with_the_one_before_it_in_the_batch():
    images = torch.arange(50, dtype=torch.uint8).reshape(-1, 1, 1, 1).expand(50, 1, 9, 9)
    split = Split(images.contiguous(), torch.arange(50), ("",) * 50)
    recipe = Recipe(batch=10, flip=False, shift=0, mixup=0.5, cutmix=0.5, device="cpu")
    for step in range(7):
        batch = Batches(split, recipe).at(step)
        plain = Batches(split, replace(recipe, mixup=0.0, cutmix=0.0)).at(step)
        assert torch.equal(batch.labels, plain.labels)
        assert torch.equal(batch.others, plain.labels.roll(1))
        assert plain.others is plain.share is None
        shown = batch.images.double().mean((1, 2, 3))
        expected = batch.share * batch.labels + (1 - batch.share) * batch.others
        assert float((shown - expected).abs().max()) <= 0.51  # rounded to the nearest level


def test_photos_are_cropped_and_without_crop_shown_from_their_centre():
    levels = torch.randint(0, 256, (9, 20, 30, 1), dtype=torch.uint8)
    photos = Photos(
        levels.flatten(),
        begins=torch.arange(9) * 600,
        sizes=torch.tensor([[20, 30]]).expand(9, 2),
        planes=torch.ones(9, dtype=torch.int64),
        content=torch.zeros(9, 32),
        size=(1, 10, 10),
    )
    split = Split(photos, torch.arange(9), ("",) * 9)
    recipe = Recipe(batch=9, flip=False, shift=0, crop=1.0, device="cpu")
    batch = Batches(split, recipe).at(0)
    assert torch.equal(batch.images, photos[batch.labels])
    recipe = replace(recipe, crop=0.3)
    batch = Batches(split, recipe).at(0)
    boxes = crops((20, 30), (10, 10), Draws(0, 0, batch.labels.numpy()), 0.3)
    for label, box, image in zip(batch.labels.tolist(), boxes, batch.images, strict=True):
        top, left, high, wide = box.tolist()
        photo = levels[label, top : top + high, left : left + wide, 0]
        expected = torch.nn.functional.interpolate(
            photo[None, None], (10, 10), mode="bilinear", antialias=True
        )
        assert torch.equal(image, expected[0])
    batches = Batches(split, replace(recipe, crop=1.0, flip=True))
    views = [batches.at(epoch).images[batches.at(epoch).labels.argsort()] for epoch in (0, 1)]
    assert torch.equal(views[0], views[1].flip(3))
    straight = (views[0] == photos[:]).flatten(1).all(1)
    assert torch.equal((views[1] == photos[:]).flatten(1).all(1), ~straight)


def test_epochs_differ_in_order_and_steps_in_noise(recipe):
    batches = Batches(numbered(50), recipe)
    first, second = batches.at(0).labels.tolist(), batches.at(batches.steps).labels.tolist()
    assert first != second
    assert len({batches.noise(step) for step in range(100)}) == 100


def test_prepared_images_have_mean_0_and_deviation_1(collection, recipe):
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    x = prepare(collection.splits["train"].images).double()
    assert x.mean().item() == pytest.approx(0, abs=1e-6)
    assert x.std(correction=0).item() == pytest.approx(1, abs=1e-6)


def test_each_channel_is_prepared_by_its_own_moments():
    recipe = Recipe(device="cpu", layout="channels_last")
    prepare = Preparation.of((0.1, 0.2, 0.3), (0.5, 0.25, 0.0), recipe)
    images = torch.randint(0, 256, (2, 3, 4, 4), dtype=torch.uint8)
    moments = torch.tensor([[0.1, 0.2, 0.3], [0.5, 0.25, 1 / 255]]).reshape(2, 1, 3, 1, 1)
    torch.testing.assert_close(prepare(images), (images / 255 - moments[0]) / moments[1])
    assert prepare(images).is_contiguous(memory_format=torch.channels_last)


@given(count=some.integers(1, 40), batch=some.integers(1, 20), parts=some.integers(1, 100))
def test_no_part_is_empty(count, batch, parts):
    recipe = Recipe(batch=batch, accumulate=parts, flip=False, shift=0, device="cpu")
    batches = Batches(numbered(count), recipe)
    for step in range(batches.steps):
        sizes = [len(batches.at(step, part)) for part in range(batches.parts)]
        assert min(sizes) > 0
        assert sum(sizes) == batches.size(step)
