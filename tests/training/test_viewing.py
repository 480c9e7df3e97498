"""Views that are counted: view 0 is what evaluation sees, view v what epoch v would show."""

from dataclasses import replace

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from striate.data import Split
from striate.data.features import Features
from striate.training import Recipe
from striate.training.batches import Batches, Preparation
from striate.training.viewing import Views

IMAGES = torch.randint(0, 256, (12, 1, 8, 8), generator=torch.Generator().manual_seed(4))
SPLIT = Split(IMAGES.to(torch.uint8), torch.arange(12) % 3, tuple("abcdefghijkl"))
ALL = np.arange(12)
CHANGED = {"flip": True, "shift": 2, "rotate": 20.0, "jitter": 0.3, "erase": 0.5}
CHANGED |= {"batch": 5, "device": "cpu"}


def by_image(recipe, epoch, split=SPLIT):
    """What an epoch shows of each image, the first time that it is shown."""
    batches = Batches(split, recipe)
    found = {}
    for step in range(epoch * batches.steps, (epoch + 1) * batches.steps):
        _, index = batches._index(step)
        for image, seen in zip((index % len(split)).tolist(), batches.at(step).images, strict=True):
            found.setdefault(image, seen)
    return found


def test_uncounted_views_are_new_in_every_epoch(recipe):
    views = Views.of(SPLIT.images, recipe)
    assert not torch.equal(views.shown(1, ALL), views.shown(3, ALL))
    assert not torch.equal(views.shown(0, ALL), SPLIT.images)


@settings(deadline=None)
@given(count=some.integers(1, 5), epoch=some.integers(0, 12))
def test_epoch_e_shows_view_e_modulo_the_count(count, epoch):
    recipe, number = Recipe(**CHANGED, views=count), epoch % count
    found = by_image(recipe, epoch)
    free = Views.of(SPLIT.images, replace(recipe, views=0))
    expected = SPLIT.images if number == 0 else free.shown(number, ALL)
    assert sorted(found) == list(range(12))
    assert all(torch.equal(found[image], expected[image]) for image in found)


def test_an_image_that_is_shown_several_times_shows_one_view(recipe):
    """A showing draws for itself where views are new, and not where they are counted."""
    uneven = replace(SPLIT, labels=torch.tensor([0] * 11 + [1]))
    for views, kinds in ((0, 6), (2, 1)):
        asked = replace(recipe, **{**CHANGED, "views": views, "balance": "sampling", "batch": 12})
        batches = Batches(uneven, asked)
        batch = batches.at(batches.steps)  # of epoch 1
        rare = batch.images[batch.labels == 1]
        assert len(rare) == 6
        assert len(rare.unique(dim=0)) == kinds


def test_rows_are_taken_by_view_and_place(recipe):
    values = torch.rand(3, 12, 5)
    features = Features(values, torch.zeros(12, 32, dtype=torch.uint8))
    split = Split(features, SPLIT.labels, SPLIT.files)
    for epoch in range(5):
        found = by_image(replace(recipe, views=3), epoch, split)
        assert all(torch.equal(found[image], values[epoch % 3, image]) for image in range(12))


def test_rows_are_not_prepared(recipe):
    rows = torch.rand(4, 5)
    assert torch.equal(Preparation.of((), (), recipe)(rows), rows)
    assert torch.equal(Preparation.of((0.3,), (0.2,), recipe)(rows), rows)
