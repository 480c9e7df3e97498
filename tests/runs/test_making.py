"""Training on real images, from a text to a folder from which everything else can be done."""

import json
import re
import tomllib
from dataclasses import replace
from io import StringIO

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file

from striate import runs
from striate.data import read_manifest
from striate.errors import DataError, OptionError, RunError, ShapeError
from striate.tasks import classify
from striate.training import Manner, RunInterrupted, learner
from striate.training.journal import read_journal

FILES = {
    "net.cnn",
    "recipe.toml",
    "environment.json",
    "split.csv",
    "data.json",
    "results.csv",
    "journal.jsonl",
    "weights/best.safetensors",
    "weights/last.safetensors",
    "curves.png",
    "confusion.png",
    "reliability.png",
    "worst.png",
}


@pytest.fixture
def interrupted(train, tmp_path, monkeypatch):
    """The folder of a run that was stopped after its twelfth step."""
    step = learner.Learner.step

    def stopping(self, number):
        if number == 11:
            import signal

            signal.raise_signal(signal.SIGTERM)
        return step(self, number)

    with monkeypatch.context() as patch:
        patch.setattr(learner.Learner, "step", stopping)
        with pytest.raises(RunInterrupted):
            train()
    return tmp_path / "runs" / "digits-tiny1"


def resume(folder, **options):
    manner = Manner(console=Console(quiet=True))
    return runs.resume(folder, classify, manner=manner, **options)


def test_a_run_folder_holds_what_it_should(finished):
    folder = finished.folder
    assert folder.name == "digits-tiny1"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == FILES
    assert len(read_manifest(folder / "split.csv")) == 1797
    assert all((folder / name).read_bytes()[1:4] == b"PNG" for name in FILES if ".png" in name)
    environment = json.loads((folder / "environment.json").read_text())
    assert environment["torch"] == torch.__version__
    assert environment["threads"] == 1
    assert [row["step"] for row in finished.rows] == [20, 40]


def test_the_recipe_leaves_nothing_open(finished):
    content = tomllib.loads((finished.folder / "recipe.toml").read_text())
    assert content["format"] == 1
    assert content["task"] == {"name": "classify"}
    assert content["recipe"] == finished.recipe.as_dict()
    assert finished.recipe.open == ()
    assert content["data"]["classes"] == [str(digit) for digit in range(10)]


def test_the_network_is_written_with_every_size(finished):
    assert "FC 10" in (finished.folder / "net.cnn").read_text()


def test_each_training_gets_its_own_folder_and_the_same_weights(finished, train):
    one, other = train(), train()
    assert [run.folder.name for run in (one, other)] == ["digits-tiny1", "digits-tiny2"]
    weights = [load_file(run.folder / "weights/last.safetensors") for run in (finished, one, other)]
    for key, value in weights[0].items():
        assert torch.equal(weights[1][key], value)
        assert torch.equal(weights[2][key], value)


def test_everything_is_said_once(train, tmp_path):
    console = Console(file=StringIO(), width=300)
    train(manner=Manner(console=console))
    said = console.file.getvalue().splitlines()
    assert said[0] == "digits: 1257 train, 180 val, 360 test images of 1x8x8 in 10 classes"
    assert any(line.startswith("2 epochs in batches of 64 on cpu with 1 thread, ") for line in said)
    assert said[-3] == f"Into {tmp_path / 'runs' / 'digits-tiny1'}"
    assert [line.split()[:2] for line in said[-2:]] == [["epoch", "1/2"], ["epoch", "2/2"]]


def test_the_report_says_how_good_how_sure_where_and_what_next(finished):
    report = str(finished)
    found = finished.report.evaluation
    assert f"{100 * found.accuracy:.1f} % of 360 images" in report
    assert "95 % interval" in report
    assert "10.3 %" in report  # the baseline: 37 of 360
    assert len(re.findall(r"^\d +[\d.]+ %", report, re.MULTILINE)) == 10
    assert "most confused: " in report
    assert "test, read once" in report
    assert str(finished.folder) in report.replace("\n", "")
    assert [line.split()[:2] for line in report.splitlines() if line.startswith("  striate")] == [
        ["striate", "predict"],
        ["striate", "evaluate"],
        ["striate", "plan"],
    ]
    assert "<pre" in finished._repr_html_()


