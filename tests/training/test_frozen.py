"""Frozen layers while the rest is trained: nothing of them moves, and nothing is kept for them."""

from dataclasses import replace

import pytest
import torch
from rich.console import Console
from torch import nn

from striate.tasks import classify
from striate.training import Manner, fit
from striate.training.evaluating import still
from striate.training.learner import Learner
from striate.training.timing import time_steps
from striate.transfer.freezing import freeze

WAYS = [
    {},
    {"ema": 0.9, "clip": 0.1, "optimizer": "sgd"},
    {"accumulate": 3, "layer_decay": 0.5},
    {"precision": "bfloat16", "layout": "channels_last"},
]


@pytest.fixture
def frozen(network):
    """Convolution and norm are frozen; dropout lies behind them."""
    freeze(network, ["0", "1"])
    return network


@pytest.mark.parametrize("way", WAYS)
def test_frozen_weights_and_statistics_stay(frozen, collection, recipe, tmp_path, way):
    before = {key: value.clone() for key, value in frozen.state_dict().items()}
    quiet = Manner(console=Console(quiet=True), save=0)
    recipe = replace(recipe, **way)
    rows = fit(frozen, collection, classify, recipe, folder=tmp_path, manner=quiet)
    moved = {
        key for key, value in frozen.state_dict().items() if not torch.equal(value, before[key])
    }
    assert moved == {"6.weight", "6.bias", "8.weight", "8.bias"}
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_only_frozen_layers_are_held_still(frozen, collection, recipe):
    learner = Learner(frozen, collection, classify, recipe)
    held = [place for place, module in enumerate(frozen) if not module.training]
    assert held == [0, 1]
    assert {name.partition("/")[0] for name in learner.optimizer.memory} == {
        *("6.weight", "6.bias", "8.weight", "8.bias")
    }
    with still(frozen):
        assert not any(module.training for module in frozen.modules())
    assert [place for place, module in enumerate(frozen) if not module.training] == [0, 1]


def test_copies_that_are_timed_leave_the_modes_alone(frozen, collection, recipe):
    modes = [module.training for module in frozen.modules()]
    time_steps({("float32", "contiguous"): recipe}, collection, frozen, classify)
    assert [module.training for module in frozen.modules()] == modes
    assert all(value.grad is None for value in frozen.parameters())


def test_a_network_without_frozen_layers_is_not_followed(collection, recipe):
    """Following would call it; a network may count its calls."""

    class Counting(nn.Linear):
        def forward(self, x):
            calls.append(len(x))
            return super().forward(x)

    calls = []
    Learner(nn.Sequential(nn.Flatten(), Counting(64, 3)), collection, classify, recipe)
    assert calls == []
