"""Several seeds: each its own run, one recipe for all, and an interval checked against scipy's."""

import json
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from safetensors.torch import load_file
from scipy import stats

from striate.errors import OptionError
from striate.runs import making
from striate.runs.repeating import RepeatInterrupted, interval_of_mean, repeat
from striate.tasks import classify
from striate.training import Recipe, learner


@given(values=some.lists(some.floats(0, 1), min_size=2, max_size=8).filter(np.std))
def test_the_interval_is_that_of_students_t(values):
    expected = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    np.testing.assert_allclose(interval_of_mean(tuple(values)), expected, rtol=1e-9, atol=1e-12)


@pytest.fixture
def trainer(train, recipe, monkeypatch):
    """Train as `striate.train` does, from fields of a recipe by name, and draw nothing."""
    monkeypatch.setattr(making, "write_pictures", lambda *_, **__: ())

    def run(*, recipe=recipe, **options):
        given.append((recipe, options))
        known = {name: options.pop(name) for name in list(options) if name in recipe.as_dict()}
        return train(recipe=replace(recipe, **known), **options)

    given = run.given = []
    return run


def test_every_seed_has_a_run_and_all_have_one_recipe(trainer, finished, tmp_path):
    found = repeat(trainer, {"seed": 0}, 2)
    assert [run.folder.name for run in found.runs] == ["digits-tiny1", "digits-tiny2"]
    assert [run.recipe.seed for run in found.runs] == [0, 1]
    assert len({replace(run.recipe, seed=0) for run in found.runs}) == 1
    alone, first, second = (
        load_file(run.folder / "weights/last.safetensors") for run in (finished, *found.runs)
    )
    assert all(torch.equal(first[key], value) for key, value in alone.items())
    assert not all(torch.equal(second[key], value) for key, value in alone.items())
    judged = [run.evaluate().as_dict()["accuracy"] for run in found.runs]
    assert list(found.values) == judged
    assert found.interval == interval_of_mean(found.values)
    assert replace(found, values=(0.9, 0.99)).interval[1] == 1.0
    assert found.mean == pytest.approx(np.mean(judged))
    form = json.loads(json.dumps(found.as_dict()))
    assert list(form) == ["measure", "mean", "interval", "runs"]
    assert form["runs"][1] == {
        "run": str(tmp_path / "runs" / "digits-tiny2"),
        "seed": 1,
        "accuracy": judged[1],
    }
    assert f"over 2 seeds: {found.mean:.4f} on average" in str(found)


def test_a_budget_of_time_is_settled_by_the_first(recipe):
    class Made:
        task, report = classify, None

        def __init__(self, chosen):
            self.recipe = chosen

    given = []

    def train(recipe, **options):
        given.append(replace(recipe, **options))
        return Made(replace(given[-1], epochs=7))

    assert repeat(train, {"time": 30.0, "recipe": recipe}, 2).values == ()  # nothing is reported
    assert [(one.time, one.epochs) for one in given] == [(30.0, 2), (0.0, 7)]


def test_one_run_has_no_interval(trainer):
    with pytest.raises(OptionError, match="at least two runs, and repeat = 1"):
        repeat(trainer, {}, 1)
    assert not trainer.given


def test_a_signal_leaves_what_is_done_and_what_can_go_on(trainer, tmp_path, monkeypatch):
    step, taken = learner.Learner.step, []

    def stopping(self, number):
        if type(self) is learner.Learner:
            taken.append(number)
        if len(taken) == 40 + 12 + extra:
            signal.raise_signal(signal.SIGINT)
        return step(self, number)

    extra = 2  # each run tries one step before it begins
    monkeypatch.setattr(learner.Learner, "step", stopping)
    with pytest.raises(RepeatInterrupted) as stopped:
        repeat(trainer, {}, 3)
    first, second = (tmp_path / "runs" / f"digits-tiny{n}" for n in (1, 2))
    said = str(stopped.value).splitlines()
    assert said[0] == f"stopped after step 12; to go on: striate resume {second}"
    assert said[1] == f"finished before it: {first}; seeds not begun: 2"
    assert stopped.value.code == 130
    assert (second / "checkpoint.safetensors").exists()


@pytest.mark.parametrize("times", ["3", 2.5, None, 0])
def test_a_number_of_runs_that_is_none_is_refused(trainer, times):
    with pytest.raises(OptionError, match=f"and repeat = {times}"):
        repeat(trainer, {}, times)
    assert not trainer.given


@pytest.mark.parametrize("seed", ["a", None, 2**63 - 1])
def test_seeds_that_cannot_be_are_refused_before_the_first_run(trainer, seed):
    with pytest.raises(OptionError, match=r"seed = .* cannot be"):
        repeat(trainer, {"seed": seed}, 2)
    assert not trainer.given


def test_a_network_that_is_chosen_is_chosen_once():
    """Its recipe then says epochs and precision, by which another one might be chosen."""
    begun = []

    def seen(*_, **options):
        begun.append(options)
        return Made(options)

    class Made:
        task, report, name = classify, None, "small"

        def __init__(self, options):
            self.recipe = replace(options.get("recipe") or Recipe(), seed=options["seed"])

    repeat(seen, {"network": "auto"}, 3)
    assert [options["network"] for options in begun] == ["auto", "small", "small"]
    begun.clear()
    repeat(seen, {"network": "lenet5"}, 2)
    assert [options["network"] for options in begun] == ["lenet5", "lenet5"]
