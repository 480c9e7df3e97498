"""augmented.png shows what the network is shown: the views and the words beneath are checked."""

from dataclasses import replace

import pytest
import torch

from striate.data import Collection, Split
from striate.drawing import charts
from striate.runs.augmented import VIEWS, of_each_class, write_augmented
from striate.runs.folder import AUGMENTED
from striate.training import Recipe
from striate.training.batches import Batches

RECIPE = Recipe(epochs=6, batch=7, flip=True, shift=1, mixup=0.5, cutmix=0.3, device="cpu")


def make_collection(labels):
    labels = torch.tensor(labels)
    images = torch.randint(0, 256, (len(labels), 1, 9, 9), dtype=torch.uint8)
    split = Split(images, labels, tuple(map(str, range(len(labels)))))
    return Collection("noise", "noise", ("ant", "bee", "cat"), {"train": split, "val": split})


def showings(batches, image):
    """Each view of an image in the steps of training, with the words that belong beneath it."""
    found = []
    for step in range(6 * batches.steps):
        batch = batches.at(step)
        places = batches._index(step)[1] % len(batches.split)
        for place in (places == image).nonzero()[0]:
            share, other = 1 - float(batch.share[place]), ("ant", "bee", "cat")[batch.others[place]]
            said = f"epoch {step // batches.steps + 1}" + (
                f", {share:.0%} {other}" if share else ""
            )
            found.append((batch.images[place], said))
    return found


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """What is drawn for a collection and a recipe: images and captions."""

    def draw(collection, recipe):
        kept = []
        views = charts.views
        monkeypatch.setattr(charts, "views", lambda *given: kept.append(given) or views(*given))
        write_augmented(tmp_path, collection, recipe)
        monkeypatch.undo()
        assert (tmp_path / AUGMENTED).exists() == bool(kept)
        return kept[0] if kept else None

    return draw


@pytest.mark.parametrize("balance", ["none", "sampling"])
def test_the_views_are_those_of_the_batches(drawn, balance):
    collection = make_collection([0] * 20 + [1] * 5 + [2] * 3)
    recipe = replace(RECIPE, balance=balance)
    images, captions = drawn(collection, recipe)
    split = collection.splits["train"]
    batches = Batches(split, recipe)
    for row, line, image in zip(images, captions, of_each_class(split), strict=True):
        assert (row[0] == split.images[image].numpy()).all()
        assert line[0] == collection.classes[split.labels[image]]
        shown = showings(batches, image)[:VIEWS]
        for (view, said), seen, caption in zip(shown, row[1:], line[1:], strict=False):
            assert (seen == view.numpy()).all()
            assert caption == said
        assert all(not caption for caption in line[1 + len(shown) :])


def test_each_class_is_drawn_before_one_is_drawn_again():
    split = make_collection([2, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0]).splits["train"]
    assert split.labels[of_each_class(split)].tolist() == [0, 1, 2, 0, 2, 0]


def test_nothing_is_drawn_where_nothing_is_changed(drawn):
    plain = replace(RECIPE, flip=False, shift=0, mixup=0.0, cutmix=0.0)
    assert drawn(make_collection([0, 1, 2]), plain) is None


def test_few_images_of_one_epoch_are_drawn(drawn):
    images, captions = drawn(make_collection([1]), replace(RECIPE, epochs=1))
    assert images.shape == (1, 6, 1, 9, 9)
    assert captions[0][0] == "bee"
    assert captions[0][1].startswith("epoch 1")
    assert captions[0][2:] == [""] * 4
    assert (images[0, 2:] == 255).all()
