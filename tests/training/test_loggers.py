"""Loggers are told every epoch once, also after a kill, and nothing that they do stops training."""

import sys
import tomllib
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch
from rich.console import Console

from striate.errors import OptionError
from striate.training import Manner
from striate.training.checkpoint import read_facts
from striate.training.loggers import Loggers, finding
from striate.training.loggers.mlflow import MLflow
from striate.training.loggers.tensorboard import TensorBoard
from striate.training.loggers.wandb import WeightsAndBiases

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


class Fake:
    """Writes down what it is told; raises `error` when it is told of `fails`."""

    def __init__(self, fails="", error=RuntimeError):
        self.told, self.fails, self.error = [], fails, error

    def begin(self, folder, recipe, about, *, known):
        self._tell("begin", (folder.name, recipe["epochs"], about["images"], known))
        return "an id"

    def row(self, row):
        self._tell(f"row {row['epoch']}", row)

    def end(self, evaluation, pictures):
        self._tell("end", (evaluation, pictures))

    def _tell(self, event, what):
        if event == self.fails:
            raise self.error("no more room")
        self.told.append((event, what))

    @property
    def events(self):
        return [event for event, _ in self.told]


@pytest.fixture
def offer(monkeypatch):
    """Have an installed package offer loggers: by name, what makes one."""

    def put(**makers):
        entries = [
            SimpleNamespace(name=name, load=lambda maker=maker: maker, dist=None)
            for name, maker in makers.items()
        ]
        monkeypatch.setattr(finding, "entry_points", lambda group: entries)

    return put


@pytest.fixture
def told(train, recipe, tmp_path):
    """Train with loggers; the rows, the network, and what was printed."""

    def run(*names, folder="run", **seconds):
        loggers, printed = Loggers(names), StringIO()
        (tmp_path / folder).mkdir(exist_ok=True)
        loggers.open(tmp_path / folder)
        console = Console(file=printed, width=200)
        options = {"loggers": loggers, "console": console, **seconds}
        rows, model = train(recipe, tmp_path / folder, **options)
        return rows, model, printed.getvalue()

    return run


def test_a_logger_is_told_of_the_beginning_and_of_every_epoch(offer, told):
    fake = Fake()
    offer(fake=lambda: fake)
    rows, _, _ = told("fake")
    assert fake.events == ["begin", "row 1", "row 2", "row 3"]
    assert fake.told[0][1] == ("run", 3, "blots", None)
    assert [row for _, row in fake.told[1:]] == rows


def test_a_run_that_goes_on_tells_all_epochs_again_to_who_was_told_before(offer, told, tmp_path):
    killed, second = Fake("row 2", error=KeyboardInterrupt), Fake()
    offer(fake=lambda: killed)
    with pytest.raises(KeyboardInterrupt):
        told("fake", settle=0)
    assert killed.events == ["begin", "row 1"]
    assert read_facts(tmp_path / "run")["step"] == 7  # from where the first epoch is told by none
    offer(fake=lambda: second)
    rows, _, _ = told()
    assert second.events == ["begin", "row 1", "row 2", "row 3"]
    assert second.told[0][1][-1] == "an id"
    assert [row for _, row in second.told[1:]] == rows


