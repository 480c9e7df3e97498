"""Weights that lie place-major are saved, brought back and trained on like all others."""

from dataclasses import replace

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file

import striate
from striate.ops.tiling import placed
from striate.tasks import classify
from striate.training import Manner, fit
from striate.training.loop import LAST
from striate.training.optimizer import Optimizer

KINDS = ["UNSHARED 4 3x3", "TILED 4 3x3 tiles=2"]


class Killed(Exception):
    """The process is gone."""


@pytest.fixture
def new(collection):
    """A fresh network with a layer of this kind, called `own`."""

    def made(kind):
        torch.manual_seed(1)
        text = f"CONV 3 3x3 -> RELU -> own: {kind} -> RELU -> DROPOUT 0.2 -> FC"
        return striate.build(text, input=collection.size, classes=len(collection.classes))

    return made


@pytest.fixture
def train(collection, recipe):
    """Train a network in a folder, saving after every step."""

    def run(model, folder, optimizer="adamw"):
        manner = Manner(save=0, console=Console(quiet=True))
        chosen = replace(recipe, optimizer=optimizer)
        fit(model, collection, classify, chosen, folder=folder, manner=manner)

    return run


@pytest.fixture
def kill(monkeypatch):
    """Have the process stop, once, in the middle of a step, when the weights have moved."""
    forget = Optimizer.forget_gradients

    def planned(step):
        left = iter(range(step, -1, -1))

        def killed(optimizer):
            forget(optimizer)
            if next(left, None) == 0:
                raise Killed

        monkeypatch.setattr(Optimizer, "forget_gradients", killed)

    return planned


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("kind", KINDS)
def test_stopped_in_a_step_it_ends_with_the_same_bits(new, train, kill, tmp_path, kind, optimizer):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train(new(kind), whole, optimizer)
    kill(9)
    with pytest.raises(Killed):
        train(new(kind), stopped, optimizer)
    train(new(kind), stopped, optimizer)
    found, expected = load_file(stopped / LAST), load_file(whole / LAST)
    assert found.keys() == expected.keys()
    assert not [key for key in expected if not torch.equal(found[key], expected[key])]


@pytest.mark.parametrize("kind", KINDS)
def test_on_disk_it_has_its_logical_order_and_in_memory_its_own(new, train, tmp_path, kind):
    model, other = new(kind), new(kind)
    train(model, tmp_path)
    saved = load_file(tmp_path / LAST)
    other.load_state_dict(saved)
    assert saved["own.weight"].is_contiguous()
    assert saved["own.weight"].tolist() == model.own.weight.tolist()
    assert torch.equal(other.own.weight, model.own.weight)
    for weight in (model.own.weight, other.own.weight):
        assert placed(weight).data_ptr() == weight.data_ptr()
