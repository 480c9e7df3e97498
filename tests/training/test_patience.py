"""Patience ends training after so many epochs without a better one, wherever it was stopped."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from striate.training import learner
from striate.training.journal import read_journal
from striate.training.results import since_best
from striate.training.schedule import rate

VALUES = (0.5, 0.6, 0.6, 0.55, 0.6, 0.7, 0.7, 0.7)


@pytest.fixture
def planned(monkeypatch):
    """The accuracies that `val` will be said to have, epoch by epoch."""

    def plan(values):
        validate = learner.Learner.validate
        left = iter(values)
        told = lambda self: validate(self) | {"accuracy": next(left)}  # noqa: E731
        monkeypatch.setattr(learner.Learner, "validate", told)

    return plan


@pytest.mark.parametrize(("patience", "epochs"), [(0, 8), (1, 3), (2, 4), (3, 5), (4, 8)])
def test_it_ends_after_so_many_epochs_without_a_better(
    train, recipe, tmp_path, planned, patience, epochs
):
    planned(VALUES)
    rows, _ = train(replace(recipe, epochs=8, patience=patience), tmp_path)
    assert len(rows) == epochs
    events = [entry["event"] for entry in read_journal(tmp_path)]
    assert ("ended early" in events) == (epochs < 8)
    assert rows[1]["rate"] == rate(
        13, 56, replace(recipe, epochs=8)
    )  # the schedule is that of all epochs


def test_gone_on_with_it_ends_in_the_same_epoch(train, recipe, tmp_path, planned):
    recipe = replace(recipe, epochs=8, patience=3)
    planned(VALUES)
    assert len(train(recipe, tmp_path)[0]) == 5
    planned([])  # nothing more may be validated
    assert len(train(recipe, tmp_path)[0]) == 5


@given(values=some.lists(some.sampled_from([0.1, 0.2, 0.3]), min_size=1, max_size=9))
def test_since_best_counts_from_the_first_that_was_highest(values):
    rows = [{"val_accuracy": value} for value in values]
    best, since = -1.0, 0
    for value in values:
        best, since = (value, 0) if value > best else (best, since + 1)
    assert since_best(rows, "accuracy") == since
