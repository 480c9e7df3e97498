"""Runs that begin with weights from elsewhere: what is trained, what is said, what is kept."""

import shutil
import signal
from dataclasses import replace

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file, save_file

import striate
from striate import runs
from striate.errors import OptionError, WeightsError
from striate.language import read
from striate.runs.folder import START
from striate.runs.record import read_record
from striate.runs.transferred import Asked
from striate.tasks import classify
from striate.training import Manner, Recipe, RunInterrupted, learner
from striate.training.loop import BEST

TEXT = """
INPUT 3x16x16
conv1: CONV 8 3x3 pad=1 -> bn1: BN -> RELU -> POOL 2
conv2: CONV 16 3x3 pad=1 -> bn2: BN -> RELU
GAP -> DROPOUT 0.2 -> fc: FC classes
"""
LOOK = {"mean": "0.5,0.4,0.3", "std": "0.2,0.2,0.25", "resize": "18", "crop": "16"}
RECIPE = Recipe(batch=16, precision="float32", layout="contiguous", threads=1)


def tree():
    return read(TEXT).called("tiny")


@pytest.fixture
def weights(tmp_path):
    """Weights of the network for five classes, with all that there is to know about them."""
    torch.manual_seed(1)
    model = striate.build(tree(), classes=5)
    for name, value in model.state_dict().items():
        if "running" in name:
            value.uniform_(0.5, 1.5)
    facts = {**LOOK, "licence": "MIT", "classes": '["a", "b", "c", "d", "e"]'}
    path = tmp_path / "tiny.safetensors"
    save_file(dict(model.state_dict()), path, facts)
    return path


@pytest.fixture
def train(tmp_path, photos):
    """Train quietly on photos, and keep what was said."""

    def run(recipe=RECIPE, network=None, **asked):
        said = []
        manner = Manner(console=Console(quiet=True))
        manner = _telling(manner, said)
        made = runs.train(
            photos,
            network or tree(),
            classify,
            recipe,
            project=tmp_path / "runs",
            asked=Asked(**asked),
            manner=manner,
        )
        return made, said

    return run


def _telling(manner, said):
    """The manner, with what it says kept in a list."""

    class Telling(type(manner)):
        def say(self, line):
            said.append(line)

    return Telling(console=manner.console)


def kept_in(folder):
    return sum(path.is_dir() for path in folder.iterdir())


def state(path):
    return load_file(path)


def test_little_fits_the_last_layer_and_leaves_the_rest_as_it_was(train, weights):
    run, said = train(weights=weights)
    given, kept = state(weights), state(run.folder / BEST)
    assert {key for key in given if not torch.equal(given[key], kept[key])} == {
        "fc.weight",
        "fc.bias",
    }
    assert kept["fc.weight"].shape == (2, 16)
    assert run.recipe.epochs == 0
    assert run.rows == []
    assert run.report.evaluation.accuracy > 0.8
    assert "Its last layer was fitted, and no epoch was trained." in " ".join(str(run).split())
    assert ", which chose nothing: " in run.judges(split="val").sentence
    assert any(line.startswith("transfer: little (") for line in said)
    assert any("begins anew: fc (5 classes there, 2 here)" in line for line in said)


def test_what_was_judged_on_features_is_what_the_network_says_of_images(train, weights):
    run, _ = train(weights=weights)
    judged, again = run.report.evaluation, striate.load(run.folder).evaluate()
    assert again.matrix.tolist() == judged.matrix.tolist()
    assert again.loss == pytest.approx(judged.loss, rel=1e-5)


