"""striate weights: what can be had by name, on a terminal and for programs."""

import json

import pytest

from striate.transfer.sources.published import repositories, torchvision_files


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No weights are here."""
    from huggingface_hub import constants

    monkeypatch.delenv("STRIATE_DATA", raising=False)
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def test_every_name_has_a_line_that_fits(striate):
    code, out, err = striate("weights")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].split() == ["name", "network", "licence", "MiB", "here"]
    names = {file.source for file in torchvision_files()} | {row.name for row in repositories()}
    assert {line.split()[0] for line in lines[1:]} == names
    assert len(lines) == 1 + len(names)
    assert max(map(len, lines)) <= 80
    assert "yes" not in out


def test_one_network_has_its_own(striate, tmp_path):
    place = tmp_path / "cache" / "weights" / "resnet50-0676ba61.pth"
    place.parent.mkdir(parents=True)
    place.touch()
    lines = [line.split() for line in striate("weights", "resnet50").out.splitlines()[1:]]
    assert lines == [
        ["torchvision/resnet50-11ad3fa6", "resnet50", "BSD-3-Clause", "97.8"],
        ["torchvision/resnet50-0676ba61", "resnet50", "BSD-3-Clause", "97.8", "yes"],
        ["timm/resnet50.a1_in1k", "resnet50", "apache-2.0"],
    ]


def test_programs_get_all_of_it(striate):
    form = json.loads(striate("weights", "vgg16", "--json").out)
    assert form[0] == {
        "name": "torchvision/vgg16-397923af",
        "network": "vgg16",
        "source": "torchvision",
        "licence": "BSD-3-Clause",
        "megabytes": 527.8,
        "file": None,
    }
    assert [row["source"] for row in form] == ["torchvision", "Hugging Face hub"]


def test_a_network_without_weights_is_answered_by_one_that_has(striate):
    code, _, err = striate("weights", "resnet81")
    assert code == 2
    assert "no weights are known by name for resnet81" in err
    assert "did you mean 'resnet18'?" in err
