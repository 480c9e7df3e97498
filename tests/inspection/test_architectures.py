"""The networks in plain torch are the published ones: keys, shapes, counts and answers.

`../published/torchvision.json` judges them; with that they can judge what is planned of them.
"""

import hashlib
import json

import pytest
import torch
from inspection.architectures import ARCHITECTURES
from published.test_published_networks import MODELS, assert_logits, state
from torch.utils.flop_counter import FlopCounterMode


def made(name):
    """A network without memory for its weights."""
    with torch.device("meta"):
        return ARCHITECTURES[name]()


def test_every_published_network_is_here():
    assert ARCHITECTURES.keys() == MODELS.keys()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_keys_shapes_and_parameters(name):
    model = made(name)
    found = state(model)
    compact = json.dumps(found, separators=(",", ":"))
    assert len(found) == MODELS[name]["tensors"]
    assert hashlib.sha256(compact.encode()).hexdigest() == MODELS[name]["sha256"]
    assert sum(p.numel() for p in model.parameters()) == MODELS[name]["parameters"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_products(name):
    """Torch counts two operations for a product; forward runs on the meta device."""
    images = torch.empty(1, *MODELS[name]["input"], device="meta")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        leaving = made(name).eval()(images)
    assert leaving.shape == (1, 1000)
    assert counter.get_total_flops() == 2 * MODELS[name]["products"]


@pytest.mark.parametrize(
    "name",
    ["squeezenet1_1", "resnet18", "googlenet"]
    + [pytest.param(large, marks=pytest.mark.slow) for large in ("alexnet", "vgg11")],
)
def test_logits(name):
    assert_logits(name, made(name))
