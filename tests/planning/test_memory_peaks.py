"""The most that is in memory at once, against the storages that are alive after each kernel."""

from pathlib import Path

import pytest
import torch
from drawn import networks
from hypothesis import given
from storages import forward_peak, saved, training_peak
from torch import nn
from torch.utils.checkpoint import checkpoint

import striate
from striate import zoo
from striate.arithmetic import Window
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.nn import build

PUBLISHED = Path(__file__).parents[1] / "published"
DENSENET = zoo.text("densenet121")
NETWORKS = {
    "lenet5": ("lenet5", None, None),
    "small": ("small", None, (3, 32, 32)),
    "autoencoder": ("autoencoder", None, (1, 28, 28)),
    "resnet18": ("resnet18", None, (3, 64, 64)),
    "squeezenet": ("squeezenet1_1", None, (3, 96, 96)),
    "mobilenet_v2": ("mobilenet_v2", None, (3, 64, 64)),
    "densenet": (DENSENET + "few = DENSENET(8, 2, 3, 2, 2)\n", "few", (3, 64, 64)),
    "googlenet": ("googlenet", None, (3, 64, 64)),
    "convnext_tiny": ("convnext_tiny", None, (3, 64, 64)),
    "unet": (PUBLISHED / "unet.cnn", None, (3, 64, 64)),
}
PLAIN = (
    L.Input,
    L.Convolution,
    L.Linear,
    L.Activation,
    L.BatchNorm,
    L.Scale,
    L.Identity,
    L.Flatten,
)


def network(name):
    text, asked, size = NETWORKS[name]
    return striate.resolve(striate.read(text, network=asked), input=size, classes=10)


@pytest.mark.parametrize("name", NETWORKS)
def test_only_run(name):
    made = network(name)
    found = forward_peak(build(made).eval(), torch.zeros(2, *made.input))
    memory = striate.plan(made).memory(2)
    assert memory.totals["forward"].value - memory.forward.once == found
    assert memory.forward.path in {row.path for row in memory.rows}


GELU = L.Activation("gelu")
LOSS = 2 * 4
"""The loss itself, and its gradient."""


@pytest.mark.parametrize("name", NETWORKS)
def test_there_and_back(name):
    """Exact, but that what is saved once for all images is counted as if it stayed to the end."""
    made = network(name)
    with torch.device("meta"):
        found = training_peak(build(made).train(), torch.zeros(2, *made.input))
    memory = striate.plan(made).memory(2)
    planned = sum(memory.totals[part].value for part in ("input", "saved", "passing"))
    assert found - LOSS <= planned <= 1.002 * found + memory.once


def framed(layer):
    """Whether torch has to copy what a convolution reads, or the kernels of its table."""
    if not isinstance(layer, L.Convolution):
        return False
    uneven = any(before != after for before, after in layer.window.padding)
    return uneven or layer.mode != "zeros" or layer.connect is not None


@given(networks(buildable=True))
def test_random_networks_take_no_more(drawn):
    """Words of torch's own: the workspace of other kernels is not counted."""
    made = striate.resolve(drawn.text)
    found = forward_peak(build(made).eval(), torch.zeros(2, *made.input))
    planned = striate.plan(made).memory(2).totals["forward"].value
    plain = all(isinstance(node.layer, PLAIN) and not framed(node.layer) for node in made.nodes)
    assert found == planned if plain else found <= planned


@pytest.mark.parametrize(
    "branches",
    [
        *(
            "{ ID + CONV 8 1 }",
            "{ ID + ID }",
            "{ CONV 8 1 + CONV 8 1 }",
            "{ ID + CONV 8 1 + RELU }",
        ),
        *("FLATTEN -> FC 4", "a: CONV 8 1 -> CONV 8 1 -> RELU -> { ID + @a }"),
    ],
)
def test_gradients_that_meet(branches):
    """A sum passes its gradient on as it is; those that meet become one."""
    made = striate.resolve(f"INPUT 4x8x8 -> CONV 8 1 -> {branches}")
    found = training_peak(build(made).train(), torch.zeros(2, *made.input))
    totals = striate.plan(made).memory(2).totals
    assert found - LOSS == sum(totals[part].value for part in ("input", "saved", "passing"))


class Checkpointed(nn.Module):
    """A convolution, and two parts of three layers that are computed again on the way back."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(4, 4, 1)
        self.parts = nn.ModuleList(
            nn.Sequential(nn.GELU(), nn.Conv2d(4, 4, 1), nn.GELU()) for _ in "12"
        )

    def forward(self, x):
        x = self.first(x)
        for part in self.parts:
            x = checkpoint(part, x, use_reentrant=False)
        return x


def test_what_is_computed_again_is_there_again():
    size = (4, 6, 6)
    nodes = [Node("input", L.Input(size), (), size)]
    point = L.Convolution(4, Window.of(1, rank=2))
    layers = [(point, 0), *[(one, part) for part in (1, 2) for one in (GELU, point, GELU)]]
    for number, (layer, part) in enumerate(layers):
        node = Node(f"n{number}", layer, (number,), size, remembers=not part, again=part)
        nodes.append(node)
    totals = striate.plan(Network("checkpointed", tuple(nodes), (len(nodes) - 1,))).memory(2).totals
    planned = sum(totals[part].value for part in ("input", "saved", "passing"))
    found = training_peak(Checkpointed(), torch.zeros(2, *size))
    assert found - LOSS <= planned <= 1.2 * found
    assert totals["saved"].value == saved(Checkpointed(), torch.zeros(2, *size))
