"""A network that is built and inspected again is the network that its text gives, row by row.

The plan of the text judges: every word of the language, also those that torch has no layer for.
"""

import pytest
import torch
from drawn import networks
from hypothesis import given, settings
from one_each import ONE_EACH, small

import striate
from striate.inspection import inspect
from striate.language import layers as L
from striate.nn import build
from striate.planning import plan

UNNAMED = ("+", "|", "PAD")
"""Words that are functions in the module that is built: no part of it has their path."""

SILENT = ("ID", "FLATTEN")
"""Words that compute nothing: a module may have more of them, or less."""

ALIKE = {"ADAPTIVE": "GAP", "DENSE": "FC", "TILED": "UNSHARED"}
"""Words that are others in special cases: to one place, of features, a kernel for each place."""


def seen(row):
    word = ALIKE.get(row.word, row.word)
    counts = [getattr(row, name).value for name in ("parameters", "products", "additions", "bytes")]
    path = "" if word in UNNAMED else row.path
    return [path, word, row.size, *counts, row.field.as_dict(), row.status]


def told(network):
    """The rows that both sides have: a sum in a sum is one, for torch adds two at a time."""
    sums = [isinstance(node.layer, L.Add) for node in network.nodes]
    readers = [
        [n for n, node in enumerate(network.nodes) if k in node.inputs] for k in range(len(sums))
    ]
    inner = {
        node.path
        for k, node in enumerate(network.nodes)
        if sums[k] and len(readers[k]) == 1 and sums[readers[k][0]] and k not in network.outputs
    }
    rows = plan(network).rows
    return [seen(row) for row in rows if row.word not in SILENT and row.path not in inner]


def compare(network):
    with torch.device("meta"):
        module = build(network)
    found = inspect(module, network.input)
    assert found.output == network.output
    assert told(found) == told(network)


@pytest.mark.parametrize("name", ONE_EACH)
def test_a_network_out_of_every_text_of_the_zoo(name):
    compare(small(name))


@pytest.mark.parametrize(
    "text",
    [
        "INPUT 3x12x12 -> UNSHARED 4 3 -> SEPARABLE 5 3 bias=no -> TILED 4 3 tiles=2 -> FC 3",
        "INPUT 4x9x9 -> CONV 2 3 connect=01/23 mode=circular pad=1 -> MINPOOL 2 ceil -> CROP 3x2",
        "INPUT 2x20 -> UNSHARED 3 5 stride=2 -> CHANNELPOOL 3 -> UP 2 -> PAD pad=1/2 mode=reflect",
        "INPUT 2x9x9 -> CHANNELPAD 5 -> CONV 3 3 -> POOL 1 stride=2 -> CHANNELPAD -> FC 2",
        "INPUT 2x6x6x6 -> SEPARABLE 2 3x1x2 -> a: SCALE -> DECONV 2 2 stride=2 -> ADAPTIVE 3",
        "INPUT 8 -> FC 2x3x4 -> CONV 4 2 -> { ID | CONV 1 1 } -> LRN 3 -> GAP -> FC 5 -> SOFTMAX",
    ],
)
def test_words_that_torch_has_no_layer_for(text):
    compare(striate.resolve(text))


@settings(max_examples=40)
@given(networks())
def test_random_networks(drawn):
    compare(striate.resolve(drawn.text))
