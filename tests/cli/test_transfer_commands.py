"""Published weights at the prompt: named without training, trained from, refused in a sentence."""

import json
import pickle
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import striate as python

TEXT = "INPUT 3x16x16\nconv: CONV 8 3x3 pad=1 -> RELU\nGAP -> fc: FC classes\n"
FACTS = {"mean": "0.5,0.5,0.5", "std": "0.2,0.2,0.2", "resize": "18", "crop": "16"}


def write(path, count, **facts):
    torch.manual_seed(0)
    model = python.build(TEXT, classes=count)
    save_file(dict(model.state_dict()), path, {**FACTS, **facts})


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def photos(tmp_path):
    for name, colour in (("grey", (90, 90, 90)), ("red", (200, 20, 20))):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(20):
            picture = Image.new("RGB", (24, 20), tuple(level + number for level in colour))
            picture.save(tmp_path / "photos" / name / f"{number:02}.png")
    (tmp_path / "net.cnn").write_text(TEXT)
    write(tmp_path / "net.safetensors", 4, classes='["ant", "bee", "cat", "dog"]')
    return tmp_path / "photos"


def test_images_are_named_without_training(striate, photos):
    printed = striate(
        *("predict", "--net", "net.cnn", "--weights", "net.safetensors"),
        *("photos/red/00.png", "photos/grey", "--json"),
    )
    assert printed.code == 0, printed.err
    found = json.loads(printed.out)
    assert len(found) == 21
    assert [one["file"] for one in found[:2]] == ["photos/red/00.png", "photos/grey/00.png"]
    assert {one["name"] for one in found[0]["classes"]} == {"ant", "bee", "cat", "dog"}


def test_a_network_is_trained_from_weights(striate, photos):
    printed = striate(
        *("train", "photos", "--net", "net.cnn", "--weights", "net.safetensors"),
        *("--precision", "float32"),
    )
    assert printed.code == 0, printed.err
    assert "transfer: little (" in printed.err + printed.out
    assert "begins anew: fc (4 classes there, 2 here)" in printed.err + printed.out


@pytest.mark.parametrize(
    "asked",
    [
        ("--transfer", "medium", "--fresh", "conv.bias", "--fresh", "fc.bias"),
        ("--freeze", "conv.bias", "--freeze", "fc.bias"),
        ("--train-last", "2"),
    ],
    ids=lambda asked: asked[0],
)
def test_the_next_command_after_a_range_test_begins_from_the_same(striate, photos, asked):
    given = ("photos", "--net", "net.cnn", "--weights", "net.safetensors", *asked)
    printed = striate("train", *given, "--precision", "float32", "--find-lr")
    assert printed.code == 0, printed.err
    words = shlex.split(printed.out.splitlines()[-1].removeprefix("Next: striate train "))
    pairs = set(pairwise(words))
    assert words[0] == "photos"
    assert set(zip(given[1::2], given[2::2], strict=True)) <= pairs


def test_mixing_what_is_computed_once_is_refused_before_a_run_is_made(striate, photos):
    printed = striate(
        *("train", "photos", "--net", "net.cnn", "--weights", "net.safetensors"),
        *("--mixup", "0.2"),
    )
    assert printed.code == 2
    assert printed.err.startswith("OptionError: mixup = 0.2 mixes images")
    assert not list(photos.parent.glob("runs/*"))


def test_the_names_of_classes_come_from_a_file(striate, photos, tmp_path):
    write(tmp_path / "unnamed.safetensors", 3)
    (tmp_path / "names.txt").write_text("one\ntwo\nthree\n")
    command = ("predict", "--net", "net.cnn", "--weights", "unnamed.safetensors")
    printed = striate(*command, "--classes", "names.txt", "photos/red/00.png", "--json")
    assert printed.code == 0, printed.err
    assert {one["name"] for one in json.loads(printed.out)[0]["classes"]} == {"one", "two", "three"}
    printed = striate(*command, "--classes", "gone.txt", "photos/red/00.png")
    assert printed.code == 2
    assert "gone.txt" in printed.err


def test_files_without_a_picture_are_left_out_and_named(striate, photos):
    (photos / "red" / "00.png").write_bytes(b"no picture")
    command = ("predict", "--net", "net.cnn", "--weights", "net.safetensors", "photos/red")
    printed = striate(*command)
    assert printed.code == 0, printed.err
    assert "left out: photos/red/00.png: not an image" in printed.out
    form = json.loads(striate(*command, "--json").out)
    assert [one["file"] for one in form if "classes" in one] == [
        f"photos/red/{number:02}.png" for number in range(1, 20)
    ]
    assert [one["file"] for one in form if "problem" in one] == ["photos/red/00.png"]
    nothing = striate(*command[:-1], "photos/red/00.png")
    assert nothing.code == 2
    assert nothing.err.startswith("DataError: photos/red/00.png: not an image")
    gone = striate(*command, "gone.png")
    assert gone.code == 2
    assert gone.err.startswith("DataError: gone.png: cannot be read")


