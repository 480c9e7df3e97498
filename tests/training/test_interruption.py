"""A signal ends training after the step under way, with everything saved."""

import signal
import threading

import pytest

from striate.training import RunInterrupted, learner
from striate.training.checkpoint import read_facts
from striate.training.interruption import SIGNALS, watch
from striate.training.journal import read_journal

SELDOM = {"save": 1e9, "settle": 1e9}


@pytest.fixture
def ask_at(monkeypatch):
    """Have a signal arrive in the middle of a step."""

    def plan(number, step):
        original = learner.Learner.step

        def interrupted(self, at):
            if at == step:
                signal.raise_signal(number)
            return original(self, at)

        monkeypatch.setattr(learner.Learner, "step", interrupted)

    return plan


@pytest.mark.parametrize(
    ("number", "code"),
    [(number, 130 if number == signal.SIGINT else 143) for number in SIGNALS],
    ids=[signal.Signals(number).name for number in SIGNALS],
)
@pytest.mark.parametrize("step", [0, 9, 20])
def test_the_step_under_way_is_done_and_saved(train, recipe, tmp_path, ask_at, number, code, step):
    before = signal.getsignal(number)
    ask_at(number, step)
    with pytest.raises(RunInterrupted, match=f"stopped after step {step + 1}") as stopped:
        train(recipe, tmp_path, **SELDOM)
    assert stopped.value.code == code
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert read_facts(tmp_path)["step"] == step + 1
    assert read_journal(tmp_path)[-1]["event"] == "stopped"
    assert signal.getsignal(number) is before


def test_the_second_signal_is_obeyed_at_once():
    with watch() as asked:
        signal.raise_signal(signal.SIGINT)
        assert asked.signal == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_other_threads_train_without_watching(train, recipe, tmp_path):
    results = []
    thread = threading.Thread(target=lambda: results.append(train(recipe, tmp_path)))
    thread.start()
    thread.join()
    assert len(results[0][0]) == recipe.epochs