def test_the_report_judges_by_the_best_weights(finished):
    loaded = runs.load(finished.folder, classify)
    assert loaded.report is None
    assert "10 classes of digits, 2 epochs" in " ".join(str(loaded).split())
    assert loaded.evaluate().as_dict() == finished.report.evaluation.as_dict()


def test_class_folders_can_be_learned_evaluated_and_predicted(train, photos, recipe):
    (photos / "red" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n none")
    network = "INPUT 3x16x16 -> CONV 4 3x3 stride=2 pad=1 -> RELU -> FC"
    run = train(photos, network, replace(recipe, epochs=20, batch=8))
    assert run.folder.name == "photos-tiny1"
    assert run.record.images.size == (3, 16, 16)
    assert "1 file left out, the first: " in str(run)
    assert run.evaluate().accuracy == 1
    assert run.evaluate(photos).count == 16  # its own test split, not what it learned from
    predicted = run.predict([photos / "red" / "03.png", str(photos / "grey" / "04.png")], top=9)
    assert [image.classes[0][0] for image in predicted.images] == ["red", "grey"]
    assert [len(image.classes) for image in predicted.images] == [2, 2]


def test_a_size_from_outside_goes_before_that_in_the_text(train, photos):
    run = train(photos, "INPUT 3x16x16 -> CONV 4 3x3 stride=2 pad=1 -> RELU -> FC", size=12)
    assert run.record.images.size == (3, 12, 12)


def test_an_interrupted_run_goes_on_to_the_same_weights(finished, interrupted):
    with pytest.raises(RunError, match="is not finished") as unfinished:
        runs.load(interrupted, classify)
    assert unfinished.value.help == [f"striate resume {interrupted}"]
    run = resume(interrupted)
    for name in ("weights/best.safetensors", "weights/last.safetensors"):
        found, expected = load_file(interrupted / name), load_file(finished.folder / name)
        assert all(torch.equal(found[key], value) for key, value in expected.items())
    assert run.report.evaluation.as_dict() == finished.report.evaluation.as_dict()
    assert [entry["event"] for entry in read_journal(interrupted)] == [
        *("chosen", "begun", "stopped"),
        *("begun", "epoch", "epoch", "trained", "finished"),
    ]
    with pytest.raises(RunError, match="is finished: 2 of 2 epochs are done"):
        resume(interrupted)


def test_a_run_killed_while_it_reports_needs_no_more_steps(finished, train, tmp_path, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("striate.runs.making.write_pictures", killed)
        with pytest.raises(KeyboardInterrupt):
            train()
    run = resume(tmp_path / "runs" / "digits-tiny1")
    assert run.report.evaluation.as_dict() == finished.report.evaluation.as_dict()
    assert [row["epoch"] for row in run.rows] == [1, 2]


def test_a_run_killed_before_its_first_checkpoint_begins_again(finished, interrupted):
    (interrupted / "checkpoint.safetensors").unlink()
    run = resume(interrupted)
    assert run.report.evaluation.as_dict() == finished.report.evaluation.as_dict()


def test_what_was_chosen_by_timing_is_obeyed_when_the_run_goes_on(interrupted, monkeypatch):
    path = interrupted / "recipe.toml"
    path.write_text(path.read_text().replace('"contiguous"', '"channels_last"'))
    with pytest.raises(RunError, match=r"recipe\.layout: then contiguous, now channels_last"):
        resume(interrupted)
    seen = set()
    step = learner.Learner.step

    def looking(self, number):
        seen.add((self.recipe.layout, self.model.get_submodule("0").weight.stride()))
        return step(self, number)

    monkeypatch.setattr(learner.Learner, "step", looking)
    resume(interrupted, inexact=True)
    assert seen == {("channels_last", (9, 1, 3, 1))}


def test_other_torch_is_refused_unless_inexact(interrupted, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "9.9.9")
    with pytest.raises(RunError, match=r"torch: then .*, now 9\.9\.9"):
        resume(interrupted)
    assert resume(interrupted, inexact=True).report.evaluation.count == 360


@pytest.mark.parametrize("inexact", [False, True])
def test_changed_images_are_refused(train, photos, recipe, tmp_path, monkeypatch, inexact):
    with monkeypatch.context() as patch:
        patch.setattr("striate.runs.making.fit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train(photos)
    (photos / "red" / "00.png").rename(photos / "red" / "new.png")
    (photos / "red" / "01.png").unlink()
    with pytest.raises(DataError, match="are not those that the network was trained on") as changed:
        resume(tmp_path / "runs" / "photos-tiny1", inexact=inexact)
    assert "red/00.png and 1 more are gone or unreadable; red/new.png is new" in str(changed.value)
    photos.rename(tmp_path / "elsewhere")
    with pytest.raises(DataError) as moved:
        resume(tmp_path / "runs" / "photos-tiny1", inexact=inexact)
    assert "photos-tiny1 --images FOLDER" in moved.value.help[0]


def test_runs_are_not_made_among_the_images(train, photos, monkeypatch):
    before = sorted(photos.rglob("*"))
    monkeypatch.chdir(photos)
    for source, project in ((".", "runs"), (photos, photos / "red"), ((photos, "l.csv"), photos)):
        with pytest.raises(RunError, match=r"in .*photos, which stays as it is") as refused:
            train(source, project=project)
        assert str(photos.parent / "runs") in refused.value.help[0]
    assert sorted(photos.rglob("*")) == before


def test_images_that_were_moved_judge_by_the_split_that_was_kept_apart(
    train, photos, recipe, tmp_path
):
    run = train(photos, recipe=replace(recipe, epochs=1))
    photos.rename(tmp_path / "elsewhere")
    with pytest.raises(DataError) as gone:
        run.evaluate()
    assert "photos-tiny1 --data FOLDER" in gone.value.help[0]
    judges = run.judges(tmp_path / "elsewhere")
    assert (judges.name, len(judges.images), judges.own) == ("test", 16, True)
    (tmp_path / "elsewhere" / "red" / "00.png").unlink()
    judges = run.judges(tmp_path / "elsewhere")
    assert (judges.name, len(judges.images), judges.own) == ("all", 79, False)


def test_nothing_is_written_where_something_does_not_fit(train, recipe, tmp_path, monkeypatch):
    with pytest.raises(ShapeError, match="gives 10x1x1 for each image") as tall:
        train(network="INPUT -> CONV classes 1x1 -> GAP")
    assert tall.value.help == ["end the network in FLATTEN, or in SOFTMAX, which adds it"]
    with pytest.raises(ShapeError, match="gives 7 for each image, and digits has 10 classes"):
        train(network="INPUT -> FC 7")
    with pytest.raises(ShapeError, match="a 9x9 window is larger than its input"):
        train(network="INPUT -> CONV 4 9x9 -> FC")
    with pytest.raises(DataError, match="neither a folder nor a known set"):
        train("digit")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match="finds no cuda"):
        train(recipe=replace(recipe, device="cuda"))
    assert not (tmp_path / "runs").exists()


def test_a_loss_that_is_not_finite_leaves_a_run_that_can_be_looked_at(train, recipe, tmp_path):
    with pytest.raises(RunError, match="not finite after step"):
        train(
            recipe=replace(recipe, lr=1e30, optimizer="sgd"),
            manner=Manner(look=0, console=Console(quiet=True)),
        )
    with pytest.raises(RunError, match="is not finished"):
        runs.load(tmp_path / "runs" / "digits-tiny1", classify)
