"""The mean of the weights is checked against a loop over what each step left behind."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from striate.tasks import classify
from striate.training import averaging, evaluating
from striate.training.averaging import Mean, kept
from striate.training.batches import Preparation
from striate.training.checkpoint import NAME
from striate.training.learner import Learner
from striate.training.loop import BEST, LAST


@pytest.fixture
def recipe(recipe):
    return replace(recipe, ema=0.8)


def test_the_mean_is_that_of_every_step(network, collection, recipe):
    learner = Learner(network, collection, classify, replace(recipe, epochs=9))
    names = [name for name, _ in network.named_parameters()]
    expected = {name: network.get_parameter(name).detach().double() for name in names}
    for step in range(60):
        learner.step(step)
        share = min(0.8, (2 + step) / (11 + step))
        for name in names:
            weight = network.get_parameter(name).detach().double()
            expected[name] = share * expected[name] + (1 - share) * weight
    assert learner.mean.memory.keys() == set(names)
    for name, value in learner.mean.memory.items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value.double(), expected[name], rtol=1e-5, atol=1e-6)


def test_a_constant_is_its_own_mean():
    model = torch.nn.Linear(3, 2)
    mean = Mean(model, ema=0.99)
    for step in range(1, 50):
        mean.follow(step)
    torch.testing.assert_close(mean.memory["weight"], model.weight.detach())


def test_the_share_rises_to_ema():
    shares = [kept(steps, 0.95) for steps in range(1, 400)]
    assert shares == sorted(shares)
    assert shares[-1] == 0.95


def test_what_is_kept_of_training_is_the_mean(train, collection, recipe, tmp_path):
    rows, model = train(recipe, tmp_path)
    checkpoint, last, best = (load_file(tmp_path / name) for name in (NAME, LAST, BEST))
    for name, value in model.named_parameters():
        assert torch.equal(last[name], checkpoint[f"mean/{name}"])
        assert torch.equal(last[name], value)
        assert not torch.equal(last[name], checkpoint[f"network/{name}"])
    assert torch.equal(last["1.running_mean"], checkpoint["network/1.running_mean"])
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    val = collection.splits["val"]
    found = evaluating.evaluate(model, val, classify, recipe, prepare)
    assert found["loss"] == rows[-1]["val_loss"]
    model.load_state_dict(best)
    found = evaluating.evaluate(model, val, classify, recipe, prepare)
    assert found["loss"] in [row["val_loss"] for row in rows]


def test_training_itself_does_not_see_the_mean(train, recipe, tmp_path):
    train(recipe, tmp_path / "mean")
    train(replace(recipe, ema=0.0), tmp_path / "plain")
    found, expected = (load_file(tmp_path / name / NAME) for name in ("mean", "plain"))
    assert all(torch.equal(found[key], value) for key, value in expected.items())
    assert found.keys() - expected.keys() == {
        f"mean/{key.removeprefix('network/')}"
        for key in expected
        if key.startswith("network/") and key.rpartition(".")[2] in ("weight", "bias")
    }


def test_tied_weights_have_one_mean_and_both_names():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    model[1].weight = model[0].weight
    mean = averaging.Mean(model, 0.9)
    mean.memory["0.weight"].fill_(7.0)
    before = model[0].weight.detach().clone()
    with mean.shown():
        assert (model.state_dict()["1.weight"] == 7).all()
    assert torch.equal(model[0].weight, before)
