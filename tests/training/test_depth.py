"""Rates by depth: which layers count, and steps against torch.optim with groups by hand."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch import nn

from striate.training.depth import behind, shares
from striate.training.optimizer import Optimizer


class Block(nn.Module):
    """A layer of two convolutions and norms, and one beside them, as residual networks have it."""

    def __init__(self, channels):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x):
        return x + self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())) * self.scale


def make_model():
    torch.manual_seed(2)
    stem = (nn.BatchNorm2d(2), nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4))
    return nn.Sequential(*stem, nn.Sequential(Block(4)), nn.Flatten(), nn.Linear(64, 3))


def test_norms_count_with_the_layer_before_them():
    assert behind(make_model()) == {
        **dict.fromkeys(("0.weight", "0.bias"), 4),  # there is no layer before it
        **dict.fromkeys(("1.weight", "1.bias", "2.weight", "2.bias", "3.0.scale"), 3),
        **dict.fromkeys((f"3.0.{name}1.{kind}" for name in ("conv", "bn") for kind in KINDS), 2),
        **dict.fromkeys((f"3.0.{name}2.{kind}" for name in ("conv", "bn") for kind in KINDS), 1),
        **dict.fromkeys(("5.weight", "5.bias"), 0),
    }


KINDS = ("weight", "bias")


def test_frozen_layers_do_not_count():
    model = make_model()
    model[3].requires_grad_(False)
    found = behind(model)
    assert (found["0.weight"], found["2.weight"], found["5.weight"]) == (2, 1, 0)
    model[1].requires_grad_(False)  # its norm is still trained, and so the layer counts
    assert (behind(model)["0.weight"], behind(model)["2.weight"]) == (2, 1)
    model[2].requires_grad_(False)
    assert behind(model)["0.weight"] == 1


def test_weights_that_two_layers_share_count_where_they_stand_first():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3))
    model[2].weight = model[0].weight
    assert behind(model) == {"0.weight": 1, "0.bias": 1, "1.weight": 0, "1.bias": 0, "2.bias": 0}


@given(
    trained=some.lists(some.booleans(), min_size=1, max_size=12),
    decay=some.floats(0.1, 1.0),
)
def test_each_layer_has_a_share_of_the_rate_of_the_one_behind_it(trained, decay):
    model = nn.Sequential(*(nn.Linear(2, 2).requires_grad_(is_so) for is_so in trained))
    found = shares(model, decay)
    rates = [found[f"{place}.weight"] for place, is_so in enumerate(trained) if is_so]
    assert rates[-1:] in ([], [1.0])
    for before, after in pairwise(rates):
        assert before == pytest.approx(decay * after)


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_each_step_is_that_of_torch_with_a_rate_for_each_layer(recipe, kind):
    recipe = replace(recipe, optimizer=kind, lr=0.1, weight_decay=0.5, layer_decay=0.5)
    ours, others = make_model(), make_model()
    for model in (ours, others):
        model[1].requires_grad_(False)
    groups = [
        {"params": [value], "lr": by_hand(name), "weight_decay": 0.5 * (value.ndim > 1)}
        for name, value in others.named_parameters()
        if value.requires_grad
    ]
    options = {"momentum": 0.9, "nesterov": True} if kind == "sgd" else {"betas": (0.9, 0.999)}
    kinds = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}
    theirs = kinds[kind](groups, **options, fused=True)
    optimizer = Optimizer(ours, recipe)
    for number in range(5):
        x = torch.rand(4, 2, 6, 6, generator=torch.Generator().manual_seed(number))
        for model, step in ((ours, lambda: optimizer.step(0.1)), (others, theirs.step)):
            model(x).square().mean().backward()
            step()
            model.zero_grad()
    for name, value in ours.state_dict().items():
        assert torch.equal(value, others.state_dict()[name]), name


def by_hand(name):
    """The rate of a parameter of `make_model`."""
    for start, rate in {"0": 0.1 / 16, "2": 0.1 / 8, "3.0.scale": 0.1 / 8, "5": 0.1}.items():
        if name.startswith(start):
            return rate
    return 0.1 / 4 if name.split(".")[2] in ("conv1", "bn1") else 0.1 / 2


def test_without_a_decay_all_layers_have_one_rate(recipe):
    model = make_model()
    assert set(shares(model, 1.0).values()) == {1.0}
    assert len(Optimizer(model, recipe).groups) == 2
