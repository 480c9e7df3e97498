"""`striate train` and what follows it, on real digits; short trainings, and every kind of slip."""

import json

import numpy as np
import pytest
from PIL import Image

from striate.tasks import tasks

TINY = "INPUT -> CONV 8 3x3 -> RELU -> GAP -> FC"
FIRST = "INPUT -> [[CONV -> RELU] *N -> POOL]*M -> [FC->RELU]*K -> FC"
SECOND = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"
THIRD = "INPUT -> [[CONV -> RELU]*2 -> POOL?]*3 -> [FC -> RELU]*1 -> FC -> SOFTMAX"


@pytest.mark.parametrize(
    "tokens",
    [(FIRST, "N=1", "M=2", "K=1"), (SECOND, "N=1", "M=5", "K=0"), (THIRD,)],
    ids=["N M K with FC", "N M K with SOFTMAX", "nothing given"],
)
def test_the_lecture_patterns_train_as_they_are_typed(striate, tokens):
    net, *numbers = tokens
    printed = striate("train", "digits", *numbers, "--net", net, "--epochs", "10", "--json")
    result = json.loads(printed.out)
    assert result["evaluation"]["count"] == 360
    assert result["evaluation"]["accuracy"] > 0.8


def test_a_run_is_trained_evaluated_used_and_named(striate, tmp_path):
    trained = striate("train", "digits", "--net", TINY, "--epochs", "1")
    assert trained.code == 0
    run = "runs/digits-network1"
    assert run in trained.out
    files = {path.name for path in (tmp_path / run).iterdir()}
    assert files == {
        *("net.cnn", "recipe.toml", "results.csv", "journal.jsonl", "weights", "split.csv"),
        *("confusion.png", "curves.png", "reliability.png", "worst.png", "environment.json"),
        "data.json",
    }
    measures = json.loads(striate("evaluate", run, "--json").out)
    first = ["accuracy", "interval", "count", "loss", "baseline", "classes"]
    assert list(measures)[:6] == first
    image = tmp_path / "three.png"
    Image.fromarray(np.full((20, 20), 90, np.uint8)).save(image)
    named = json.loads(striate("predict", run, str(image), "--json", "--top", "2").out)
    assert named[0]["file"] == str(image)
    assert [set(entry) for entry in named[0]["classes"]] == [{"name", "probability"}] * 2
    assert striate("resume", run).code == 2
    assert striate("plan", f"{run}/net.cnn").code == 0


def test_images_are_given_back_judged_and_written(striate, tmp_path):
    options = ("--net", "autoencoder", "--task", "reconstruct", "--epochs", "2", "--json")
    trained = json.loads(striate("train", "digits", *options).out)
    run = trained["run"]
    measures = json.loads(striate("evaluate", run, "--json").out)
    assert measures.pop("judged_by")["images"] == measures["count"]
    assert measures == trained["evaluation"]
    assert list(measures) == ["error", "variance", "explained", "interval", "count", "baseline"]
    assert (tmp_path / run / "reconstruction.png").is_file()
    Image.fromarray(np.full((20, 20), 90, np.uint8)).save(tmp_path / "three.png")
    told = json.loads(striate("predict", run, "three.png", "--output", "out", "--json").out)
    assert [list(one) for one in told] == [["file", "error"]]
    with Image.open(tmp_path / "out" / "three.png") as written:
        assert (written.size, written.mode) == ((8, 8), "L")
    again = striate("predict", run, "three.png", "--output", "out")
    assert again.code == 2
    assert "three.png is there already" in again.err
    assert striate("resume", run).code == 2


def test_classes_are_no_images_to_write(striate, tmp_path):
    run = json.loads(striate("train", "digits", "--net", TINY, "--epochs", "1", "--json").out)[
        "run"
    ]
    Image.fromarray(np.full((8, 8), 90, np.uint8)).save(tmp_path / "three.png")
    printed = striate("predict", run, "three.png", "--output", "out")
    assert printed.code == 2
    assert "does not answer with images" in printed.err
    assert not (tmp_path / "out").exists()


def test_help_names_every_task(striate):
    printed = striate("train", "--help").out
    assert all(name in printed for name in tasks)


def _photos(folder, classes):
    for name, count in classes.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.random.default_rng(number).integers(0, 255, (12, 12, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["train", "no-such-folder"], "DataError", "neither a folder nor a known set"),
        (["train", "one"], "DataError", "one class"),
        (["train", "hollow"], "DataError", "hollow"),
        (["train", "digits", "--net", "INPUT -> CONV -> FC 3"], "ShapeError", "10 classes"),
        (["train", "digits", "--net", "INPUT -> CONV 8 11x11 -> FC"], "ShapeError", "8x8"),
        (["train", "digits", "--net", "INPUT -> [CONV]*N -> FC"], "LanguageError", "N=2"),
        (["train", "digits", "--epochs", "-1"], "OptionError", "at least 0"),
        (["train", "digits", "--epochs", "many"], "OptionError", "--epochs"),
        (["train", "digits", "--task", "sing"], "OptionError", "classify"),
        (
            ["train", "digits", "--task", "reconstruct", "--net", "small"],
            "ShapeError",
            "DECONV 1 to=8x8",
        ),
        (["train", "digits", "--size", "1x2"], "OptionError", "3x64x64"),
        (["evaluate", "nothing"], "RunError", "does not exist"),
        (["resume", "nothing"], "RunError", "does not exist"),
        (["predict", "nothing", "photo.png"], "RunError", "does not exist"),
        (["predict", "nothing"], "OptionError", "no image"),
    ],
)
def test_a_slip_is_one_sentence_with_a_remedy_and_exit_code_2(
    striate, tmp_path, tokens, kind, says
):
    _photos(tmp_path / "one", {"cat": 5})
    _photos(tmp_path / "hollow", {"cat": 5, "dog": 0})
    printed = striate(*tokens)
    assert printed.code == 2
    assert f"{kind}: " in printed.err
    assert says in printed.err
    assert "help: " in printed.err
    assert "Traceback" not in printed.err


def test_unreadable_images_are_named_and_left_out(striate, tmp_path):
    _photos(tmp_path / "photos", {"cat": 12, "dog": 12})
    (tmp_path / "photos" / "cat" / "broken.png").write_bytes(b"no image")
    printed = striate("train", "photos", "--net", TINY, "--epochs", "1")
    assert printed.code == 0
    assert "broken.png" in printed.err
    assert (tmp_path / "photos" / "cat" / "broken.png").read_bytes() == b"no image"
