"""The range test: rates against NumPy, the suggestion against a loss whose best rate is known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from striate.errors import OptionError
from striate.tasks import classify
from striate.training import rates
from striate.training.rates import HIGHEST, LOWEST, Rates, find_rates, geometric, has_diverged


def test_rates_grow_by_the_same_factor():
    np.testing.assert_allclose(geometric(100), np.geomspace(LOWEST, HIGHEST, 100))


def test_the_network_and_chance_are_as_before(network, collection, recipe):
    before = {key: value.clone() for key, value in network.state_dict().items()}
    random = torch.get_rng_state()
    found = find_rates(recipe, collection, network, classify, steps=30)
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())
    again = find_rates(recipe, collection, network, classify, steps=30)
    assert found == again


def test_every_step_is_taken_at_its_rate(network, collection, recipe, monkeypatch):
    taken = []
    step = rates._Rising.rate

    def noted(self, number):
        taken.append(step(self, number))
        return taken[-1]

    monkeypatch.setattr(rates._Rising, "rate", noted)
    found = find_rates(recipe, collection, network, classify, steps=40)
    assert tuple(taken[: len(found.rates)]) == found.rates


def test_what_is_suggested_trains_and_ten_times_the_lowest_does_not(
    network, collection, recipe, train, tmp_path
):
    found = find_rates(replace(recipe, optimizer="sgd"), collection, network, classify)
    assert len(found.rates) < 100 or found.smoothed[-1] > min(found.smoothed)
    assert found.suggested == pytest.approx(found.lowest / 10, rel=0.06)
    sgd = replace(recipe, optimizer="sgd", epochs=12)
    good, _ = train(replace(sgd, lr=found.suggested), tmp_path / "good")
    low, _ = train(replace(sgd, lr=found.suggested / 1000), tmp_path / "low")
    assert good[-1]["loss"] < 0.8 * low[-1]["loss"]


def test_it_ends_where_the_loss_runs_away():
    assert not has_diverged([2.0] * 10)
    assert not has_diverged([2.0, 1.0, 1.2])
    assert has_diverged([2.0, 1.0, float("nan")])
    assert has_diverged([1.0, 1.0, 30.0])


def test_losses_that_are_no_numbers_are_left_out(collection, recipe):
    class Breaking(nn.Linear):
        def forward(self, x):
            calls.append(1)
            return super().forward(x) * (float("nan") if len(calls) > 12 else 1)

    calls = []
    model = nn.Sequential(nn.Flatten(), Breaking(64, 3))
    found = find_rates(recipe, collection, model, classify, steps=30)
    assert len(found.rates) == len(found.losses) == len(found.smoothed) == 12
    with pytest.raises(OptionError, match="not finite at a learning rate of 1e-05"):
        find_rates(recipe, collection, model, classify, steps=30)


def test_too_few_steps_are_refused(network, collection, recipe):
    with pytest.raises(OptionError, match="cannot be found in 9 steps"):
        find_rates(recipe, collection, network, classify, steps=9)


def test_the_suggestion_has_two_digits():
    assert Rates((0.0123, 0.1234), (2.0, 1.0), (2.0, 1.0)).suggested == 0.012
