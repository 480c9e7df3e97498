"""Whatever is given as weights and is none gets a sentence; nothing in it is ever run."""

import contextlib
import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save, save_file
from torch import nn

from striate.errors import WeightsError
from striate.transfer.weights.files import read_weights


def refused(path):
    """The sentence for what cannot be read, which names the file and has a remedy."""
    with pytest.raises(WeightsError) as caught:
        read_weights(path)
    message = caught.value.message
    assert str(path) in message
    assert "\n" not in message
    assert caught.value.help
    assert len(message) - len(str(path)) < 220
    return message.replace(str(path), "FILE")


class Planted:
    """Unpickling it as Python does would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.write_text, (self.path, "was here")


class Shell:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("kind", [Planted, Shell])
@pytest.mark.parametrize("form", ["zip", "old", "pickle", "text pickle", "inside"])
@pytest.mark.parametrize("name", ["a.pth", "a.safetensors"])
def test_code_in_a_file_is_not_run(tmp_path, kind, form, name):
    sign, file = tmp_path / "sign", tmp_path / name
    planted = kind(sign)
    if form == "pickle":
        file.write_bytes(pickle.dumps(planted))
    elif form == "text pickle":
        file.write_bytes(pickle.dumps(planted, protocol=0))
    else:
        held = {"weight": torch.ones(2), "more": planted} if form == "inside" else planted
        torch.save(held, file, _use_new_zipfile_serialization=form != "old")
    message = refused(file)
    assert not sign.exists()
    if form != "text pickle":
        assert "was not run" in message
    with file.open("rb") as opened:
        if form in ("zip", "old", "inside"):
            torch.load(opened, weights_only=False)
        else:
            pickle.load(opened)
    assert sign.exists(), "this file does nothing: the test shows nothing"


def test_a_whole_module_is_told_by_its_class(tmp_path):
    torch.save(nn.Sequential(nn.Linear(2, 2)), tmp_path / "a.pth")
    assert "asks for code (torch.nn.modules.container.Sequential)" in refused(tmp_path / "a.pth")


def test_a_program_is_no_file_of_weights(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/constants.pkl", pickle.dumps(()))
        archive.writestr("a/data.pkl", pickle.dumps({}))
        archive.writestr("a/version", "3\n")
    assert "TorchScript program" in refused(tmp_path / "a.pt")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "FILE is empty"),
        (b"hello, weights", "neither safetensors nor what torch.save writes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG picture"),
        (b"\n <!DOCTYPE html><html>not found</html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "a pointer of Git LFS"),
        (b"\x1f\x8b" + bytes(99), "compressed with gzip"),
        (bytes(4096), "neither safetensors nor"),
        (b"PK\x03\x04" + bytes(99), "no whole file of weights"),
        (b"\x80\x02.", "FILE"),
        (struct.pack("<Q", 2) + b"{}", "holds no tensors"),
        (struct.pack("<Q", 2**39) + b"{", "no whole safetensors file"),
        (struct.pack("<Q", 9) + b'{"a": 1}}', "no whole safetensors file"),
    ],
)
@pytest.mark.parametrize("name", ["a.safetensors", "a.pth", "a.bin"])
def test_what_is_no_weights_is_told(tmp_path, content, told, name):
    (tmp_path / name).write_bytes(content)
    assert told in refused(tmp_path / name)


def test_paths_that_lead_nowhere(tmp_path):
    assert "no such file or directory" in refused(tmp_path / "none.pth")
    assert "is a folder" in refused(tmp_path)
    assert "cannot be read" in refused(tmp_path / "a\0b")
    (tmp_path / "file").touch()
    assert "not a directory" in refused(tmp_path / "file" / "a.pth")
    save_file({"a": torch.ones(1)}, tmp_path / "mine.safetensors")
    with pytest.raises(WeightsError, match="is a folder") as caught:
        read_weights(tmp_path)
    assert caught.value.help == ["name a file: mine.safetensors"]


def header(**tensors):
    written = json.dumps(tensors).encode()
    return struct.pack("<Q", len(written)) + written


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]},
        {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [4], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "WHAT", "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]},
        {"dtype": "F32"},
    ],
)
def test_a_header_that_lies(tmp_path, tensor):
    (tmp_path / "a.safetensors").write_bytes(header(a=tensor) + bytes(4))
    assert "no whole safetensors file" in refused(tmp_path / "a.safetensors")


def written(form):
    tensors = {"conv.weight": torch.ones(4, 3, 3, 3), "conv.bias": torch.ones(4)}
    if form == "safetensors":
        return save(tensors)
    memory = io.BytesIO()
    torch.save(tensors, memory, _use_new_zipfile_serialization=form == "zip")
    return memory.getvalue()


@pytest.mark.parametrize("form", ["safetensors", "zip", "old"])
@given(data=st.data())
def test_a_file_that_breaks_off(tmp_path_factory, form, data):
    whole = written(form)
    file = tmp_path_factory.getbasetemp() / f"broken-{form}"
    length = data.draw(st.integers(0, len(whole) - 1))
    file.write_bytes(whole[:length])
    refused(file)


@pytest.mark.parametrize("form", ["safetensors", "zip", "old"])
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused(tmp_path_factory, form, data):
    content = bytearray(written(form))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path_factory.getbasetemp() / f"damaged-{form}"
    file.write_bytes(content)
    with contextlib.suppress(WeightsError):
        assert read_weights(file).tensors


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (torch.ones(2), "holds one tensor, and not tensors by name"),
        ([torch.ones(2)], "holds a list"),
        ({}, "holds no tensors"),
        ({"epoch": 3}, "holds no tensors"),
        ({0: torch.ones(2)}, "holds no tensors"),
        ({"optimizer": {"state": {0: torch.ones(2)}}}, "holds no tensors"),
        ({"w": torch.eye(3).to_sparse()}, "as a tensor that is sparse"),
        ({"w": torch.ones(2, device="meta")}, "as a tensor that is without numbers"),
    ],
)
def test_what_else_torch_may_have_saved(tmp_path, held, told):
    torch.save(held, tmp_path / "a.pth")
    assert told in refused(tmp_path / "a.pth")
