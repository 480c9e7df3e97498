"""Whole families written in the language have the published keys, shapes, counts and answers.

`facts.json` digests what torchvision publishes: parameters, products, a hash of all keys with
their shapes, and for some networks the first logits under weights that a formula makes.
"""

import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

import striate

FOLDER = Path(__file__).parent
FACTS = json.loads((FOLDER / "facts.json").read_text("utf-8"))


def _network(name):
    facts = FACTS[name]
    tree = striate.read(FOLDER / facts["file"], network=facts["definition"])
    return striate.resolve(tree, input=(3, 224, 224), classes=1000)


@pytest.mark.parametrize("name", FACTS)
def test_counts_and_keys(name):
    network = _network(name)
    totals = striate.plan(network).totals
    assert totals["parameters"].value == FACTS[name]["parameters"]
    assert totals["products"].value == FACTS[name]["products"]
    with torch.device("meta"):
        state = striate.build(network).state_dict()
    lines = sorted(
        f"{key} {'x'.join(map(str, value.shape))}"
        for key, value in state.items()
        if not key.endswith("num_batches_tracked")
    )
    assert len(lines) == FACTS[name]["keys"]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == FACTS[name]["sha256"]


@pytest.mark.parametrize("name", FACTS)
def test_written_and_read_again_it_is_the_same_network(name):
    network = _network(name)
    again = striate.resolve(striate.write(network))
    assert striate.write(again) == striate.write(network)
    assert [(n.path, n.layer, n.inputs, n.size) for n in again.nodes] == [
        (n.path, n.layer, n.inputs, n.size) for n in network.nodes
    ]


def _unit(name, shape):
    """Numbers between -1 and 1 that depend on a name and on the position alone."""
    seed = zlib.crc32(name.encode()) % 1000
    position = np.arange(1, int(np.prod(shape)) + 1, dtype=np.float64)
    v = np.sin(position * 12.9898 + seed * 78.233) * 43758.5453
    return torch.from_numpy(2 * (v - np.floor(v)) - 1).reshape(shape)


def _made(name, value):
    kind = name.rpartition(".")[2]
    if kind in ("running_mean", "running_var", "num_batches_tracked"):
        return torch.full_like(value, kind == "running_var")
    u = _unit(name, tuple(value.shape))
    if value.ndim > 1:
        return (u * (6 / np.prod(value.shape[1:])) ** 0.5).float()
    return (1 + 0.1 * u if kind == "weight" else 0.1 * u).float()


@pytest.mark.parametrize(
    "name", ["resnet18", "googlenet", pytest.param("vgg11", marks=pytest.mark.slow)]
)
def test_answers(name):
    model = striate.build(_network(name)).eval()
    state = model.state_dict()
    model.load_state_dict({key: _made(key, value) for key, value in state.items()})
    with torch.inference_mode():
        logits = model(_unit("input", (2, 3, 224, 224)).float())
    expected = torch.tensor(FACTS[name]["logits"])
    scale = expected.abs().max()
    assert torch.allclose(logits[:, : expected.shape[1]], expected, atol=1e-4 * float(scale))
    assert float(logits.norm()) == pytest.approx(FACTS[name]["norm"], rel=1e-4)
