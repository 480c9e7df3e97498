"""Every form that images and networks may have, as it is typed; and what is said of slips."""

import json
import shutil
import sys

import numpy as np
import pytest
from PIL import Image

import striate as package

TINY = ("--net", "INPUT -> CONV 4 3x3 -> RELU -> GAP -> FC", "--epochs", "1", "--json")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No test meets the cache of the machine."""
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path.parent / "cache"))


@pytest.fixture
def photos(tmp_path):
    """Twelve bright and twelve dark pictures in class folders."""
    for name, level in (("bright", 200), ("dark", 20)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(12):
            levels = np.random.default_rng(number).integers(level, level + 50, (9, 8), np.uint8)
            Image.fromarray(levels).save(tmp_path / "photos" / name / f"{number:02}.png")
    return tmp_path / "photos"


@pytest.fixture
def arrays(photos):
    files = sorted(photos.rglob("*.png"))
    x = np.stack([np.asarray(Image.open(path)) for path in files])
    return x, np.array([path.parent.name for path in files])


def trained(striate, *tokens):
    printed = striate("train", *tokens, *TINY)
    assert printed.code == 0, printed.err
    return json.loads(printed.out)["run"]


def test_an_archive_a_list_and_shards_are_trained_on_and_judge(striate, photos, arrays, tmp_path):
    np.savez(tmp_path / "set.npz", x=arrays[0], y=arrays[1])
    paths = [path.relative_to(photos).as_posix() for path in sorted(photos.rglob("*.png"))]
    rows = [f"{path},{path.partition('/')[0]}" for path in paths]
    (tmp_path / "list.csv").write_text("\n".join(["file,label", *rows]))
    written = json.loads(
        striate("shard", "photos", "--output", "out", "--count", "5", "--json").out
    )
    assert written["images"] == 24
    assert written["shards"] == [f"train-00000{n}.tar" for n in range(5)]
    npz = trained(striate, "set.npz")
    listed = trained(striate, "photos", "--labels", "list.csv")
    shards = trained(striate, "out/train-{000000..000004}.tar")
    assert (npz, listed) == ("runs/set-network1", "runs/list-network1")
    assert shards == "runs/train-network1"
    for run in (npz, listed, shards):
        assert json.loads(striate("evaluate", run, "--json").out)["count"] == 5
    for data in (("out",), ("set.npz",), ("photos", "--labels", "list.csv"), ("photos",)):
        printed = striate("evaluate", npz, "--data", *data, "--json")
        count = 24 if data == ("out",) else 5  # the others are the same images in the same order
        assert json.loads(printed.out)["count"] == count, printed.err


def test_what_shard_writes_is_said_and_nothing_else_is_touched(striate, photos):
    printed = striate("shard", "photos", "--output", "out")
    assert "24 images of 2 classes in 1 shard\n" in printed.out
    assert "striate train out" in printed.out
    again = striate("shard", "photos", "--output", "out")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_images_that_were_moved_are_found_by_resume(striate, photos, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("striate.runs.making.fit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            striate("train", "photos", *TINY)
    photos.rename(photos.with_name("moved"))
    lost = striate("resume", "runs/photos-network1")
    assert lost.code == 2
    assert "neither a folder nor a known set" in lost.err
    assert striate("resume", "runs/photos-network1", "--images", "moved").code == 0


def test_a_factory_is_typed_like_a_network(striate, photos, tmp_path):
    (tmp_path / "typednets.py").write_text(
        "from torch import nn\n"
        "def make(classes, width=2):\n"
        "    return nn.Sequential(nn.Conv2d(1, width, 3), nn.Flatten(), nn.LazyLinear(classes))\n"
    )
    options = ("width=3", "--net", "typednets:make", "--epochs", "1", "--json")
    printed = striate("train", "photos", *options)
    assert printed.code == 0, printed.err
    run = json.loads(printed.out)["run"]
    assert run == "runs/photos-make1"
    assert "(0): Conv2d(1, 3" in (tmp_path / run / "net.txt").read_text()
    assert json.loads(striate("evaluate", run, "--json").out)["count"] == 5
    assert striate("predict", run, "photos/dark/00.png", "--json").code == 0
    del sys.modules["typednets"]
    shutil.move(tmp_path / "typednets.py", tmp_path / "other.py")
    lost = striate("evaluate", run)
    assert (lost.code, "there is no module 'typednets'" in lost.err) == (2, True)


def test_a_run_from_memory_is_used_and_its_images_are_asked_for(striate, arrays):
    x, y = arrays
    options = {"epochs": 1, "precision": "float32", "layout": "contiguous"}
    run = package.train(x, y, "INPUT -> CONV 4 3x3 -> GAP -> FC", **options)
    folder = "runs/arrays-network1"
    assert str(run.folder) == folder
    printed = striate("evaluate", folder)
    assert printed.code == 2
    assert f"striate.load('{folder}').evaluate((x, y))" in printed.err
    assert package.load(folder).evaluate((x, y)).as_dict() == run.evaluate().as_dict()
    assert striate("predict", folder, "photos/dark/00.png").code == 0
    from_array, from_parts = run.predict(x[:3]), run.predict(x[:3] / 255)
    assert from_array.as_dict() == from_parts.as_dict()


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["train", "set.npz"], "DataError", "neither a folder nor a known set"),
        (["train", "photos/dark/00.png"], "DataError", "is a file, not a folder"),
        (["train", "data-{0..3}.tar"], "DataError", "there is no shard"),
        (["train", "photos", "--labels", "list.csv"], "DataError", "cannot be read"),
        (["train", "photos", "--net", "no.such:net"], "OptionError", "no module 'no'"),
        (["train", "photos", "--net", "os:getcwd"], "OptionError", "not a torch module"),
        (["shard", "photos"], "OptionError", "--output"),
        (["shard", "digits", "--output", "out"], "DataError", "no folder of images"),
        (["evaluate", "x", "--labels", "list.csv"], "", ""),
    ],
)
def test_a_slip_is_one_sentence_with_a_remedy(striate, photos, tokens, kind, says):
    printed = striate(*tokens)
    assert printed.code == 2
    assert kind in printed.err
    assert says in printed.err
    assert "help: " in printed.err
    assert "Traceback" not in printed.err
