"""Every published file of torchvision's, asked for at its path on a server with made weights.

The sizes that torchvision gives are judged by the parameters in tests/published/torchvision.json,
what GoogLeNet and Inception-v3 see by doing what torchvision does, step by step.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from serving import CLOSED, Answer, made, sha256

from striate.errors import WeightsError
from striate.transfer.sources import fetching, imagenet_classes, open_weights, opening
from striate.transfer.sources.published import torchvision_files
from striate.zoo import entries

FILES = torchvision_files()
FACTS = Path(__file__).parents[2] / "published" / "torchvision.json"
SMALL = next(file for file in FILES if file.network == "squeezenet1_1")
BY_NAME = [pytest.param(file, id=file.name) for file in FILES]


@pytest.fixture
def table(server, monkeypatch):
    """The whole table at the server's address, each row with the checksum of made weights."""
    rows = []
    for seed, file in enumerate(FILES):
        path = file.address.removeprefix("https://download.pytorch.org")
        server.answers[path] = Answer(made(seed))
        checksum = sha256(made(seed))[:8]
        rows.append(replace(file, address=server.address + path, checksum=checksum))
    for module in (opening, fetching):
        monkeypatch.setattr(module, "torchvision_files", lambda: tuple(rows))
    return rows


def test_the_table_has_every_network_that_torchvision_and_the_zoo_share():
    networks = dict.fromkeys(file.network for file in FILES)
    assert set(json.loads(FACTS.read_text("utf-8"))["models"]) <= set(networks)
    assert set(networks) <= {entry.name for entry in entries()}
    assert len({file.name for file in FILES}) == len(FILES) == 25
    for file in FILES:
        assert file.name.endswith(f"-{file.checksum}.pth")
        assert len(file.checksum) == 8
        assert set(file.checksum) <= set("0123456789abcdef")
        assert file.name.startswith(file.network.removesuffix("_v3"))
        assert file.address == f"https://download.pytorch.org/models/{file.name}"


def test_sizes_are_those_of_the_parameters():
    facts = json.loads(FACTS.read_text("utf-8"))["models"]
    for file in FILES:
        if file.network not in facts:
            continue
        ours = 4 * facts[file.network]["parameters"] / 2**20
        if file.network in ("googlenet", "inception_v3"):
            assert ours < file.megabytes  # there are auxiliary classifiers in the file
        else:
            assert file.megabytes == pytest.approx(ours, rel=0.02), file.name


@pytest.mark.parametrize("file", BY_NAME)
def test_each_file_is_asked_for_at_its_path_and_known_for_what_it_is(file, table, server, tmp_path):
    weights = open_weights(file.source)
    assert server.got == [f"/models/{file.name}"]
    assert weights.file == tmp_path / "cache" / "weights" / file.name
    content = made(FILES.index(file))
    assert weights.file.read_bytes() == content
    assert weights.sha256 == sha256(content)
    assert (weights.source, weights.network) == (file.source, file.network)
    assert (weights.licence, weights.look) == ("BSD-3-Clause", file.look)
    assert weights.classes == imagenet_classes()
    open_weights(file.source)
    assert len(server.got) == 1


@pytest.mark.parametrize("file", BY_NAME)
def test_each_file_is_refused_unless_it_has_the_published_checksum(
    file, server, tmp_path, monkeypatch
):
    monkeypatch.setenv("STRIATE_MIRROR", server.address + "/")
    server.answers[f"/weights/{file.name}"] = Answer(made(0))
    refusal = f"begins with {sha256(made(0))[:8]}, and that of the published file with "
    with pytest.raises(WeightsError, match=refusal + file.checksum):
        open_weights(file.source)
    assert server.got == [f"/weights/{file.name}"]
    assert [*(tmp_path / "cache" / "weights").iterdir()] == []


@pytest.mark.parametrize("network", dict.fromkeys(file.network for file in FILES))
def test_a_network_alone_means_the_first_of_its_files(network, table, server):
    first = next(file for file in FILES if file.network == network)
    assert open_weights("torchvision", network=network).file.name == first.name
    assert open_weights(f"torchvision/{network}").network == network
    assert server.got == [f"/models/{first.name}"]


def test_the_better_of_two_is_the_first():
    first = {file.network: file.name for file in reversed(FILES)}
    assert first["resnet50"] == "resnet50-11ad3fa6.pth"
    assert first["mobilenet_v2"] == "mobilenet_v2-7ebf99e0.pth"


