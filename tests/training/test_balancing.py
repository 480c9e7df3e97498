"""Balance: weights against the definition, sampling against counts; both against what is said."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from striate.data import Collection, Split
from striate.data.chance import balanced_order
from striate.tasks import classify
from striate.training import Recipe
from striate.training.balancing import about_balance, class_weights
from striate.training.batches import Batches
from striate.training.learner import Learner

LABELS = some.lists(some.integers(0, 5), min_size=1, max_size=80)


@given(labels=LABELS)
def test_every_class_weighs_the_same_and_the_mean_is_one(labels):
    labels = torch.tensor(labels)
    each = class_weights(labels)[labels].double()
    assert each.mean().item() == pytest.approx(1)
    sums = [each[labels == k].sum().item() for k in labels.unique()]
    assert sums == pytest.approx([sums[0]] * len(sums))


@given(labels=LABELS, epoch=some.integers(0, 9), seed=some.integers(0, 3))
def test_an_epoch_shows_every_class_as_often(labels, epoch, seed):
    labels = np.array(labels)
    showings = balanced_order(seed, epoch, labels)
    assert len(set(showings.tolist())) == len(showings) == len(labels)
    shown = showings % len(labels)
    times = np.bincount(shown, minlength=len(labels))
    for counts in (
        np.bincount(labels[shown])[np.unique(labels)],
        *(times[labels == k] for k in np.unique(labels)),
    ):
        assert counts.max() - counts.min() <= 1
    assert (balanced_order(seed, epoch, labels) == showings).all()


def test_epochs_and_seeds_show_others_and_positions_tell_nothing():
    labels = np.repeat([0, 1], [400, 40])
    orders = [balanced_order(*key, labels) for key in ((0, 0), (0, 1), (1, 0))]
    seen = [frozenset((showings % 440).tolist()) for showings in orders]
    assert len(set(seen)) == 3
    assert len(seen[0] | seen[1]) > len(seen[0])
    halves = [(labels[showings % 440][:220]).mean() for showings in orders]
    assert all(0.4 < share < 0.6 for share in halves)


def uneven(*counts):
    labels = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    images = torch.randint(0, 256, (len(labels), 1, 8, 8), dtype=torch.uint8)
    split = Split(images, labels, tuple(map(str, range(len(labels)))))
    return Collection("set", "set", ("ant", "bee", "cat"), {"train": split, "val": split})


def test_a_repeated_image_is_changed_in_another_way_each_time(recipe):
    split = uneven(28, 1, 1).splits["train"]
    batches = Batches(split, replace(recipe, balance="sampling", batch=30))
    batch = batches.at(0)
    views = batch.images[batch.labels == 2]
    assert len(views) == 10
    assert len({view.numpy().tobytes() for view in views}) > 4


def test_the_loss_of_training_is_weighed_and_that_of_val_is_not(network, recipe):
    collection = uneven(20, 4, 6)
    plain = Learner(network, collection, classify, recipe)
    weighed = Learner(network, collection, classify, replace(recipe, balance="weights"))
    batch = plain.batches.at(0)
    network.eval()
    expected = plain.losses(batch) * torch.tensor([30 / 60, 30 / 12, 30 / 18])[batch.labels]
    torch.testing.assert_close(weighed.losses(batch), expected)
    assert plain.validate() == weighed.validate()


@pytest.mark.parametrize(
    ("balance", "says"),
    [
        ("none", "--balance weights or --balance sampling makes up for it"),
        ("weights", "the loss of each image is weighed so that every class counts the same"),
        ("sampling", "each epoch shows every class as often as the others"),
    ],
)
def test_what_is_uneven_is_said(balance, says):
    (sentence,) = about_balance(uneven(20, 4, 6), Recipe(balance=balance))
    assert sentence == f"ant has 20 training images and bee has 4: {says}"


def test_what_is_even_is_not_said():
    assert about_balance(uneven(12, 4, 6), Recipe()) == []
    assert about_balance(uneven(12, 5, 0), Recipe()) != []
