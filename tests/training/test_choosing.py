"""What is left open is settled once, without a trace in the network or in the random state."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from striate.errors import OptionError, ShapeError
from striate.tasks import classify
from striate.training import Recipe, choose, choosing, timing
from striate.training.learner import Learner


def test_choosing_leaves_nothing_open_and_no_trace(network, collection):
    before = {key: value.clone() for key, value in network.state_dict().items()}
    random = torch.get_rng_state()
    recipe, sentence = choose(Recipe(), collection, network, classify)
    assert recipe.open == ()
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())
    for value in (recipe.precision, recipe.layout, f"{recipe.epochs} epochs", recipe.device):
        assert value in sentence


def test_what_is_asked_for_is_kept(network, collection, recipe):
    assert choose(recipe, collection, network, classify)[0] == recipe
    asked = Recipe(epochs=2, batch=5, lr=0.5, weight_decay=0.0, flip=False, shift=0, threads=1)
    recipe, _ = choose(asked, collection, network, classify)
    kept = ("epochs", "batch", "lr", "weight_decay", "flip", "shift", "threads")
    assert [getattr(recipe, name) for name in kept] == [getattr(asked, name) for name in kept]


@pytest.mark.parametrize("winner", [("float32", "channels_last"), ("bfloat16", "contiguous")])
def test_the_fastest_way_is_taken_and_said(network, collection, recipe, winner, monkeypatch):
    def seconds(learner, _):
        way = (learner.recipe.precision, learner.recipe.layout)
        return 0.001 if way == winner else 0.002

    monkeypatch.setattr(choosing, "has_bfloat16", lambda _: True)
    monkeypatch.setattr(timing, "seconds_of_a_step", seconds)
    asked = replace(recipe, precision="auto", layout="auto")
    chosen, sentence = choose(asked, collection, network, classify)
    assert (chosen.precision, chosen.layout) == winner
    assert "1.0 ms a step; " in sentence


def test_bfloat16_is_not_tried_where_the_device_has_none(network, collection, recipe, monkeypatch):
    monkeypatch.setattr(choosing, "has_bfloat16", lambda _: False)
    asked = replace(recipe, precision="auto", layout="auto")
    _, sentence = choose(asked, collection, network, classify)
    assert "bfloat16" not in sentence


def test_a_way_without_a_kernel_is_not_taken(network, collection, recipe, monkeypatch):
    step = Learner.step

    def failing(self, number):
        if self.recipe.precision == "bfloat16":
            raise RuntimeError("not implemented for 'BFloat16'")
        return step(self, number)

    monkeypatch.setattr(choosing, "has_bfloat16", lambda _: True)
    monkeypatch.setattr(Learner, "step", failing)
    chosen, _ = choose(replace(recipe, precision="auto"), collection, network, classify)
    assert chosen.precision == "float32"


def test_a_network_that_does_not_fit_the_classes_is_refused(collection, recipe):
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 5))
    with pytest.raises(ShapeError, match="gives 5 for each image, and blots has 3 classes"):
        choose(recipe, collection, network, classify)


def test_a_network_that_does_not_fit_the_images_is_refused(collection, recipe):
    network = nn.Sequential(nn.Flatten(), nn.Linear(63, 3))
    with pytest.raises(
        ShapeError, match="cannot learn from images of 1x8x8 in batches of 8: mat1 and mat2"
    ):
        choose(recipe, collection, network, classify)


def test_a_network_with_nothing_to_learn_is_refused(collection, recipe):
    network = nn.Sequential(nn.Flatten(), nn.AdaptiveAvgPool1d(3))
    with pytest.raises(ShapeError, match="nothing to learn"):
        choose(recipe, collection, network, classify)


def test_a_device_that_is_missing_is_named(network, collection, recipe, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match=r"device = cuda, and torch .* finds no cuda here"):
        choose(replace(recipe, device="cuda"), collection, network, classify)


def test_a_shift_larger_than_the_images_is_named(network, collection, recipe):
    with pytest.raises(OptionError, match="8x8 cannot be shifted by 9"):
        choose(replace(recipe, shift=9), collection, network, classify)


def test_the_rate_is_that_of_the_images_that_a_step_can_see(network, collection):
    """A batch of 100,000 out of 50 images: the rate for 100,000 would diverge."""
    images = len(collection.splits["train"])
    for optimizer in ("sgd", "adamw"):
        asked = Recipe(batch=100_000, optimizer=optimizer)
        found = choosing.settle(asked, collection, network)
        assert found.lr == choosing.rate_for(optimizer, images)


def test_a_state_that_is_no_tensor_is_refused(collection, recipe):
    class Keeping(nn.Linear):
        def get_extra_state(self):
            return {"calls": 3}

    model = nn.Sequential(nn.Flatten(), Keeping(64, 3))
    with pytest.raises(ShapeError, match=r"has dict for 1\._extra_state in its state"):
        choose(recipe, collection, model, classify)


def test_a_parameter_without_numbers_does_no_harm(train, collection, recipe, tmp_path):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    model.register_parameter("none", nn.Parameter(torch.zeros(0)))
    choose(recipe, collection, model, classify)
    learner = Learner(model, collection, classify, recipe)
    assert learner.largest_weight() > 0
