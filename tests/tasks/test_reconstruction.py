"""The auto-encoder of the zoo learns to give images back; NumPy judges by the formulas."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

import striate
from striate import runs
from striate.data import open_images
from striate.errors import OptionError, ShapeError
from striate.tasks import reconstruct, task_called, tasks
from striate.tasks.reconstruction.evaluation import interval
from striate.tasks.reconstruction.pictures import RECONSTRUCTION
from striate.training.batches import Preparation
from striate.training.recipe import Recipe
from striate.training.results import best_row


@pytest.fixture(scope="module")
def answered(finished):
    """The held-out images, prepared, and what the network makes of them: float64."""
    images = finished.record.images
    split = open_images("digits", seed=0).splits["test"]
    x = (split.images / 255 - images.mean[0]) / images.std[0]
    return x.double().numpy(), finished.answers(split.images).double().numpy()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_digits_are_given_back_with_a_third_of_the_variance_to_spare(train, seed):
    found = train(seed=seed).report.evaluation
    assert found.count == 360
    assert found.error < found.variance / 3
    assert found.error < found.variance * (1 - found.baseline) / 3  # of that around the mean image


def test_an_evaluation_is_what_its_formulas_say(finished, answered):
    x, output = answered
    form = finished.evaluate().as_dict()
    assert list(form) == ["error", "variance", "explained", "interval", "count", "baseline"]
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    assert form["error"] == pytest.approx(((output - x) ** 2).mean(), rel=1e-5)
    assert form["variance"] == pytest.approx(x.var(), rel=1e-5)
    assert form["explained"] == pytest.approx(1 - form["error"] / form["variance"])
    assert form["baseline"] == pytest.approx(1 - x.var(axis=0).mean() / x.var(), rel=1e-5)
    low, high = form["interval"]
    assert low < form["explained"] < high
    assert form == runs.load(finished.folder, reconstruct).evaluate().as_dict()


def test_channels_are_judged_around_their_own_means(train, tmp_path):
    run = train(photos(tmp_path), epochs=1)
    split = open_images(tmp_path / "photos", size=run.record.images.size).splits["test"]
    levels, images = split.images.double().numpy() / 255, run.record.images
    spread = (levels.var(axis=(0, 2, 3)) / np.square(images.std)).mean()
    mean_image = (levels.var(axis=0).mean((1, 2)) / np.square(images.std)).mean()
    found = run.evaluate()
    assert found.variance == pytest.approx(spread, rel=1e-5)
    assert found.baseline == pytest.approx(1 - mean_image / spread, rel=1e-4)


def test_the_interval_holds_the_truth_95_times_in_100():
    """Error and spread of an image are drawn together; the truth is the ratio of their means."""
    random = torch.Generator().manual_seed(0)
    held = 0
    for _ in range(2000):
        spread = torch.empty(200, dtype=torch.float64).exponential_(1, generator=random)
        error = 0.2 * spread * torch.rand(200, generator=random) + 0.05
        low, high = interval(error, spread)
        held += low < 1 - (0.1 + 0.05) < high
    assert 0.93 < held / 2000 < 0.97


def test_what_cannot_be_said_is_not_said(finished):
    one = open_images("digits").splits["test"].select([0])
    found = finished.evaluate_on(one)
    assert found.interval is None
    assert found.explained is not None
    assert "– to –" in str(found)
    black = one.images.new_zeros((3, 1, 8, 8))
    answers = finished.answered(black, ("a", "b", "c"))
    form = reconstruct.judge(answers, torch.zeros(3)).as_dict()
    assert (form["explained"], form["interval"], form["baseline"]) == (None, None, None)


def test_the_measures_of_an_epoch_add_up_to_the_whole_variance(finished):
    for row in finished.rows:
        assert row["val_explained"] == pytest.approx(1 - row["val_loss"], abs=1e-5)
    train = open_images("digits", seed=0).splits["train"].images
    images = finished.record.images
    prepared = Preparation.of(images.mean, images.std, Recipe(device="cpu", layout="contiguous"))
    assert float(prepared(train).var(correction=0)) == pytest.approx(1, rel=1e-5)


def test_the_best_weights_are_those_of_the_highest_measure(finished):
    """A share of the variance is no share of images: no lower one counts as equal to it."""
    best = max(finished.rows, key=lambda row: row["val_explained"])
    assert finished.report.best["epoch"] == best["epoch"]
    rows = [{"val_explained": 0.93}, {"val_explained": 0.92}]
    assert best_row(rows, "explained", 180, counted=reconstruct.counted) is rows[0]
    assert best_row(rows, "explained", 180) is rows[1]


def test_the_run_folder_and_the_report_show_what_came_out(finished):
    assert (finished.folder / RECONSTRUCTION).read_bytes()[1:4] == b"PNG"
    assert not (finished.folder / "confusion.png").exists()
    report = str(finished)
    assert "of the variance of 360 images explained" in report
    assert "curves.png, reconstruction.png" in " ".join(report.split())
    last = json.loads((finished.folder / "journal.jsonl").read_text().splitlines()[-1])
    assert list(last) == ["time", "event", "explained", "interval"]


def test_the_picture_goes_from_the_best_to_the_worst(finished, monkeypatch):
    drawn = {}
    monkeypatch.setattr("striate.drawing.charts.pairs", lambda *given: drawn.update(given=given))
    split = open_images("digits", seed=0).splits["test"]
    answers = finished.answered(split.images, split.files)
    reconstruct.draw(answers, split.labels)
    inputs, outputs, captions = drawn["given"]
    assert len(captions) == 12
    assert captions == sorted(captions)
    error = ((answers.output - answers.prepare(answers.images)) ** 2).mean((1, 2, 3))
    assert captions[0] == f"output, error {error.min():.3f}"
    assert captions[-1] == f"output, error {error.max():.3f}"
    assert np.array_equal(inputs[0], split.images[error.argmin()].numpy())
    assert np.array_equal(outputs[0], answers.prepare.undone(answers.output)[error.argmin()])


def test_what_was_prepared_can_be_undone():
    levels = torch.arange(256, dtype=torch.uint8).repeat(2, 3, 1, 1)
    recipe = Recipe(device="cpu", layout="channels_last")
    prepare = Preparation.of((0.13, 0.5, 0.9), (0.3, 0.001, 0.2), recipe)
    assert torch.equal(prepare.undone(prepare(levels)), levels)


@pytest.mark.parametrize("size", [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 33, 47), (2, 1, 5)])
def test_the_autoencoder_gives_back_any_size(size):
    network = striate.resolve("autoencoder", input=size)
    model = striate.build(network).eval()
    assert model(torch.zeros(2, *size)).shape == (2, *size)
    assert [key for key in model.state_dict() if key.startswith("narrow")] == [
        "narrow.weight",
        "narrow.bias",
    ]
    (narrow,) = (node.size for node in network.nodes if node.path == "narrow")
    assert narrow == (8, -(-size[1] // 4), -(-size[2] // 4))


@pytest.mark.parametrize(
    ("network", "gives"),
    [("INPUT -> CONV 8 3x3 stride=2 pad=1 -> DECONV 1 4x4 stride=2", "1x10x10"), ("small", "10")],
)
def test_a_network_that_gives_no_such_images_is_refused(train, network, gives):
    with pytest.raises(ShapeError) as caught:
        train(network=network)
    sizes = f"the network gives {gives} for each image, and the images of digits are 1x8x8"
    assert caught.value.message == sizes
    assert "DECONV 1 to=8x8" in caught.value.help[0]


def test_the_remedy_helps(train):
    network = "INPUT -> CONV 8 3x3 stride=2 pad=1 -> DECONV 1 to=8x8"
    assert train(network=network, epochs=1).report.evaluation.count == 360


def photos(folder):
    """Class folders of coloured noise, 30 images of 12x10 in each."""
    random = np.random.default_rng(0)
    for name in ("dark", "light"):
        (folder / "photos" / name).mkdir(parents=True)
        for number in range(30):
            pixels = random.integers(0, 128, (10, 12, 3)) + 127 * (name == "light")
            path = folder / "photos" / name / f"{number:02}.png"
            Image.fromarray(pixels.astype(np.uint8)).save(path)
    return folder / "photos"


def test_coloured_files_are_given_back_as_files(train, tmp_path):
    folder = photos(tmp_path)
    run = train(folder, epochs=2)
    files = [folder / "dark" / "00.png", folder / "light" / "01.png"]
    predictions = run.predict(files)
    assert predictions.as_dict() == [
        {"file": str(file), "error": image.error}
        for file, image in zip(files, predictions.images, strict=True)
    ]
    (folder / "dark" / "00x.png").write_bytes(b"no picture")
    with_one_more = run.predict([*files, folder / "dark" / "00x.png"])
    assert with_one_more.as_dict()[:2] == predictions.as_dict()
    assert with_one_more.as_dict()[2]["file"] == str(folder / "dark" / "00x.png")
    assert "left out:" in str(with_one_more)
    predictions.save(tmp_path / "new" / "out")
    written = sorted((tmp_path / "new" / "out").iterdir())
    assert [path.name for path in written] == ["00.png", "01.png"]
    for path, image in zip(written, predictions.images, strict=True):
        with Image.open(path) as picture:
            assert np.array_equal(np.asarray(picture), image.pixels.permute(1, 2, 0))


def test_an_error_is_that_of_the_image(finished, answered):
    x, output = answered
    split = open_images("digits", seed=0).splits["test"]
    found = [image.error for image in finished.predict(split.images[:5]).images]
    np.testing.assert_allclose(found, ((output - x) ** 2).mean((1, 2, 3))[:5], rtol=1e-4)
    assert finished.predict([]).as_dict() == []


def test_nothing_is_ever_replaced(finished, tmp_path):
    split = open_images("digits", seed=0).splits["test"]
    for name in ("a/one.png", "b/One.png"):
        (tmp_path / name).parent.mkdir()
        Image.fromarray(split.images[0, 0].numpy()).save(tmp_path / name)
    before = (tmp_path / "a/one.png").read_bytes()
    one, other = tmp_path / "a/one.png", tmp_path / "b/One.png"
    with pytest.raises(OptionError, match=r"one\.png is there already"):
        finished.predict(one).save(tmp_path / "a")
    with pytest.raises(OptionError, match=r"One\.png would be written twice"):
        finished.predict([one, other]).save(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert one.read_bytes() == before
    with pytest.raises(OptionError, match="cannot be written"):
        finished.predict(one).save(one / "below a file")


def test_every_task_is_in_the_table():
    assert list(tasks) == ["classify", "reconstruct"]
    assert task_called("reconstruct") is reconstruct
    with pytest.raises(OptionError, match="there is no task 'sing'") as caught:
        task_called("sing")
    assert caught.value.help == ["there is classify, reconstruct"]
