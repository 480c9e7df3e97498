"""What is foreseen by the rules of a record is what torch itself gives: run everything, compare."""

import subprocess
import sys

import pytest
import torch
from drawn import networks
from hypothesis import given, settings
from inspection.architectures import ARCHITECTURES
from inspection.styles import STYLES

import striate
from striate.inspection import examine
from striate.nn import build


def same(module, input):
    foreseen, run = (examine(module, input, foresees=foresees) for foresees in (True, False))
    assert foreseen.trouble is run.trouble is None
    assert foreseen.network == run.network


@pytest.mark.filterwarnings("ignore:.*")
@pytest.mark.parametrize("name", STYLES)
def test_styles(name):
    same(STYLES[name](), STYLES[name].input)


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "squeezenet1_1", "convnext_tiny"])
def test_architectures(name):
    with torch.device("meta"):
        module = ARCHITECTURES[name]()
    same(module, (3, 224, 224))


@settings(max_examples=30)
@given(networks())
def test_built_networks(drawn):
    network = striate.resolve(drawn.text)
    with torch.device("meta"):
        module = build(network)
    same(module, network.input)


LIGHT = """
import sys
from torch import nn
from striate.inspection import examine
layers = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1)
made = examine(nn.Sequential(*layers, nn.Flatten(), nn.Linear(4, 2)), (3, 16, 16), foresees={})
assert made.trouble is None
print(*(name for name in ("sympy", "torch._dynamo") if name in sys.modules))
"""


@pytest.mark.parametrize("foresees", [True, False])
def test_what_is_foreseen_spares_loading_torch_s_own_rules(foresees):
    code = [sys.executable, "-c", LIGHT.format(foresees)]
    found = subprocess.run(code, capture_output=True, text=True, check=True)
    assert ("sympy" in found.stdout.split()) is not foresees
    assert not (foresees and found.stdout.split())
