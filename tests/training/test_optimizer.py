"""The optimizer is checked against those of `torch.optim`, and its memory against forgetting."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from striate.training.optimizer import Optimizer

KINDS = ["sgd", "adam", "adamw"]


def torchs(model, recipe):
    """The same optimizer, made by torch; no bias decays."""
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1]},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    options = {"lr": recipe.lr, "weight_decay": recipe.weight_decay, "fused": True}
    if recipe.optimizer == "sgd":
        momentum = {"momentum": recipe.momentum, "nesterov": recipe.nesterov}
        return torch.optim.SGD(groups, **options, **momentum)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe.optimizer]
    return kind(groups, **options, betas=(recipe.momentum, 0.999))


def make_model(layout=torch.contiguous_format):
    torch.manual_seed(3)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 2))
    return model.to(memory_format=layout)


def learn(model, steps, step):
    """Give the model gradients of random images and let it follow them."""
    for number in steps:
        x = torch.rand(4, 3, 6, 6, generator=torch.Generator().manual_seed(number))
        model(x).square().mean().backward()
        step()
        model.zero_grad()


def assert_equal(one, other):
    for name, value in one.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name


@pytest.mark.parametrize("kind", [*KINDS, "plain sgd"])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_each_step_is_that_of_torch(recipe, kind, layout):
    recipe = replace(recipe, optimizer=kind.split()[-1], lr=0.1, weight_decay=0.5)
    if kind == "plain sgd":
        recipe = replace(recipe, momentum=0.0, nesterov=False)
    ours, others = make_model(layout), make_model(layout)
    optimizer = Optimizer(ours, recipe)
    learn(ours, range(5), lambda: optimizer.step(0.1))
    learn(others, range(5), torchs(others, recipe).step)
    assert_equal(ours, others)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_memory_that_is_given_back_is_whole(recipe, kind, layout):
    recipe = replace(recipe, optimizer=kind)
    whole, parted = make_model(layout), make_model(layout)
    optimizer, first = Optimizer(whole, recipe), Optimizer(parted, recipe)
    learn(whole, range(6), lambda: optimizer.step(0.1))
    learn(parted, range(3), lambda: first.step(0.1))
    kept = {name: value.contiguous().clone() for name, value in first.memory.items()}
    second = Optimizer(parted, recipe)
    second.remember(kept)
    learn(parted, range(3, 6), lambda: second.step(0.1))
    assert_equal(parted, whole)


def test_weights_decay_and_biases_and_norms_do_not(recipe):
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2))
    for parameter in model.parameters():
        nn.init.ones_(parameter)
        parameter.grad = torch.zeros_like(parameter)
    Optimizer(model, replace(recipe, weight_decay=0.5)).step(0.1)
    shrunk = {name for name, value in model.named_parameters() if (value < 1).all()}
    assert shrunk == {"0.weight", "2.weight"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_frozen_or_has_no_gradient_stays(network, recipe, kind):
    network[0].requires_grad_(False)
    before = {name: value.clone() for name, value in network.named_parameters()}
    optimizer = Optimizer(network, replace(recipe, optimizer=kind))
    network(torch.rand(4, 1, 8, 8)).sum().backward()
    network[8].weight.grad = None
    optimizer.step(0.1)
    stayed = [
        name for name, value in network.named_parameters() if torch.equal(value, before[name])
    ]
    assert stayed == ["0.weight", "0.bias", "8.weight"]
    assert not any(name.startswith("0.") for name in optimizer.memory)
    optimizer.forget_gradients()
    assert all(parameter.grad is None for parameter in network.parameters())


def test_all_gradients_together_are_no_longer_than_clip(recipe):
    recipe = replace(recipe, optimizer="sgd", clip=0.01)
    ours, others = make_model(), make_model()
    optimizer, other = Optimizer(ours, recipe), torchs(others, recipe)
    lengths = []

    def step():
        gradients = [value.grad for value in others.parameters()]
        length = torch.stack([value.square().sum() for value in gradients]).sum().sqrt()
        for value in gradients:
            value.mul_(min(1.0, 0.01 / length.item()))
        lengths.append(length.item())
        other.step()

    learn(ours, range(5), lambda: optimizer.step(recipe.lr))
    learn(others, range(5), step)
    assert min(lengths) > 0.02
    for name, value in ours.state_dict().items():
        torch.testing.assert_close(value, others.state_dict()[name], rtol=1e-3, atol=1e-6)


def test_gradients_shorter_than_clip_are_left_alone(recipe):
    ours, others = make_model(), make_model()
    clipped, plain = Optimizer(ours, replace(recipe, clip=1e6)), Optimizer(others, recipe)
    learn(ours, range(3), lambda: clipped.step(0.1))
    learn(others, range(3), lambda: plain.step(0.1))
    assert_equal(ours, others)
