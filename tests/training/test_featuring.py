"""Features in the place of images: training on them is training with the frozen body in the loop.

The body is asked once for each view, whatever is trained on what it gave, and however often.
"""

from dataclasses import replace
from io import StringIO

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import nn

from striate.data import Collection
from striate.data.features import Features
from striate.errors import OptionError
from striate.tasks import classify
from striate.training import Manner, Recipe, choose, fit, progress
from striate.training.checkpoint import NAME
from striate.training.choosing import settle_whole
from striate.training.evaluating import outputs
from striate.training.featuring import featured, parts_for
from striate.training.learner import Learner, preparation
from striate.training.loop import BEST, LAST
from striate.training.optimizer import Optimizer
from striate.training.results import read_results
from striate.transfer.freezing import freeze
from striate.transfer.parting import part

QUIET = Manner(console=Console(quiet=True))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))


def make_network():
    """A body with dropout, and a norm whose statistics are not those of the images."""
    torch.manual_seed(5)
    network = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5)),
        *(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(96, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.25), nn.Linear(8, 3)),
    )
    nn.init.uniform_(network[1].running_mean, -1, 1)
    freeze(network, ["0", "1", "4"])
    return network


@pytest.fixture
def viewed(recipe):
    """Six epochs, of three views of each image."""
    return replace(recipe, epochs=6, views=3, rotate=15.0, jitter=0.2)


def kept(network, collection, recipe):
    parts = part(network, collection.size)
    return parts, featured(parts, collection, recipe, say=lambda _: None)


def trained(collection, recipe, folder, **changes):
    """Logits over val after training over features; `changes` replace what is asked for."""
    network = make_network()
    parts, features = kept(network, collection, replace(recipe, **changes))
    fit(parts.head, features, classify, recipe, folder=folder, manner=QUIET)
    return logits(network, collection, recipe)


def logits(network, collection, recipe):
    images, prepare = collection.splits["val"].images, preparation(collection, recipe)
    return outputs(network, images, recipe, prepare)


@pytest.fixture
def in_loop(collection, viewed, tmp_path):
    """The same, with the frozen body computed in every step."""
    network = make_network()
    recipe = replace(viewed, cache=False)
    fit(network, collection, classify, recipe, folder=tmp_path / "loop", manner=QUIET)
    return logits(network, collection, recipe)


def test_training_on_features_is_training_with_the_body_in_the_loop(
    collection, viewed, in_loop, tmp_path
):
    found = trained(collection, viewed, tmp_path / "rows")
    torch.testing.assert_close(found, in_loop, rtol=1e-5, atol=1e-5)
    start = logits(make_network(), collection, viewed)
    assert (in_loop - start).abs().max() > 0.5  # it has learned something
    rows, expected = (read_results(tmp_path / name) for name in ("rows", "loop"))
    for row, other in zip(rows, expected, strict=True):
        assert row["loss"] == pytest.approx(other["loss"], rel=1e-4)
        assert row["val_accuracy"] == other["val_accuracy"]


def test_other_views_would_be_seen(collection, viewed, in_loop, tmp_path, monkeypatch):
    monkeypatch.setattr(Features, "at", _in_another_order(Features.at))
    found = trained(collection, viewed, tmp_path / "rows")
    assert (found - in_loop).abs().max() > 1e-3


def _in_another_order(at):
    return lambda self, view, places: at(self, (view + 1) % len(self.values), places)


def test_a_body_that_is_not_held_still_would_be_seen(collection, viewed, in_loop, tmp_path):
    network = make_network()
    network[1].requires_grad_(True)  # its statistics move, and so does it
    recipe = replace(viewed, cache=False)
    fit(network, collection, classify, recipe, folder=tmp_path / "moving", manner=QUIET)
    assert (logits(network, collection, recipe) - in_loop).abs().max() > 1e-2


def test_what_is_saved_is_the_whole_network(collection, viewed, tmp_path):
    network = make_network()
    parts, features = kept(network, collection, viewed)
    fit(parts.head, features, classify, viewed, folder=tmp_path / "run", manner=QUIET)
    for name in (BEST, LAST):
        assert load_file(tmp_path / "run" / name).keys() == network.state_dict().keys()
    again = make_network()
    again.load_state_dict(load_file(tmp_path / "run" / LAST))
    expected = logits(network, collection, viewed)
    assert torch.equal(logits(again, collection, viewed), expected)


