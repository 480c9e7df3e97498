"""What a run folder and its report say of patience and of classes with few images."""

from dataclasses import replace
from io import StringIO

import pytest
from PIL import Image
from rich.console import Console

from striate import runs
from striate.errors import RunError
from striate.runs import making
from striate.tasks import classify
from striate.training import Manner
from striate.training.journal import read_journal


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(making, "write_pictures", lambda *_, **__: ())


def test_a_run_that_patience_ended_says_so_everywhere(train, recipe):
    stuck = replace(recipe, epochs=30, lr=1e-12, patience=2, balance="weights")
    run = train(recipe=stuck)
    assert len(run.rows) == 3
    told = " ".join(str(run).split())
    assert "The weights are those after epoch 3 of 3" in told
    assert "Patience ended it, 30 epochs were planned." in told
    early = next(entry for entry in read_journal(run.folder) if entry["event"] == "ended early")
    assert (early["epoch"], early["epochs"]) == (3, 30)
    with pytest.raises(RunError, match="is finished: 3 of 30 epochs are done"):
        runs.resume(run.folder, classify)


def test_a_run_to_its_end_does_not_speak_of_patience(train, recipe):
    run = train(recipe=replace(recipe, patience=9))
    assert "Patience" not in str(run)
    assert "ended early" not in [entry["event"] for entry in read_journal(run.folder)]


def test_the_weights_of_a_run_are_the_mean(train, recipe):
    run = train(recipe=replace(recipe, ema=0.95, epochs=1))
    plain = train(recipe=replace(recipe, epochs=1))
    assert run.rows[0]["loss"] == plain.rows[0]["loss"]
    assert run.rows[0]["val_loss"] != plain.rows[0]["val_loss"]


def test_uneven_classes_are_said_before_training(train, recipe, photos):
    for number in range(40, 200):
        Image.new("RGB", (24, 20), (number,) * 3).save(photos / "grey" / f"{number}.png")
    console = Console(file=StringIO(), width=300)
    train(photos, recipe=replace(recipe, epochs=1), size=8, manner=Manner(console=console))
    said = console.file.getvalue()
    assert "--balance weights or --balance sampling makes up for it" in said
    assert said.index("makes up for it") < said.index("epoch 1/1")
