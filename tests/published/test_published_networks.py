"""Whole families in the language against the published networks: keys, shapes, counts, logits.

`torchvision.json` holds facts about torchvision's own models: sizes, counts, a digest of all
names and shapes in order, and for some the logits that they give with weights made by a formula
(so that pads, eps, and the order of everything are judged, and nothing is downloaded).
"""

import hashlib
import json
import zlib
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch

import striate
from striate.language import read, write
from striate.nn import build
from striate.planning import plan, resolve

HERE = Path(__file__).parent
MODELS = json.loads((HERE / "torchvision.json").read_text("utf-8"))["models"]
FILES = {
    "alexnet": "alexnet",
    "googlenet": "googlenet",
    "inception_v3": "inception_v3",
    "mobilenet_v2": "mobilenet_v2",
    "convnext_tiny": "convnext_tiny",
    **dict.fromkeys(["vgg11", "vgg11_bn", "vgg13", "vgg16", "vgg16_bn", "vgg19"], "vgg"),
    **dict.fromkeys(["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"], "resnet"),
    **dict.fromkeys(["squeezenet1_0", "squeezenet1_1"], "squeezenet"),
    "densenet121": "densenet",
}


def tree(name):
    """The text of a network, out of its family's file."""
    path = HERE / f"{FILES[name]}.cnn"
    return striate.read(path, network=None if path.stem == name else name)


def network(name):
    return striate.resolve(tree(name), classes=1000)


def state(model):
    """Names and shapes, in order; the counters of batches are torch's own affair."""
    found = model.state_dict().items()
    return [[key, [*value.shape]] for key, value in found if "num_batches" not in key]


def test_every_published_network_is_written_here():
    assert FILES.keys() == MODELS.keys()


@pytest.mark.parametrize("name", FILES)
def test_counts(name):
    published, made = MODELS[name], striate.plan(tree(name), classes=1000)
    assert list(made.network.input) == published["input"]
    assert made.totals["parameters"].value == published["parameters"]
    assert made.totals["products"].value == published["products"]


@pytest.mark.parametrize("name", FILES)
def test_keys_and_shapes_in_their_order(name):
    with torch.device("meta"):
        found = state(build(network(name)))
    compact = json.dumps(found, separators=(",", ":"))
    assert len(found) == MODELS[name]["tensors"]
    assert hashlib.sha256(compact.encode()).hexdigest() == MODELS[name]["sha256"]


@pytest.mark.parametrize("name", [*FILES, "unet"])
def test_the_expanded_text_is_the_same_network(name):
    made = network(name) if name in FILES else striate.resolve(HERE / "unet.cnn")
    again = resolve(read(write(made)))
    assert [(n.path, n.layer, n.inputs, n.size) for n in again.nodes] == [
        (n.path, n.layer, n.inputs, n.size) for n in made.nodes
    ]
    assert write(again) == write(made)
    assert plan(again).totals == plan(made).totals


def test_the_definitions_of_a_u_net_come_back_as_taps():
    written = striate.write(striate.resolve(HERE / "unet.cnn"))
    assert "up2: [{ @down2 | rise2: DECONV 128 2x2 stride=2 to=128 }]\n" in written


# ---------------------------------------------------------------- weights by formula


def waves(name, count):
    """The values u of the formula, in pieces: -1 to 1, from the name alone."""
    seed = zlib.crc32(name.encode()) % 1000
    for start in range(0, count, 1 << 22):
        i = np.arange(start, min(start + (1 << 22), count), dtype=np.float64)
        v = np.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453
        yield start, 2 * (v - np.floor(v)) - 1


def fill(name, tensor):
    kind = name.rpartition(".")[2]
    if kind in ("running_mean", "running_var"):
        return tensor.fill_(float(kind == "running_var"))
    if tensor.ndim >= 2:
        scale, shift = np.sqrt(6 / prod(tensor.shape[1:])), 0.0
    else:
        scale, shift = 0.1, float(kind == "weight")
    flat = tensor.view(-1)
    for start, u in waves(name, tensor.numel()):
        flat[start : start + len(u)] = torch.from_numpy(shift + scale * u).float()
    return tensor


def assert_logits(name, model):
    """A network without memory gives the published logits under weights by the formula."""
    model.to_empty(device="cpu").eval()
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if "num_batches" not in key:
                fill(key, value)
        size = (2, *MODELS[name]["input"])
        images = np.concatenate([u for _, u in waves("input", prod(size))])
        logits = model(torch.from_numpy(images).float().view(size))
    expected = torch.tensor(MODELS[name]["logits"])
    torch.testing.assert_close(logits[:, :8], expected, rtol=1e-4, atol=1e-4)
    assert float(logits.norm()) == pytest.approx(MODELS[name]["norm"], rel=1e-5)


@pytest.mark.parametrize(
    "name",
    ["squeezenet1_1", "resnet18", "googlenet"]
    + [pytest.param(large, marks=pytest.mark.slow) for large in ("alexnet", "vgg11")],
)
def test_logits(name):
    with torch.device("meta"):
        model = build(network(name))
    assert_logits(name, model)
