"""Training that is stopped anywhere and goes on ends with the bits of training never stopped.

The network has dropout and running statistics, and the images are moved and mirrored. A stop is
an exception in the middle of a step, when the weights have moved already; processes are really
killed in tests/runs/test_killed.py.
"""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from striate.training import learner
from striate.training.checkpoint import NAME
from striate.training.journal import read_journal
from striate.training.loop import BEST, LAST
from striate.training.optimizer import Optimizer
from striate.training.results import NAME as RESULTS
from striate.training.results import read_results

EVERY_STEP, EVERY_EPOCH, NEVER = {"save": 0}, {"settle": 0}, {"settle": 1e9}
STEPS = 21


class Killed(Exception):
    """The process is gone."""


@pytest.fixture
def kill_at(monkeypatch):
    """Stop the process in the middle of the steps of these numbers, once each."""

    def plan(*steps):
        left = list(steps)
        original = Optimizer.forget_gradients

        def killed(self):
            original(self)
            if left and current[-1] == left[0]:
                left.pop(0)
                raise Killed

        step = learner.Learner.step

        def counted(self, number):
            current.append(number)
            return step(self, number)

        current = []
        monkeypatch.setattr(learner.Learner, "step", counted)
        monkeypatch.setattr(Optimizer, "forget_gradients", killed)

    return plan


@pytest.fixture
def train_through(train):
    """Train again and again in the same folder, each time from another random state."""

    def run(recipe, folder, kills, often):
        for kill in range(kills):
            torch.manual_seed(100 + kill)
            with pytest.raises(Killed):
                train(recipe, folder, **often)
        torch.manual_seed(99)
        return train(recipe, folder, **often)

    return run


def assert_same(folder, other):
    """All tensors (weights, buffers, momentum, counts) and all rows but their seconds are equal."""
    for name in (NAME, BEST, LAST):
        found, expected = load_file(folder / name), load_file(other / name)
        assert found.keys() == expected.keys()
        different = [key for key in found if not torch.equal(found[key], expected[key])]
        assert not different, name
    rows, expected = read_results(folder), read_results(other)
    assert [row | {"seconds": 0} for row in rows] == [row | {"seconds": 0} for row in expected]
    assert (folder / RESULTS).read_text().count("\n") == 4


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("often", [EVERY_STEP, EVERY_EPOCH, NEVER], ids=["step", "epoch", "never"])
def test_stopped_three_times(train, train_through, kill_at, recipe, tmp_path, optimizer, often):
    recipe = replace(recipe, optimizer=optimizer)
    train(recipe, tmp_path / "whole")
    kill_at(4, 13, 20)
    train_through(recipe, tmp_path / "stopped", 3, often)
    assert_same(tmp_path / "stopped", tmp_path / "whole")


@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
def test_stopped_in_bfloat16(train, train_through, kill_at, recipe, tmp_path, layout):
    recipe = replace(recipe, precision="bfloat16", layout=layout, threads=2)
    train(recipe, tmp_path / "whole")
    kill_at(9)
    train_through(recipe, tmp_path / "stopped", 1, EVERY_STEP)
    assert_same(tmp_path / "stopped", tmp_path / "whole")


WITH = {
    "mean": {"ema": 0.9},
    "clip": {"clip": 0.5},
    "parts": {"accumulate": 2},
    "weights": {"balance": "weights"},
    "sampling": {"balance": "sampling"},
    "mixing": {"mixup": 0.4, "cutmix": 0.4, "accumulate": 2},
    "mixing ahead": {"mixup": 0.4, "cutmix": 0.4, "augment": "strong", "workers": 2},
    "strong": {"augment": "strong", "crop": 0.5, "erase": 0.5, "mixup": 0.3, "jitter": 0.2},
    "all": {"ema": 0.99, "clip": 0.1, "accumulate": 3, "balance": "sampling", "patience": 9},
}


@pytest.mark.parametrize("options", WITH.values(), ids=WITH.keys())
def test_stopped_with(train, train_through, kill_at, recipe, tmp_path, options):
    train(plain := recipe, tmp_path / "plain")
    recipe = replace(recipe, **options)
    train(recipe, tmp_path / "whole")
    kill_at(4, 13)
    train_through(recipe, tmp_path / "stopped", 2, EVERY_STEP)
    assert_same(tmp_path / "stopped", tmp_path / "whole")
    found, other = load_file(tmp_path / "whole" / LAST), load_file(tmp_path / "plain" / LAST)
    assert not torch.equal(found["8.weight"], other["8.weight"]), f"{options} is as {plain}"


def test_stopped_at_every_step(train, train_through, kill_at, recipe, tmp_path):
    train(recipe, tmp_path / "whole")
    kill_at(*range(STEPS))
    train_through(recipe, tmp_path / "stopped", STEPS, EVERY_STEP)
    assert_same(tmp_path / "stopped", tmp_path / "whole")


def test_stopped_while_files_are_written(train, train_through, kill_at, recipe, tmp_path):
    train(recipe, tmp_path / "whole")
    kill_at(16)
    stopped = tmp_path / "stopped"
    with pytest.raises(Killed):
        train(recipe, stopped, **EVERY_STEP)
    whole = (stopped / NAME).read_bytes()
    for name in (NAME, "recipe.toml"):
        (stopped / f"{name}.part").write_bytes(whole[: len(whole) // 2])
    with (stopped / "journal.jsonl").open("a") as journal:
        journal.write('{"time": "2026')
    train_through(recipe, stopped, 0, EVERY_STEP)
    assert_same(stopped, tmp_path / "whole")
    assert not list(stopped.rglob("*.part"))
    assert read_journal(stopped)[-1]["event"] == "trained"


def test_another_seed_gives_other_weights(train, recipe, tmp_path):
    train(recipe, tmp_path / "one")
    train(replace(recipe, seed=1), tmp_path / "other")
    with pytest.raises(AssertionError):
        assert_same(tmp_path / "other", tmp_path / "one")