@pytest.mark.parametrize("file", BY_NAME)
def test_pictures_are_seen_as_torchvision_prepares_them(file):
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).view(3, 1, 1)
    levels = torch.rand(3, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    theirs = (levels - mean) / std
    if file.network in ("googlenet", "inception_v3"):  # transform_input
        channels = [
            theirs[channel] * (std[channel] / 0.5) + (mean[channel] - 0.5) / 0.5
            for channel in range(3)
        ]
        theirs = torch.stack(channels)
    look = file.look
    ours = torch.stack([(levels[c] - look.mean[c]) / look.std[c] for c in range(3)])
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_sides_are_those_of_torchvisions_presets():
    sides = {file.name: (file.look.resize, *file.look.size) for file in FILES}
    assert sides.pop("inception_v3_google-0cc3c7bd.pth") == (342, 3, 299, 299)
    assert sides.pop("convnext_tiny-983f1562.pth") == (236, 3, 224, 224)
    second = ("11ad3fa6", "cd907fc2", "f82ba261", "7ebf99e0")
    for name, side in sides.items():
        assert side == (232 if name[-12:-4] in second else 256, 3, 224, 224), name
    assert {file.look.mode for file in FILES} == {"bilinear"}


PAGE = b"\n<!DOCTYPE html><html><body>Please log in</body></html>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"gone", 404), "the server answered 404"),
        (Answer(b"oh", 503), "the server answered 503"),
        (Answer(PAGE), "no file of weights: it is a web page"),
        (Answer(b""), "what arrived is empty"),
        (Answer(made(1)[:-1]), "SHA-256 of what arrived begins with"),
        (Answer(made(1) * 50, sent=1000), "the server broke off"),
        (Answer(made(1), sent=0), "the server broke off"),
    ],
    ids=["404", "503", "page", "empty", "cut", "broken off", "nothing sent"],
)
def test_what_does_not_arrive_whole_is_said_and_not_kept(answer, reason, table, server, tmp_path):
    server.answers[f"/models/{SMALL.name}"] = answer
    with pytest.raises(WeightsError, match=reason) as refused:
        open_weights(SMALL.source)
    folder = tmp_path / "cache" / "weights"
    assert refused.value.help == [
        f"put {SMALL.name} into {folder}",
        "or name a file: --weights FILE",
    ]
    assert [*folder.iterdir()] == []


def test_without_a_network_the_file_and_its_place_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_MIRROR", CLOSED)
    with pytest.raises(WeightsError, match=r"is not on this machine, .* cannot be reached") as no:
        open_weights("torchvision", network="resnet18")
    assert no.value.help[0] == f"put resnet18-f37072fd.pth into {tmp_path / 'cache' / 'weights'}"


@pytest.mark.parametrize("shelf", ["cache", "shelf"])
def test_without_a_network_a_file_that_was_put_there_is_used(shelf, table, tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_MIRROR", CLOSED)
    monkeypatch.setenv("STRIATE_DATA", str(tmp_path / "shelf"))
    place = tmp_path / shelf / "weights" / SMALL.name
    place.parent.mkdir(parents=True)
    place.write_bytes(made(FILES.index(SMALL)))
    assert open_weights(SMALL.source).file == place


def test_another_file_under_the_name_is_refused(tmp_path):
    place = tmp_path / "cache" / "weights" / SMALL.name
    place.parent.mkdir(parents=True)
    place.write_bytes(made(3))
    with pytest.raises(WeightsError, match="is not the published file: its SHA-256 begins") as no:
        open_weights(SMALL.source)
    assert no.value.help == [f"remove {place}: it is fetched again"]


def test_a_cache_that_cannot_be_written_is_said(table, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file"))
    with pytest.raises(WeightsError, match="could not be fetched"):
        open_weights(SMALL.source)


@pytest.mark.parametrize(
    ("source", "network", "message", "help"),
    [
        ("torchvision", "", "none is named", "name one: torchvision/resnet18"),
        ("torchvision", "lenet5", "under the name lenet5", "it has them for alexnet, vgg11,"),
        ("torchvision/resnet81", "", "under the name resnet81", "did you mean torchvision/resnet"),
        (
            "resnet18-f37072fd",
            "",
            "no weights called",
            "did you mean torchvision/resnet18-f37072fd",
        ),
        ("resnet18.a1_in1k", "", "no weights called", "did you mean timm/resnet18.a1_in1k"),
        ("", "", "no weights called ''", "weights are a file, a run folder,"),
        ("a/b/c", "", "no weights called 'a/b/c'", "weights are a file, a run folder,"),
        ("x" * 5000, "", "no weights called", "weights are a file, a run folder,"),
        ("nul\0", "", "no weights called", "weights are a file, a run folder,"),
    ],
)
def test_a_name_that_is_nothing_is_answered_by_what_there_is(source, network, message, help):
    with pytest.raises(WeightsError, match=message) as refused:
        open_weights(source, network=network)
    assert any(line.startswith(help) for line in refused.value.help), refused.value.help