@pytest.mark.parametrize("event", ["begin", "row 1", "row 3"])
def test_a_logger_that_fails_is_off_and_training_and_the_others_go_on(offer, told, event):
    _, plain, _ = told(folder="plain")
    good, bad = Fake(), Fake(event)
    offer(good=lambda: good, bad=lambda: bad)
    rows, model, printed = told("bad", "good")
    assert len(rows) == 3
    pairs = zip(plain.state_dict().values(), model.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert good.events == ["begin", "row 1", "row 2", "row 3"]
    assert bad.events == good.events[: good.events.index(event)]
    sentence = "The logger bad failed and is off: RuntimeError: no more room; training goes on."
    assert printed.count(sentence) == 1


def test_the_end_is_told_and_may_fail_too(offer):
    fake, said = Fake("end"), []
    offer(fake=lambda: fake)
    loggers = Loggers(["fake,fake"])
    loggers.open()
    loggers._say = said.append
    loggers.end({"accuracy": 1.0}, [])
    assert len(said) == 1
    assert loggers.opened == {}


def test_nobody_is_told_unless_asked_for(offer, told, tmp_path):
    offer(fake=lambda: pytest.fail("nobody asked"))
    told()
    assert not (tmp_path / "run" / "loggers.json").exists()


def test_a_name_that_is_not_offered_has_its_neighbours_named(offer):
    offer(tensorboard=Fake)
    with pytest.raises(OptionError, match="no logger 'tensorbord'") as caught:
        Loggers(["tensorbord"]).open()
    assert caught.value.help == ["did you mean tensorboard?", "there is tensorboard"]


@pytest.mark.parametrize("error", [ImportError("No module named 'x'"), OSError("libx.so")])
def test_a_logger_that_cannot_be_loaded_names_its_extra(offer, error):
    def broken():
        raise error

    offer(wandb=broken)
    with pytest.raises(
        OptionError, match=f"the logger wandb cannot be loaded: .*{error}"
    ) as caught:
        Loggers(["wandb"]).open()
    assert "pip install 'striate[wandb]'" in caught.value.help


def test_every_entry_point_is_a_class_and_has_an_extra():
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    points = project["entry-points"][finding.GROUP]
    assert set(points) == {"tensorboard", "wandb", "mlflow"}
    assert set(points) <= set(project["optional-dependencies"])
    for point in points.values():
        module, name = point.split(":")
        assert isinstance(getattr(import_module(module), name), type)


ROWS = [{"epoch": k, "step": 7 * k, "loss": 1 / k, "val_accuracy": 0.1 * k} for k in (1, 2, 3)]


def tell(logger, folder, *, known=None, end=True):
    """Tell a logger of three epochs; what it wants to be known by."""
    identity = logger.begin(folder, {"lr": 0.1}, {"images": "blots"}, known=known)
    for row in ROWS:
        logger.row(row)
    if end:
        from PIL import Image

        Image.new("RGB", (4, 3), (0, 0, 255)).save(folder / "worst.png")
        logger.end({"accuracy": 0.75, "classes": []}, [folder / "worst.png"])
    return identity


def test_tensorboard_has_every_epoch_once_after_a_run_went_on(tmp_path):
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    tell(TensorBoard(), tmp_path, end=False)
    tell(TensorBoard(), tmp_path)
    found = reading.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    points = [(point.step, point.value) for point in found.Scalars("val_accuracy")]
    assert points == [(k, pytest.approx(0.1 * k)) for k in (1, 2, 3)]
    assert found.Scalars("evaluation/accuracy")[0].value == 0.75
    assert [found.Images("worst")[0].height, found.Images("worst")[0].width] == [3, 4]


def test_wandb_is_told_epochs_as_steps_and_skips_those_it_has(tmp_path, monkeypatch):
    wandb = MagicMock()
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    run = wandb.init.return_value
    run.id, run.step = "abc", 0
    assert tell(WeightsAndBiases(), tmp_path, end=False) == "abc"
    assert wandb.init.call_args.kwargs["id"] is None
    assert [call.kwargs["step"] for call in run.log.call_args_list] == [1, 2, 3]
    assert run.log.call_args_list[1].args == ({"loss": 0.5, "val_accuracy": 0.2},)
    run.log.reset_mock()
    run.step = 3  # it goes on at the step after those that it has
    tell(WeightsAndBiases(), tmp_path, known="abc")
    assert wandb.init.call_args.kwargs["id"] == "abc"
    assert [call.kwargs.get("step") for call in run.log.call_args_list] == [3, None]
    assert run.summary.update.call_args.args == ({"evaluation/accuracy": 0.75},)
    run.finish.assert_called_once()


def test_mlflow_is_told_epochs_as_steps_and_skips_those_it_has(tmp_path, monkeypatch):
    mlflow = MagicMock()
    mlflow.entities.Metric = lambda *fields: fields
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    client = mlflow.MlflowClient.return_value
    client.create_run.return_value.info.run_id = "abc"
    assert tell(MLflow(), tmp_path, end=False) == "abc"
    client.log_param.assert_any_call("abc", "lr", "0.1")
    steps = [call.kwargs["metrics"][0][3] for call in client.log_batch.call_args_list]
    assert steps == [1, 2, 3]
    client.log_batch.reset_mock()
    client.get_metric_history.return_value = [SimpleNamespace(step=1), SimpleNamespace(step=2)]
    assert tell(MLflow(), tmp_path, known="abc") == "abc"
    batches = [call.kwargs["metrics"] for call in client.log_batch.call_args_list]
    assert [metrics[0][3] for metrics in batches] == [3, 0]
    assert batches[1][0][:2] == ("evaluation/accuracy", 0.75)
    client.log_artifact.assert_called_once_with("abc", str(tmp_path / "worst.png"))
    client.set_terminated.assert_called_once_with("abc")


def test_the_manner_takes_names_alone_or_several():
    assert Manner.telling("tensorboard,mlflow").loggers.names == ("tensorboard", "mlflow")
    assert Manner.telling(["wandb"]).loggers.names == ("wandb",)
    assert Manner().loggers.names == ()
