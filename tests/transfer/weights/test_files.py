"""Files of weights are read back as they were written, by safetensors and by torch itself."""

import hashlib
import json
import os
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

import striate
from striate.errors import WeightsError
from striate.transfer.weights.facts import facts_in
from striate.transfer.weights.files import BEST, read_weights
from striate.transfer.weights.matching import load_weights
from striate.transfer.weights.record import Weights

LOOK = {"mean": "0.5,0.4,0.3", "std": "0.2,0.2,0.1", "crop": "24", "resize": "32"}


def tensors():
    generator = torch.Generator().manual_seed(0)
    return {
        "conv.weight": torch.randn(4, 3, 3, 3, generator=generator),
        "conv.bias": torch.randn(4, generator=generator),
        "norm.num_batches_tracked": torch.tensor(7),
    }


def same(found, wanted):
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["a.safetensors", "a.bin", "a"])
def test_safetensors_under_any_name(tmp_path, name):
    save_file(tensors(), tmp_path / name, {"licence": "MIT", "architecture": "resnet18", **LOOK})
    weights = read_weights(tmp_path / name)
    same(weights.tensors, tensors())
    assert (weights.licence, weights.network) == ("MIT", "resnet18")
    assert weights.look.as_dict() == {
        "size": [3, 24, 24],
        "resize": 32,
        "mean": [0.5, 0.4, 0.3],
        "std": [0.2, 0.2, 0.1],
        "mode": "bilinear",
    }
    assert weights.source == str(tmp_path / name)
    assert weights.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", ["a.pth", "a.safetensors", "a.tar"])
def test_both_forms_of_torch_under_any_name(tmp_path, name, zipped):
    torch.save(tensors(), tmp_path / name, _use_new_zipfile_serialization=zipped)
    weights = read_weights(tmp_path / name, source="asked")
    same(weights.tensors, tensors())
    assert (weights.source, weights.notes, weights.look) == ("asked", (), None)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("state_dict",), "'state_dict'"),
        (("model",), "'model'"),
        (("checkpoint", "model"), "'checkpoint.model'"),
        (("something_of_mine",), "'something_of_mine'"),
    ],
)
def test_weights_are_taken_out_of_their_envelope(tmp_path, path, told):
    held = tensors()
    for name in reversed(path):
        memory = {"state": {number: {"mean": torch.ones(9)} for number in range(9)}}
        held = {"epoch": 3, "optimizer": memory, name: held}
    torch.save(held, tmp_path / "a.pth")
    weights = read_weights(tmp_path / "a.pth")
    same(weights.tensors, tensors())
    assert told in weights.notes[0]
    assert "optimizer" in weights.notes[0]


def test_means_over_steps_are_taken_before_what_they_are_means_of(tmp_path):
    other = {name: torch.zeros_like(tensor) for name, tensor in tensors().items()}
    torch.save({"state_dict": other, "state_dict_ema": tensors()}, tmp_path / "a.pth")
    weights = read_weights(tmp_path / "a.pth")
    same(weights.tensors, tensors())
    assert "state_dict_ema" in weights.notes[0]
    assert "not read: state_dict" in weights.notes[0]


def test_parameters_are_read_as_tensors_without_gradients(tmp_path):
    torch.save({"weight": torch.nn.Parameter(torch.ones(2, 2))}, tmp_path / "a.pth")
    found = read_weights(tmp_path / "a.pth").tensors["weight"]
    assert type(found) is torch.Tensor
    assert not found.requires_grad


def test_a_run_is_opened_as_its_best_weights(tmp_path):
    file = tmp_path / "run" / BEST
    file.parent.mkdir(parents=True)
    save_file(tensors(), file)
    weights = read_weights(tmp_path / "run")
    same(weights.tensors, tensors())
    assert (weights.file, weights.source) == (file, str(tmp_path / "run"))


def test_big_files_are_mapped_and_not_copied(tmp_path):
    """What is read of a file that is changed afterwards changes with it, if it is mapped."""
    marked = torch.full((4096,), 3.0)
    torch.save({"weight": marked}, tmp_path / "a.pth")
    weights = read_weights(tmp_path / "a.pth")
    content = (tmp_path / "a.pth").read_bytes()
    start = content.index(marked.numpy().tobytes())
    with (tmp_path / "a.pth").open("r+b") as opened:
        opened.seek(start)
        opened.write(torch.full((4096,), 5.0).numpy().tobytes())
    assert weights.tensors["weight"][0] == 5


@given(
    st.lists(st.floats(-1, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    st.integers(1, 4096),
    st.integers(1, 4096),
    st.sampled_from(["bilinear", "bicubic"]),
)
def test_a_look_is_read_as_it_was_written(mean, std, crop, resize, mode):
    said = {"mean": mean, "std": std, "crop": crop, "resize": resize}
    written = {name: json.dumps(value) for name, value in said.items()}
    look = facts_in(written | {"interpolation": mode}, Path("FILE")).look
    assert look.size == (3, crop, crop)
    assert (look.resize, look.mode) == (resize, mode)
    assert (look.mean, look.std) == (tuple(mean), tuple(std))


@pytest.mark.parametrize("name", ["mean", "std", "crop", "resize", "interpolation"])
@pytest.mark.parametrize("value", ["", "abc", "nan,nan,nan", "-1", "9" * 400, "0", "1e400,1,1"])
def test_a_look_that_cannot_be_is_a_sentence(name, value):
    with pytest.raises(WeightsError, match="no picture can be prepared so") as caught:
        facts_in(LOOK | {name: value}, Path("FILE"))
    assert f"{name}=" in caught.value.message
    assert len(caught.value.message) < 250


def test_what_is_said_in_part_is_no_look():
    assert facts_in({"mean": "rubbish"}, Path("FILE")).look is None


@pytest.mark.parametrize(
    ("written", "names"),
    [('["ant", "bee"]', ("ant", "bee")), ("1000 of them", ()), ("[1, 2]", ()), ('"ab"', ())],
)
def test_classes_are_named_by_a_list(written, names):
    assert facts_in({"classes": written}, Path("FILE")).classes == names


def test_weights_count_their_numbers():
    assert Weights(tensors(), "FILE", Path("FILE"), "").parameters == 4 * 27 + 4 + 1


def test_the_published_squeezenet_loads_with_no_key_left_over():
    shelf = os.environ.get("STRIATE_DATA")
    file = Path(shelf or "") / "squeezenet1_0-imagenet.safetensors"
    if not shelf or not file.is_file():
        pytest.skip("needs squeezenet1_0-imagenet.safetensors below $STRIATE_DATA")
    weights = read_weights(file)
    loaded = load_weights(striate.build("squeezenet1_0", classes=1000), weights)
    assert len(loaded.loaded) == len(weights.tensors) == 52
    assert loaded.left == loaded.anew == ()
    assert (weights.look.resize, weights.look.size) == (256, (3, 224, 224))
