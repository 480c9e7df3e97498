"""The families of the zoo against the published networks: keys, shapes, counts, logits.

`torchvision.json` holds facts about torchvision's own models: sizes, counts, a digest of all
names and shapes in order, and for some the logits that they give with weights made by a formula
(so that pads, eps, and the order of everything are judged, and nothing is downloaded). All of them
are compared with plain torch as well, which the same facts judge in `../inspection`.
"""

import hashlib
import json
import zlib
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch
from inspection.architectures import ARCHITECTURES

import striate
from striate import zoo
from striate.language import read, write
from striate.nn import build
from striate.planning import plan, resolve

HERE = Path(__file__).parent
MODELS = json.loads((HERE / "torchvision.json").read_text("utf-8"))["models"]
MORE = {
    "vgg13_bn": (133_053_736, 11.308),
    "vgg19_bn": (143_678_248, 19.632),
    "densenet161": (28_681_000, 7.728),
    "densenet169": (14_149_480, 3.360),
    "densenet201": (20_013_928, 4.291),
    "convnext_small": (50_223_688, 8.684),
    "convnext_base": (88_591_464, 15.355),
    "convnext_large": (197_767_336, 34.361),
}
"""Parameters, and products in thousand millions, in torchvision's tables of its weights (0.29)."""


def tree(name):
    """A network of the zoo as its text gives it."""
    return striate.read(name)


def network(name):
    return striate.resolve(tree(name), classes=1000)


def state(model):
    """Names and shapes, in order; the counters of batches are torch's own affair."""
    found = model.state_dict().items()
    return [[key, [*value.shape]] for key, value in found if "num_batches" not in key]


@pytest.mark.parametrize("name", MODELS)
def test_counts(name):
    published, made = MODELS[name], striate.plan(tree(name), classes=1000)
    assert list(made.network.input) == published["input"]
    assert made.totals["parameters"].value == published["parameters"]
    assert made.totals["products"].value == published["products"]


@pytest.mark.parametrize("name", MODELS)
def test_keys_and_shapes_in_their_order(name):
    with torch.device("meta"):
        found = state(build(network(name)))
    compact = json.dumps(found, separators=(",", ":"))
    assert len(found) == MODELS[name]["tensors"]
    assert hashlib.sha256(compact.encode()).hexdigest() == MODELS[name]["sha256"]


@pytest.mark.parametrize("name", MORE)
def test_counts_of_others_of_the_same_families(name):
    parameters, billions = MORE[name]
    totals = striate.plan(name).totals
    assert totals["parameters"].value == parameters
    assert round(totals["products"].value / 1e9, 3) == billions


@pytest.mark.parametrize("name", [*MODELS, "unet"])
def test_the_expanded_text_is_the_same_network(name):
    made = network(name) if name in MODELS else striate.resolve(HERE / "unet.cnn")
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


def filled(model):
    """A network that was made without memory, with weights by the formula, ready to answer."""
    model.to_empty(device="cpu").eval()
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if "num_batches" not in key:
                fill(key, value)
    return model


def images(size):
    """Images of (batch, channels, height, width) by the formula."""
    values = np.concatenate([u for _, u in waves("input", prod(size))])
    return torch.from_numpy(values).float().view(size)


def assert_logits(name, model):
    """A network without memory gives the published logits under weights by the formula."""
    with torch.no_grad():
        logits = filled(model)(images((2, *MODELS[name]["input"])))
    expected = torch.tensor(MODELS[name]["logits"])
    torch.testing.assert_close(logits[:, :8], expected, rtol=1e-4, atol=1e-4)
    assert float(logits.norm()) == pytest.approx(MODELS[name]["norm"], rel=1e-5)


def made(name):
    """A network of the zoo without memory for its weights."""
    with torch.device("meta"):
        return build(network(name))


@pytest.mark.parametrize(
    "name",
    ["squeezenet1_1", "resnet18", "googlenet"]
    + [pytest.param(large, marks=pytest.mark.slow) for large in ("alexnet", "vgg11")],
)
def test_logits(name):
    assert_logits(name, made(name))


VGGS = [name for name in MODELS if name.startswith("vgg")]
PRECISION = dict.fromkeys(["alexnet", *VGGS], torch.float32)
SIZES = {"inception_v3": (139, 150)} | dict.fromkeys(VGGS, (48, 39))
"""Small ones, and odd where that makes a difference: what ceil and floor do is to be seen."""


def drawn(model):
    """The same with weights by chance, of about the formula's sizes, and with running measures."""
    model.to_empty(device="cpu").eval()
    chance = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if value.ndim >= 2:
                bound = (6 / prod(value.shape[1:])) ** 0.5
                value.uniform_(-bound, bound, generator=chance)
            elif "num_batches" not in key:
                centre = float(key.endswith(("weight", "running_var")))
                value.uniform_(centre - 0.1, centre + 0.1, generator=chance)
    return model


def difference(name, model):
    """How far logits are from those of plain torch under the same weights, as a share of these."""
    with torch.device("meta"):
        plain = ARCHITECTURES[name]().eval()
    model = drawn(model).to(PRECISION.get(name, torch.float64))
    plain.load_state_dict(model.state_dict(), assign=True)
    x = images((2, 3, *SIZES.get(name, (97, 110)))).to(next(model.parameters()).dtype)
    with torch.inference_mode():
        expected, found = plain(x), model(x)
    return float((found - expected).abs().max() / expected.abs().max())


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_those_of_plain_torch(name):
    assert difference(name, made(name)) < (1e-5 if name in PRECISION else 1e-10)


FAULTS = [
    ("googlenet", "eps=0.001", "eps=0.002"),
    ("googlenet", "stride=2 ceil", "stride=2 pad=1"),
    ("resnet50", "conv1: CONV c 1x1 bias=no ", "conv1: CONV c 1x1 stride=s bias=no "),
    ("mobilenet_v2", "RELU6", "RELU"),
    ("densenet121", "AVGPOOL 2", "POOL 2"),
    ("squeezenet1_0", "FIRE(64, 256)\n    ]", "FIRE(64, 256) -> RELU6\n    ]"),
    ("convnext_tiny", "LAYERNORM ->", "LAYERNORM eps=0.00001 ->"),
]
"""What keys and shapes do not show: a network, a piece of its text, and a slip in its place."""


@pytest.mark.parametrize(("name", "right", "slip"), FAULTS)
def test_a_slip_in_a_text_would_be_seen(name, right, slip):
    text = zoo.text(name)
    assert right in text
    text = text.replace(right, slip).replace("conv2: CONV c 3x3 stride=s", "conv2: CONV c 3x3")
    with torch.device("meta"):
        model = build(striate.resolve(text, classes=1000))
    assert difference(name, model) > 1e-8
