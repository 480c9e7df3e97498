"""A run that is loaded: what it answers, in which form, and what it refuses."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from sklearn.metrics import accuracy_score, log_loss

import striate
from striate import runs
from striate.data import open_images
from striate.errors import DataError, RunError
from striate.tasks import classify


@pytest.fixture
def run(finished):
    return runs.load(finished.folder, classify)


@pytest.fixture(scope="session")
def test_split():
    return open_images("digits", seed=0).splits["test"]


def test_the_task_of_a_run_is_known_before_it_is_loaded(finished):
    assert runs.task_of(finished.folder) == "classify"


def test_loading_is_enough_to_answer(run, test_split):
    """By hand: the bytes prepared as recipe.toml says, and the module called."""
    images = run.record.images
    x = (test_split.images / 255 - images.mean[0]) / images.std[0]
    with torch.no_grad():
        expected = run.model(x)
    torch.testing.assert_close(run.answers(test_split.images), expected)


def test_the_best_weights_answer(finished, tmp_path, test_split):
    folder = shutil.copytree(finished.folder, tmp_path / "copy")
    best = load_file(folder / "weights" / "best.safetensors")
    nothing = {key: torch.zeros_like(value) for key, value in best.items()}
    save_file(nothing, folder / "weights" / "best.safetensors")
    assert not runs.load(folder, classify).answers(test_split.images).any()


def test_an_evaluation_has_the_form_that_others_read(run, test_split):
    form = run.evaluate().as_dict()
    names = ["accuracy", "interval", "count", "loss", "baseline", "classes"]
    names += ["balanced_accuracy", "balanced_interval", "macro_f1", "top5", "calibration"]
    assert list(form) == [*names, "confused"]
    assert list(form["classes"][0]) == ["name", "precision", "recall", "f1", "count"]
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    probabilities = run.answers(test_split.images).double().softmax(1).numpy()
    labels = test_split.labels.numpy()
    assert form["accuracy"] == accuracy_score(labels, probabilities.argmax(1))
    assert form["loss"] == pytest.approx(log_loss(labels, probabilities), rel=1e-5)
    assert form["baseline"] == np.bincount(labels).max() / 360
    assert form["interval"][0] < form["accuracy"] < form["interval"][1]


def test_predictions_have_the_form_that_others_read(run, test_split):
    predictions = run.predict(test_split.images[:3], top=2)
    form = predictions.as_dict()
    assert [list(one) for one in form] == [["file", "classes"]] * 3
    assert list(form[0]["classes"][0]) == ["name", "probability"]
    assert form[0]["classes"][0]["probability"] >= form[0]["classes"][1]["probability"]
    assert "probability" in str(predictions)
    assert "<pre" in predictions._repr_html_()
    whole = run.predict(test_split.images[:1], top=10).images[0]
    assert sum(probability for _, probability in whole.classes) == pytest.approx(1)


def test_a_file_is_answered_like_the_same_bytes(run, test_split, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("[bold]digit.png")
    Image.fromarray(test_split.images[5, 0].numpy()).save(path)
    (from_file,) = run.predict(path).images
    (from_bytes,) = run.predict(test_split.images[5:6]).images
    assert from_file.classes == from_bytes.classes
    assert from_file.file == str(path)
    assert "[bold]digit.png" in str(run.predict(path))


def test_no_files_are_no_predictions(run):
    assert run.predict([]).as_dict() == []


def test_other_images_can_judge(run, tmp_path, test_split):
    for label in (3, 7):
        folder = tmp_path / "more" / str(label)
        folder.mkdir(parents=True)
        images = test_split.images[test_split.labels == label]
        for place, image in enumerate(images[:6]):
            Image.fromarray(image[0].numpy()).save(folder / f"{place}.png")
    found = run.evaluate(tmp_path / "more")
    assert found.count == 12
    assert {one.name: one.count for one in found.classes if one.count} == {"3": 6, "7": 6}
    assert found.as_dict()["classes"][0]["recall"] is None
    (tmp_path / "more" / "7").rename(tmp_path / "more" / "seven")
    with pytest.raises(DataError, match="class that the network does not know: 'seven'"):
        run.evaluate(tmp_path / "more")


@pytest.mark.parametrize(
    "images",
    [torch.zeros(1, 1, 8, 8), torch.zeros(1, 3, 8, 8, dtype=torch.uint8), torch.zeros(8).byte()],
    ids=["floats", "colour", "flat"],
)
def test_tensors_that_are_no_such_images_are_refused(run, images):
    with pytest.raises(DataError, match="takes bytes of 1x8x8, not"):
        run.predict(images)


def test_a_file_that_is_no_image_is_named(run, tmp_path):
    (tmp_path / "notes.png").write_text("no picture")
    (tmp_path / "none").mkdir()
    remedies = {
        "notes.png": "save it again",
        "no.png": "its name",
        "none": "folder that holds some",
    }
    for name, remedy in remedies.items():
        with pytest.raises(DataError, match=re.escape(str(tmp_path / name))) as refused:
            run.predict(tmp_path / name)
        assert remedy in refused.value.help[0]


def test_weights_of_another_network_are_refused(finished, tmp_path):
    folder = shutil.copytree(finished.folder, tmp_path / "copy")
    (folder / "net.cnn").write_text("INPUT 1x8x8 -> FC 10")
    with pytest.raises(RunError, match=r"best\.safetensors does not hold the weights of net\.cnn"):
        runs.load(folder, classify).evaluate()
    (folder / "weights" / "best.safetensors").write_bytes(b"")
    with pytest.raises(RunError, match=r"best\.safetensors does not hold"):
        runs.load(folder, classify).evaluate()


def test_a_network_whose_classes_are_maps_is_read_back_as_it_was_trained(train):
    """Its text by itself is the same network too, however many classes are asked for."""
    run = train(network="INPUT -> CONV 8 3x3 -> RELU -> CONV 10 1x1 -> RELU -> GAP -> SOFTMAX")
    loaded = runs.load(run.folder, classify)
    assert loaded.evaluate().as_dict() == run.report.evaluation.as_dict()
    keys = ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert list(load_file(run.folder / "weights" / "best.safetensors")) == sorted(keys)
    for classes in (None, 10, 7):
        alone = striate.resolve(run.folder / "net.cnn", classes=classes)
        assert list(striate.build(alone).state_dict()) == keys
        assert alone.output == (10,)
        assert alone.softmax


def test_a_device_that_is_not_here_is_replaced(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    folder = shutil.copytree(finished.folder, tmp_path / "copy")
    path = folder / "recipe.toml"
    path.write_text(path.read_text().replace('device = "cpu"', 'device = "cuda"'))
    assert runs.load(folder, classify).evaluate().count == 360