def test_published_weights_are_judged_by_images_of_their_classes(striate, photos):
    command = ("evaluate", "--net", "net.cnn", "--weights", "net.safetensors")
    (photos / "red").rename(photos / "ant")
    (photos / "grey").rename(photos / "dog")
    printed = striate(*command, "--data", "photos", "--json")
    assert printed.code == 0, printed.err
    form = json.loads(printed.out)
    assert form["count"] == form["judged_by"]["images"] == 40
    named = json.loads(striate(*command[:0], "predict", *command[1:], "photos", "--json").out)
    right = sum(one["file"].split("/")[1] == one["classes"][0]["name"] for one in named)
    assert form["accuracy"] == right / 40
    assert "Judged by all images of " in striate(*command, "--data", "photos").out
    assert "published weights have no images of their own" in striate(*command).err
    assert "there is no network to evaluate" in striate("evaluate").err


def test_a_file_has_a_line_of_its_own_where_nobody_looks_on(striate, photos):
    long = photos / ("very-" * 40 + "long.png")
    (photos / "red" / "00.png").rename(long)
    command = ("predict", "--net", "net.cnn", "--weights", "net.safetensors", "--top", "1")
    printed = striate(*command, str(long), "photos/red/01.png")
    lines = printed.out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"{long} ")


def test_training_says_which_network_it_took_from_the_weights(striate, photos, tmp_path):
    torch.manual_seed(0)
    facts = {"mean": "0.5", "std": "0.2", "resize": "32", "crop": "32", "network": "lenet5"}
    model = python.build("lenet5", classes=10)
    save_file(dict(model.state_dict()), tmp_path / "digits.safetensors", facts)
    printed = striate("train", "photos", "--weights", "digits.safetensors")
    assert printed.code == 0, printed.err
    assert "the network is lenet5, which digits.safetensors says it is for" in printed.err


def test_what_cannot_be_asked_of_published_weights_is_refused(striate, photos):
    image, names = "photos/red/01.png", photos.parent / "names.txt"
    command = ("predict", "--net", "net.cnn", "--weights", "net.safetensors")
    names.write_text("\n")
    refused = {
        (): "there is no image to name",
        (image, "--top", "0"): "the first 0 classes",
        (image, "--size", "0"): "size = 0 cannot be",
        (image, "--classes", "names.txt"): "there is no name in names.txt",
    }
    for tokens, sentence in refused.items():
        printed = striate(*command, *tokens)
        assert printed.code == 2
        assert f"Error: {sentence}" in printed.err
    names.write_text("one\ntwo\n")
    printed = striate(*command, image, "--classes", "names.txt")
    assert "tells 4 classes apart, and 2 names are given for them" in printed.err
    assert "--fresh" not in printed.err
    assert "there is no image to name" in striate("predict").err
    assert "--size is for published weights" in striate("predict", "run", image, "--size", "3").err


def test_weights_say_which_network_they_are_for(striate, photos, tmp_path):
    torch.manual_seed(0)
    model = python.build("lenet5", classes=10)
    facts = {"mean": "0.5", "std": "0.2", "resize": "32", "crop": "32", "network": "lenet5"}
    names = json.dumps([str(number) for number in range(10)])
    save_file(
        dict(model.state_dict()), tmp_path / "digits.safetensors", {**facts, "classes": names}
    )
    printed = striate("predict", "--weights", "digits.safetensors", "photos/red/01.png", "--json")
    assert printed.code == 0, printed.err
    assert len(json.loads(printed.out)[0]["classes"]) == 5
    striate("train", "photos", "--net", "net.cnn", "--weights", "net.safetensors")
    refused = striate("predict", "runs/photos-net1", "--weights", "digits.safetensors", "photos")
    assert "runs/photos-net1 is a run" in refused.err


def wrong(tmp_path, kind):
    """Weights that are wrong in one way."""
    path = tmp_path / "wrong.safetensors"
    if kind == "another network's":
        save_file({"layer1.weight": torch.zeros(4, 3, 5, 5)}, path, FACTS)
    elif kind == "truncated":
        path.write_bytes((tmp_path / "net.safetensors").read_bytes()[:-100])
    elif kind == "10 classes for 1,000":
        write(path, 10)
    else:
        path = tmp_path / "wrong.pth"
        path.write_bytes(pickle.dumps({"fc.weight": Code(tmp_path / "executed")}))
    return path


class Code:
    """What makes a file when a pickle of it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@pytest.mark.parametrize(
    "kind", ["another network's", "truncated", "10 classes for 1,000", "a pickle with code"]
)
def test_wrong_weights_get_a_sentence(striate, photos, tmp_path, kind):
    path = wrong(tmp_path, kind)
    printed = striate("predict", "--net", "net.cnn", "--weights", str(path), "photos/red/00.png")
    assert printed.code == 2
    assert printed.err.startswith("WeightsError: ")
    assert "help: " in printed.err
    assert "Traceback" not in printed.err
    assert not (tmp_path / "executed").exists()
    if kind == "10 classes for 1,000":
        assert "10 classes" in printed.err
        assert "1,000" in printed.err