def test_killed_and_resumed_over_features_ends_with_the_same_bits(
    collection, viewed, tmp_path, monkeypatch
):
    often, end = Manner(console=Console(quiet=True), save=0), Optimizer.forget_gradients
    for name, kills in (("whole", ()), ("killed", (5, 20, 21))):
        left, steps = list(kills), []

        def forget(self, left=left, steps=steps):
            end(self)
            steps.append(0)
            if left and len(steps) == left[0]:
                left.pop(0)
                raise KeyboardInterrupt

        monkeypatch.setattr(Optimizer, "forget_gradients", forget)
        while True:
            network = make_network()
            parts, features = kept(network, collection, viewed)
            torch.manual_seed(len(left))
            try:
                fit(parts.head, features, classify, viewed, folder=tmp_path / name, manner=often)
                break
            except KeyboardInterrupt:
                continue
        assert not left
    for name in (NAME, BEST, LAST):
        found, expected = (load_file(tmp_path / run / name) for run in ("killed", "whole"))
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[key], expected[key]) for key in found)


def test_rows_are_what_the_body_gives_for_each_view(collection, viewed):
    network = make_network()
    parts, features = kept(network, collection, viewed)
    learner = Learner(network, collection, classify, replace(viewed, batch=50))
    rows = features.splits["train"].images
    assert rows.values.shape[:2] == (3, 50)
    for epoch in range(4):
        batch, (_, index) = learner.batches.at(epoch), learner.batches._index(epoch)
        with torch.no_grad():
            expected = parts.body(learner.prepare(batch.images))
        found = rows.at(epoch % 3, torch.from_numpy(index))
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    for name in ("val", "test"):
        rows, split = features.splits[name].images, collection.splits[name]
        with torch.no_grad():
            expected = parts.body(learner.prepare(split.images))
        assert rows.values.shape[0] == 1
        torch.testing.assert_close(rows[:], expected, rtol=1e-5, atol=1e-5)
        assert features.splits[name].labels is split.labels


def test_the_body_is_asked_once(collection, viewed):
    asked = []
    network = make_network()
    _, features = kept(network, collection, viewed)
    for _ in range(2):
        parts = part(network, collection.size)
        parts.body.register_forward_hook(lambda _, inputs, __: asked.append(len(inputs[0])))
        again = featured(parts, collection, viewed, say=print)
        assert max(asked) == 1  # to learn how long a row is
        assert again.digest == features.digest
        for name, split in features.splits.items():
            assert torch.equal(again.splits[name].images.values, split.images.values)


def changed_pixel(collection):
    train = collection.splits["train"]
    images = train.images.clone()
    images[7, 0, 3, 3] ^= 1
    splits = {**collection.splits, "train": replace(train, images=images)}
    return replace(collection, splits=splits)


def test_the_digest_follows_from_images_weights_and_views(collection, viewed):
    def digest(images=collection, weight=0.0, **changes):
        network = make_network()
        with torch.no_grad():
            network[0].bias[0] += weight
        return kept(network, images, replace(viewed, **changes))[1].digest

    digests = [
        digest(),
        digest(changed_pixel(collection)),
        digest(weight=1e-6),
        digest(seed=1),
        digest(rotate=16.0),
        digest(views=2),
        digest(precision="bfloat16"),
        digest(threads=2),
    ]
    assert len(set(digests)) == len(digests)
    assert digest(lr=0.5, epochs=9, batch=20) == digests[0]  # what is trained on them is open
    assert digest(views=1, seed=3) == digest(views=1, rotate=0.0)  # no view is changed


@pytest.mark.parametrize(
    ("changes", "message", "remedy"),
    [
        ({"views": 0}, "views = 0 makes new views in every epoch", "--views 1"),
        ({"mixup": 0.5}, "mixup = 0.5 mixes images", "--mixup 0"),
        ({"cutmix": 0.25}, "cutmix = 0.25 mixes images", "--no-cache"),
    ],
)
def test_what_cannot_be_computed_beforehand_is_refused(
    collection, viewed, changes, message, remedy
):
    with pytest.raises(OptionError, match=message) as refused:
        kept(make_network(), collection, replace(viewed, **changes))
    assert any(remedy in line for line in refused.value.help)


