"""A budget of time is arithmetic on what was measured; no test here looks at a clock."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from striate.errors import OptionError
from striate.tasks import classify
from striate.training import Recipe, budget, choose, choosing
from striate.training.budget import MOST, SHARE, Pace, fit_epochs, measure_pace, told
from striate.training.learner import Learner

TIMES = some.floats(0.001, 1000)


@given(epoch=TIMES, closing=TIMES, seconds=TIMES)
def test_as_many_epochs_as_fit_and_no_more(epoch, closing, seconds):
    pace = Pace(epoch, closing)
    epochs = pace.epochs(seconds)
    if epochs:
        assert epochs * epoch + closing <= SHARE * seconds * (1 + 1e-12)
    if epochs < MOST:
        assert (epochs + 1) * epoch + closing > SHARE * seconds * (1 - 1e-12)


@given(epoch=TIMES, closing=TIMES)
def test_one_epoch_fits_into_the_shortest(epoch, closing):
    pace = Pace(epoch, closing)
    assert pace.epochs(pace.shortest * (1 + 1e-9)) >= 1
    assert pace.epochs(pace.shortest * 0.999) == 0


def test_time_that_is_spent_is_gone():
    recipe, pace = Recipe(time=100), Pace(epoch=3.0, closing=6.0)
    assert fit_epochs(recipe, pace, spent=0).epochs == 28
    assert fit_epochs(recipe, pace, spent=40).epochs == 16


def test_epochs_that_are_asked_for_are_the_most():
    recipe, pace = Recipe(time=100, epochs=5), Pace(epoch=3.0, closing=6.0)
    assert fit_epochs(recipe, pace, spent=0).epochs == 5
    assert fit_epochs(replace(recipe, epochs=50), pace, spent=0).epochs == 28


def test_a_time_too_short_for_an_epoch_is_refused_with_the_shortest():
    pace = Pace(epoch=95.0, closing=4.0)
    with pytest.raises(OptionError, match="an epoch takes about 95 s here") as refused:
        fit_epochs(Recipe(time=20), pace, spent=3)
    assert refused.value.help[0] == "the shortest is time = 113 (--time 113s)"
    assert fit_epochs(Recipe(time=113), pace, spent=3).epochs == 1


def test_steps_validation_and_judging_are_all_counted(network, collection, recipe, monkeypatch):
    learner = Learner(network, collection, classify, recipe)
    monkeypatch.setattr(budget, "_seconds_of_a_step", lambda _: 2.0)
    monkeypatch.setattr(budget, "_seconds_of_an_answer", lambda *_: 0.5)
    pace = measure_pace(learner, collection)
    assert pace.epoch == 7 * 2.0 + 20 * 0.5
    assert pace.closing == 20 * 0.5 + budget.CLOSING


def test_what_is_measured_is_positive(network, collection, recipe):
    pace = measure_pace(Learner(network, collection, classify, recipe), collection)
    assert pace.epoch > 0
    assert pace.closing > budget.CLOSING


@pytest.fixture
def paced(monkeypatch):
    """Have a step of a batch of n images take `seconds(n)`, and all else no time."""

    def plan(seconds):
        def measured(learner, _):
            return Pace(seconds(learner.recipe.batch) * learner.batches.steps, 0.0)

        monkeypatch.setattr(budget, "measure_pace", measured)

    return plan


def test_the_epochs_are_fixed_before_the_first_step(network, collection, recipe, paced):
    paced(lambda batch: 1.0)
    asked = replace(recipe, epochs=None, time=700.0)
    chosen, sentence = choose(asked, collection, network, classify)
    assert 85 <= chosen.epochs <= 90  # 630 steps of 7 an epoch, less what choosing took
    assert (chosen.time, chosen.open) == (700.0, ())
    assert "no more epochs than fit into 11.7 min" in sentence


def test_what_follows_from_the_epochs_follows_from_those_that_fit(
    network, collection, recipe, paced
):
    paced(lambda batch: batch / 16)
    asked = Recipe(time=18.0, precision="float32", layout="contiguous", threads=1)
    chosen, _ = choose(asked, collection, network, classify)
    assert chosen.epochs in (3, 4, 5)
    few, _ = choose(replace(asked, time=6.0), collection, network, classify)
    assert (few.epochs, few.augment, chosen.augment) == (1, "none", "light")


def test_a_batch_for_one_epoch_is_taken_only_if_it_fits():
    """One epoch wants half the batch; if that is too slow, the batch stays."""
    settled = Recipe(batch=128, time=10.0)

    def settle(recipe):
        return replace(recipe, batch=recipe.batch or 64)

    def fitted(recipe, most):
        return fit_epochs(replace(recipe, epochs=most), pace[recipe.batch], 0.0)

    asked = Recipe(time=10.0)
    pace = {128: Pace(8.0, 0.0), 64: Pace(8.5, 0.0)}
    assert choosing.within_time(asked, settled, fitted, settle).batch == 64
    pace = {128: Pace(8.0, 0.0), 64: Pace(9.5, 0.0)}
    found = choosing.within_time(asked, settled, fitted, settle)
    assert (found.batch, found.epochs) == (128, 1)


def test_times_are_told_as_people_say_them():
    assert [told(seconds) for seconds in (1.5, 60, 61, 119, 150, 3600)] == [
        *("1.5 s", "1 min", "61 s", "119 s", "2.5 min", "1 h")
    ]
