"""Weights from an https:// or http:// address, on a server on this machine."""

import pytest
from serving import CLOSED, Answer, made, sha256

from striate.errors import WeightsError
from striate.transfer.sources import imagenet_classes, open_weights


@pytest.mark.parametrize("form", ["pth", "safetensors"])
@pytest.mark.parametrize("behind", ["", "?download=true"])
def test_what_lies_at_an_address_is_fetched_once(form, behind, server):
    server.answers[f"/some/mine.{form}{behind}"] = Answer(made(5, form))
    address = f"{server.address}/some/mine.{form}{behind}"
    weights = open_weights(address)
    assert (weights.source, weights.sha256) == (address, sha256(made(5, form)))
    assert (weights.file.name, weights.network) == (f"mine.{form}", "")
    assert weights.look is None
    assert open_weights(address).file == weights.file
    assert server.got == [f"/some/mine.{form}{behind}"]


def test_two_addresses_of_one_name_are_kept_apart(server):
    for folder in ("a", "b"):
        server.answers[f"/{folder}/model.safetensors"] = Answer(made(ord(folder), "safetensors"))
    a, b = (open_weights(f"{server.address}/{folder}/model.safetensors") for folder in "ab")
    assert (a.sha256, b.sha256) == tuple(sha256(made(ord(one), "safetensors")) for one in "ab")


def test_a_published_file_is_known_by_its_name_and_checksum(server, monkeypatch):
    from dataclasses import replace

    from striate.transfer.sources import fetching
    from striate.transfer.sources.published import torchvision_files

    file = next(file for file in torchvision_files() if file.network == "googlenet")
    right = replace(file, checksum=sha256(made(1))[:8])
    monkeypatch.setattr(fetching, "torchvision_files", lambda: (right,))
    for seed in (1, 2):
        server.answers[f"/{seed}/{file.name}"] = Answer(made(seed))
    known, other = (open_weights(f"{server.address}/{seed}/{file.name}") for seed in (1, 2))
    assert (known.look, known.network, known.classes) == (
        file.look,
        "googlenet",
        imagenet_classes(),
    )
    assert (other.look, other.network, other.classes) == (None, "", ())


@pytest.mark.parametrize("path", ["", "/", "/model", "/weights.html", "/a.zip?x=.pth"])
def test_an_address_that_is_none_of_weights_is_not_asked(path, server):
    with pytest.raises(WeightsError, match="is no address of weights: its file is called"):
        open_weights(server.address + path)
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"gone", 404), "the server answered 404"),
        (Answer(b"<html>", 200), "no file of weights: it is a web page"),
        (Answer(b"\0" * 5000), "no file of weights: it is neither safetensors nor"),
        (Answer(made(1)[:600]), r"mine\.pth is no "),
        (Answer(made(1) * 50, sent=1000), "the server broke off"),
    ],
    ids=["404", "page", "zeros", "cut", "broken off"],
)
def test_what_is_no_weights_is_said_and_not_kept(answer, reason, server, tmp_path):
    server.answers["/mine.pth"] = answer
    with pytest.raises(WeightsError, match=reason):
        open_weights(f"{server.address}/mine.pth")
    assert not any(path.is_file() for path in (tmp_path / "cache").rglob("*"))


@pytest.mark.parametrize(
    "address", [CLOSED, "http://", "http://[::1]:9x", "http://[", "https://no such host"]
)
def test_a_server_that_is_not_there_is_said(address):
    with pytest.raises(WeightsError) as refused:
        open_weights(f"{address}/mine.pth")
    assert refused.value.help
