"""Sizes, parameters and products of random networks are what torch has, does and counts.

Torch's own counter gives two operations for a product. It takes a connection table for a dense
convolution (which is how it is computed), so networks with one are counted by hand.
"""

from math import prod

import pytest
import torch
from drawn import networks
from hypothesis import assume, given
from torch.utils.flop_counter import FlopCounterMode

import striate
from striate.language import layers as L
from striate.nn import build
from striate.planning import plan


def run(network):
    """(sizes by path, products, additions) of one forward pass of one image."""
    model, sizes = build(network).eval(), {}

    def keep(path):
        return lambda module, given, result: sizes.update({path: tuple(result.shape[1:])})

    for path, module in model.named_modules():
        module.register_forward_hook(keep(path))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        sizes["output"] = tuple(model(torch.rand(1, *network.input)).shape[1:])
    return model, sizes, counter.get_total_flops() // 2


@given(networks(buildable=True))
def test_sizes_and_parameters(drawn):
    network = striate.resolve(drawn.text)
    model, sizes, _ = run(network)
    whole = [n for n in network.nodes if not (isinstance(n.layer, L.Linear) and len(n.size) > 1)]
    ceiled = {n.path for n in whole if isinstance(n.layer, L.Pool) and n.layer.ceil}
    for node in whole:
        if node.path in sizes and node.path not in ceiled:
            assert sizes[node.path] == node.size, node
    assert sizes["output"] == network.output
    for row in plan(network).rows:
        found = [p for name, p in model.named_parameters() if name.rpartition(".")[0] == row.path]
        found += [p for name, p in model.named_parameters() if name == row.path]
        assert row.parameters.value == sum(p.numel() for p in found), row.path


@given(networks(buildable=True))
def test_products(drawn):
    network = striate.resolve(drawn.text)
    assume(not any(getattr(node.layer, "connect", None) for node in network.nodes))
    _, _, products = run(network)
    assert plan(network).totals["products"].value == products


@given(networks(buildable=True))
def test_bias_additions_are_one_for_each_output_of_a_layer_with_a_bias(drawn):
    network = striate.resolve(drawn.text)
    weighty = L.Convolution | L.Transposed | L.Linear | L.Dense
    for node, row in zip(network.nodes[1:], plan(network).rows, strict=True):
        biased = isinstance(node.layer, weighty) and node.layer.bias
        assert row.additions.value == (prod(node.size) if biased else 0)
        assert row.bytes.value == 4 * prod(node.size)


@given(networks())
def test_totals_are_the_sums_of_the_rows(drawn):
    made = striate.plan(drawn.text)
    for name, total in made.totals.items():
        assert total.value == sum(getattr(row, name).value for row in made.rows)


@given(networks())
def test_a_body_gives_the_size_that_windows_walk_to(drawn):
    """The strategy's windows step on until they fall off; no formula is shared with them."""
    body = striate.read(drawn.definitions + drawn.body + " -> last: ID")
    found = [n for n in striate.resolve(body, input=drawn.input).nodes if n.path == "last"]
    assert [node.size for node in found] == [drawn.output]


CASES = [
    ("INPUT 3x2x2 -> DECONV 1 2x2 stride=2 bias=no", 48, 0),
    ("INPUT 4x10x10 -> DECONV 8 3x3 stride=2 bias=no", 28_800, 0),
    ("INPUT 1x28x28 -> CONV 6 5x5", 86_400, 3_456),
    ("INPUT 4x10x10 -> CONV 8 3x3 bias=no", 18_432, 0),
    ("INPUT 10 -> FC 5 bias=no", 50, 0),
    ("INPUT 64x8x8 -> CONV 64 3x3 pad=1 groups=64 bias=no", 36_864, 0),
    ("INPUT 1x32x32 -> CONV 6 5x5", 117_600, 4_704),
    # 14x14 input, 6 channels, 60 of 96 connections: 10x10 places of 5x5
    ("INPUT 6x14x14 -> CONV 16 5x5 "
     "connect=012/123/234/345/045/015/0123/1234/2345/0345/0145/0125/0134/1245/0235/012345",
     150_000, 1_600),
    # a kernel for every place, and a kernel for every fourth: as many products as a convolution
    ("INPUT 2x8x8 -> UNSHARED 3 3x3", 6 * 6 * 9 * 2 * 3, 6 * 6 * 3),
    ("INPUT 2x8x8 -> TILED 3 3x3 tiles=2", 6 * 6 * 9 * 2 * 3, 6 * 6 * 3),
    # 64 channels mixed at 10x10, then 8x10 places of 3, then 8x8 places of 3
    ("INPUT 64x10x10 -> SEPARABLE 1 3x3 bias=no", 64 * 100 + 3 * 80 + 3 * 64, 0),
    ("INPUT 3x4x4 -> DENSE 5", 16 * 3 * 5, 16 * 5),
]  # fmt: skip


@pytest.mark.parametrize(("text", "products", "additions"), CASES)
def test_known_counts(text, products, additions):
    row = striate.plan(text).rows[0]
    assert (row.products.value, row.additions.value) == (products, additions)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("INPUT 1x6 -> UNSHARED 1 3", 4 * 3 + 4),
        ("INPUT 1x5 -> UNSHARED 1 2 bias=no", 4 * 2),
        ("INPUT 2x8x8 -> TILED 3 3x3 tiles=2x1", 2 * 9 * 2 * 3 + 2 * 3),
        ("INPUT 64x8x8 -> SEPARABLE 1 3x3 bias=no", 64 + 3 + 3),
        ("INPUT 64x8x8 -> CONV 1 3x3 bias=no", 576),
        ("INPUT 8x4x4 -> CONV 4 3x3 groups=4", (9 * 2 + 1) * 4),
        ("INPUT 8x4x4 -> DECONV 4 3x3 groups=4", 9 * 8 + 4),
        ("INPUT 3x4x4 -> CONV 2 1x1 connect=01/2", 3 + 2),
        ("INPUT 3x4x4 -> PRELU", 1),
    ],
)
def test_known_parameters(text, parameters):
    assert striate.plan(text).rows[0].parameters.value == parameters


def test_resnet_50_counts_products_alone():
    """4.09 G products: norms and pools, which some add to 4.12 G, are none."""
    text = """
    B(c, s) = { CONV c 1 bias=no -> BN -> RELU -> CONV c 3 stride=s pad=1 bias=no -> BN -> RELU
                CONV 4*c 1 bias=no -> BN + [CONV 4*c 1 stride=s bias=no -> BN]*(in!=4*c) } -> RELU
    INPUT 3x224x224
    CONV 64 7 stride=2 pad=3 bias=no -> BN -> RELU -> POOL 3 stride=2 pad=1
    [B(64, 1)]*3 -> B(128, 2) -> [B(128, 1)]*3 -> B(256, 2) -> [B(256, 1)]*5 -> B(512, 2)
    [B(512, 1)]*2 -> GAP -> FC 1000
    """
    totals = striate.plan(text).totals
    assert totals["products"].value == 4_089_184_256
    assert totals["parameters"].value == 25_557_032
