"""Weights on this machine: what is told of them by where they lie, and how they are called."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from serving import made, sha256

from striate.data.look import Look
from striate.errors import WeightsError
from striate.transfer.sources import fetching, imagenet_classes, open_weights
from striate.transfer.sources.published import torchvision_files

CONFIG = {
    "architecture": "tiny",
    "num_classes": 2,
    "label_names": ["ant", "bee"],
    "pretrained_cfg": {
        "input_size": [3, 64, 64],
        "crop_pct": 0.5,
        "mean": [0, 0, 0],
        "std": [1] * 3,
    },
}


@pytest.fixture
def repository(tmp_path):
    """A copy of a repository of the hub."""
    folder = tmp_path / "copied" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(made(1, "safetensors"))
    (folder / "config.json").write_text(json.dumps(CONFIG))
    return folder


@pytest.mark.parametrize("as_path", [Path, str])
def test_a_file_is_its_tensors(as_path, tmp_path):
    (tmp_path / "mine.pth").write_bytes(made(2))
    weights = open_weights(as_path(tmp_path / "mine.pth"))
    assert (weights.sha256, set(weights.tensors)) == (sha256(made(2)), {"fc.weight", "fc.bias"})
    assert (weights.source, weights.look) == (str(tmp_path / "mine.pth"), None)


def test_a_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.pth").write_bytes(made(2))
    assert open_weights("~/mine.pth").file == tmp_path / "mine.pth"


@pytest.mark.parametrize("end", ["", "model.safetensors"])
def test_a_copied_repository_says_what_it_is(end, repository):
    weights = open_weights(str(repository / end))
    assert (weights.network, weights.classes) == ("tiny", ("ant", "bee"))
    assert weights.look == Look((3, 64, 64), 128, (0, 0, 0), (1, 1, 1))
    assert weights.licence == ""
    card = "---\ntags:\n- one\nlicense: mit\n---\nlicense: other\n"
    (repository / "README.md").write_text(card)
    assert open_weights(repository).licence == "mit"


def test_a_folder_named_like_a_repository_counts_first(repository):
    assert open_weights("copied/tiny").sha256 == sha256(made(1, "safetensors"))


def test_a_run_gives_its_best_weights(tmp_path):
    (tmp_path / "run" / "weights").mkdir(parents=True)
    (tmp_path / "run" / "weights" / "best.safetensors").write_bytes(made(3, "safetensors"))
    (tmp_path / "run" / "weights" / "last.safetensors").write_bytes(made(4, "safetensors"))
    assert open_weights("run").sha256 == sha256(made(3, "safetensors"))


def test_a_file_of_torchvisions_is_known_only_by_name_and_checksum(tmp_path, monkeypatch):
    file = next(file for file in torchvision_files() if file.network == "inception_v3")
    (tmp_path / file.name).write_bytes(made(1))
    weights = open_weights(tmp_path / file.name)
    assert (weights.look, weights.network, weights.licence) == (None, "", "")
    right = replace(file, checksum=sha256(made(1))[:8])
    monkeypatch.setattr(fetching, "torchvision_files", lambda: (right,))
    weights = open_weights(tmp_path / file.name)
    assert (weights.look, weights.network) == (file.look, "inception_v3")
    assert (weights.licence, weights.classes) == ("BSD-3-Clause", imagenet_classes())


@pytest.mark.parametrize("source", ["no.pth", "./no", "/no/such", "no/such/file.safetensors"])
def test_a_path_where_nothing_is_is_said(source):
    with pytest.raises(WeightsError, match="cannot be read"):
        open_weights(source)


def test_a_folder_without_weights_is_said(tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(WeightsError, match="photos is a folder"):
        open_weights("photos")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "{",
        "\xff",
        json.dumps(CONFIG | {"pretrained_cfg": CONFIG["pretrained_cfg"] | {"std": [0, 1, 1]}}),
        json.dumps(CONFIG | {"pretrained_cfg": CONFIG["pretrained_cfg"] | {"crop_pct": 0}}),
        json.dumps(CONFIG | {"pretrained_cfg": CONFIG["pretrained_cfg"] | {"input_size": 64}}),
        json.dumps(CONFIG | {"pretrained_cfg": CONFIG["pretrained_cfg"] | {"mean": "grey"}}),
    ],
)
def test_a_damaged_config_is_said(written, repository):
    (repository / "config.json").write_text(written, "latin-1")
    with pytest.raises(WeightsError, match=r"config\.json (is not what|says how)") as refused:
        open_weights(repository)
    assert refused.value.help