def test_strong_augmentation_of_counted_views_does_not_mix(collection):
    asked = Recipe(augment="strong", views=4, epochs=9, device="cpu", threads=1)
    recipe = settle_whole(asked, collection, make_network())
    assert (recipe.mixup, recipe.cutmix, recipe.erase) == (0.0, 0.0, 0.25)
    kept(make_network(), collection, recipe)


def test_a_recipe_is_chosen_for_features_too(collection):
    asked = Recipe(views=2, device="cpu", threads=1)
    recipe = settle_whole(asked, collection, make_network())
    assert recipe.open == ()
    parts, features = kept(make_network(), collection, recipe)
    chosen, _ = choose(recipe, features, parts.head, classify)
    assert chosen == recipe


def test_a_single_view_is_the_image_itself(collection, viewed):
    parts, features = kept(make_network(), collection, replace(viewed, views=1))
    prepare = preparation(collection, viewed)
    with torch.no_grad():
        expected = parts.body(prepare(collection.splits["train"].images))
    rows = features.splits["train"].images
    torch.testing.assert_close(rows[:], expected, rtol=1e-5, atol=1e-5)


def test_long_work_is_told(collection, viewed, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    said, parts = [], part(make_network(), collection.size)
    console = Console(file=StringIO())
    featured(parts, collection, viewed, say=said.append, console=console)
    assert said == [f"the frozen layers: 8 of 190, about {said[0].split()[-3]} s more"]
    assert console.file.getvalue() == ""


def test_a_terminal_shows_a_bar(collection, viewed, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    console = Console(file=StringIO(), width=80, force_terminal=True)
    said, parts = [], part(make_network(), collection.size)
    featured(parts, collection, viewed, say=said.append, console=console)
    assert said == []
    assert "/190" in console.file.getvalue()


def test_interrupted_work_is_begun_again(collection, viewed, tmp_path):
    network = make_network()
    asked = []

    def interrupt(*_):
        asked.append(0)
        if len(asked) == 5:
            raise KeyboardInterrupt

    parts = part(network, collection.size)
    parts.body.register_forward_hook(interrupt)
    with pytest.raises(KeyboardInterrupt):
        featured(parts, collection, viewed, say=print)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.suffix != ".lock"][1:]
    rows = kept(network, collection, viewed)[1].splits["train"].images.values
    assert rows.abs().sum(2).all()


def test_one_class_more_is_another_head(collection, viewed):
    """The features of a collection do not follow from its classes."""
    more = Collection("more", "more", (*collection.classes, "dog"), collection.splits)
    one, other = (kept(make_network(), images, viewed)[1] for images in (collection, more))
    for name in ("train", "val"):
        pair = (images.splits[name].images.content for images in (one, other))
        assert torch.equal(*pair)


@pytest.mark.parametrize("changes", [{}, {"epochs": 3, "batch": 8}, {"time": 60.0}])
def test_what_is_computed_once_is_not_timed(collection, monkeypatch, changes):
    """Which way is fastest would differ from run to run, and with it what is kept."""
    images = []
    forward = nn.Conv2d.forward
    monkeypatch.setattr(
        nn.Conv2d, "forward", lambda self, x: (images.append(len(x)), forward(self, x))[1]
    )
    network = make_network()
    asked = Recipe(views=2, device="cpu", threads=1, **changes)
    recipe, sentence = choose(asked, collection, network, classify)
    assert sum(images) < 50
    assert (recipe.open, recipe.precision, recipe.layout) == ((), "float32", "channels_last")
    assert "2 views of each image, shown in turn" in sentence
    assert parts_for(network, collection, recipe, classify) is not None
    rows = kept(network, collection, recipe)[1]
    assert (
        choose(recipe, rows, parts_for(network, collection, recipe, classify).head, classify)[0]
        == recipe
    )


def test_what_is_not_computed_once_is_trained_as_a_whole(network, collection, recipe):
    frozen = make_network()
    assert (
        parts_for(network, collection, replace(recipe, views=1), classify) is None
    )  # nothing is frozen
    assert parts_for(frozen, collection, replace(recipe, views=1, cache=False), classify) is None
    assert parts_for(frozen, collection, recipe, classify) is None  # its views are not counted
    with pytest.raises(OptionError, match="mixup"):
        parts_for(frozen, collection, replace(recipe, views=1, mixup=0.5), classify)