def test_who_stops_the_frozen_layers_is_told_how_to_go_on(train, weights, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("striate.runs.making.head_and_features", stopped)
        with pytest.raises(
            KeyboardInterrupt, match=r"to go on: striate resume .*runs/photos-tiny1"
        ):
            train(RECIPE_OF_TWO, weights=weights, train_last=2)
    (folder,) = (weights.parent / "runs").iterdir()
    assert len(striate.resume(folder).rows) == 2


def test_the_look_of_the_weights_goes_with_the_run(train, weights):
    run, _ = train(weights=weights)
    record = read_record(run.folder)
    assert record.images.look.resize == 18
    assert record.images.mean == (0.5, 0.4, 0.3)
    assert record.transfer.licence == "MIT"
    assert record.transfer.sha256
    assert record.transfer.regime == "little"
    assert record.transfer.penalty > 0
    assert not (run.folder / START).exists()


def test_medium_trains_all_of_it_less_towards_the_input(train, weights):
    run, said = train(RECIPE_OF_TWO, weights=weights, transfer="medium")
    given, kept = state(weights), state(run.folder / BEST)
    moved = [key for key in given if key.startswith("conv") and key.endswith("weight")]
    assert moved
    assert all(not torch.equal(given[key], kept[key]) for key in moved)
    assert run.recipe.layer_decay < 1
    assert len(run.rows) == 2
    assert any("fc is fitted" in line for line in said)


RECIPE_OF_TWO = Recipe(epochs=2, batch=16, precision="float32", layout="contiguous", threads=1)


def test_layers_that_are_named_are_frozen(train, weights):
    run, said = train(RECIPE_OF_TWO, weights=weights, freeze="conv1", transfer="none")
    given, kept = state(weights), state(run.folder / BEST)
    assert torch.equal(given["conv1.weight"], kept["conv1.weight"])
    assert not torch.equal(given["conv2.weight"], kept["conv2.weight"])
    rows = {row.path: row.frozen for row in striate.trainable(run).rows}
    assert rows["conv1"]
    assert not rows["conv2"]
    assert any("parameters are trained" in line for line in said)


def test_the_last_layers_are_counted(train, weights):
    run, _ = train(RECIPE_OF_TWO, weights=weights, train_last=3)
    given, kept = state(weights), state(run.folder / BEST)
    same = {key for key in given if torch.equal(given[key], kept[key])}
    assert {"conv1.weight", "bn1.weight", "bn1.running_mean"} <= same
    assert not {"conv2.weight", "bn2.weight", "bn2.running_mean", "fc.bias"} & same
    assert run.recipe.views == 1


def test_what_is_asked_to_begin_anew_does(train, weights):
    run, _ = train(weights=weights, fresh="conv2")
    given, kept = state(weights), state(run.folder / BEST)
    assert torch.equal(given["conv1.weight"], kept["conv1.weight"])
    assert not torch.equal(given["conv2.weight"], kept["conv2.weight"])
    assert "conv2.weight" in read_record(run.folder).transfer.anew


def test_a_run_is_weights_for_the_next(train, weights):
    first, _ = train(weights=weights)
    second, _ = train(weights=first.folder)
    assert torch.equal(
        state(first.folder / BEST)["conv2.weight"], state(second.folder / BEST)["conv2.weight"]
    )
    assert second.record.images.look == first.record.images.look
    network = striate.pretrained(tree(), first.folder)
    assert (network.look, network.classes) == (first.record.images.look, first.classes)


def test_published_weights_name_classes_without_training(weights, photos):
    network = striate.pretrained(tree(), weights)
    (answer,) = network.predict(photos / "red" / "00.png", top=2).as_dict()
    assert [one["name"] in "abcde" for one in answer["classes"]] == [True, True]
    everything = network.predict([photos])
    assert len(everything.as_dict()) == 80


def test_what_cannot_be_asked_for_is_said(weights):
    with pytest.raises(OptionError, match="none are named"):
        Asked(transfer="little")
    with pytest.raises(OptionError, match="transfer = some cannot be"):
        Asked(weights=weights, transfer="some")
    with pytest.raises(OptionError, match="both given"):
        Asked(freeze="a", train_last=1)


def test_weights_of_another_network_are_refused_before_anything_is_written(
    train, weights, tmp_path
):
    other = read("INPUT 3x16x16 -> CONV 8 5x5 -> GAP -> FC classes").called("other")
    with pytest.raises(WeightsError):
        train(weights=weights, network=other)
    assert not (tmp_path / "runs").exists()


def test_a_pattern_that_matches_nothing_is_refused(train, weights):
    with pytest.raises(OptionError, match="conv9"):
        train(weights=weights, freeze="conv9")


@pytest.mark.parametrize(
    "asked", [{"train_last": 3}, {"transfer": "medium"}, {"freeze": "conv1"}], ids=str
)
def test_a_run_that_was_stopped_ends_with_the_same_bits_without_the_file(
    train, weights, tmp_path, monkeypatch, asked
):
    whole, _ = train(RECIPE_OF_TWO, weights=weights, **asked)
    step = learner.Learner.step

    def stopping(self, number):
        if number == 5:
            signal.raise_signal(signal.SIGTERM)
        return step(self, number)

    with monkeypatch.context() as patch:
        patch.setattr(learner.Learner, "step", stopping)
        with pytest.raises(RunInterrupted):
            train(RECIPE_OF_TWO, weights=weights, **asked)
    weights.unlink()
    folder = tmp_path / "runs" / "photos-tiny2"
    assert (folder / START).exists()
    resumed = runs.resume(folder, classify, manner=Manner(console=Console(quiet=True)))
    assert (resumed.folder / BEST).read_bytes() == (whole.folder / BEST).read_bytes()
    assert not (folder / START).exists()


def test_with_and_without_features_the_network_is_the_same(train, weights, features):
    kept, _ = train(RECIPE_OF_TWO, weights=weights, train_last=3)
    assert kept_in(features) == 4  # of train, val and test, and for the last layer alone
    shutil.rmtree(features)
    recipe = replace(RECIPE_OF_TWO, cache=False, views=1)
    computed, _ = train(recipe, weights=weights, train_last=3)
    assert kept_in(features) == 1
    images = torch.randint(256, (8, 3, 16, 16), dtype=torch.uint8)
    torch.testing.assert_close(kept.answers(images), computed.answers(images), rtol=1e-4, atol=1e-5)
