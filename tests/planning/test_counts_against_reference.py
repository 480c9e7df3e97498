"""Sizes and products of whole networks are what the loops of `reference` come to and count.

Loops walk over the network layer by layer, on zeros of the planned sizes; a weight that they
multiply by is a product. In random networks every filter is worked out; in those of the zoo one
of each kind, since filters that read as many channels do as much.
"""

from functools import cache, singledispatch
from math import prod

import numpy as np
import pytest
import torch
from drawn import networks
from hypothesis import given, settings
from one_each import ONE_EACH, small
from torch.utils.flop_counter import FlopCounterMode

import striate
from striate import reference
from striate.language import layers as L
from striate.planning import plan


def sweep(window, border="zeros"):
    return reference.Sweep(window.stride, window.padding, window.dilation, border)


@singledispatch
def worked(layer, arriving, leaving):
    """(size, products) of a layer by loops; None where it neither slides nor multiplies."""


def convolved(arriving, kernels, how, groups=1):
    done = reference.convolve(np.zeros(arriving), np.zeros(kernels), how, groups=groups)
    return done.values.shape, done.products


@worked.register
def _(layer: L.Convolution, arriving, leaving):
    table, kernel = layer.connect, layer.window.kernel
    each = (layer.filters, arriving[0] // layer.groups)
    joined = each if table is None else (sum(map(len, table)),)
    return convolved(
        arriving, (*joined, *kernel), sweep(layer.window, layer.mode), table or layer.groups
    )


@worked.register(L.Unshared)
@worked.register(L.Tiled)
def _(layer, arriving, leaving):
    tiles = leaving[1:] if isinstance(layer, L.Unshared) else layer.tiles
    kernels = (layer.filters, arriving[0], *tiles, *layer.window.kernel)
    return convolved(arriving, kernels, sweep(layer.window, layer.mode))


@worked.register
def _(layer: L.Transposed, arriving, leaving):
    kernels = np.zeros((arriving[0], layer.filters // layer.groups, *layer.window.kernel))
    how = sweep(layer.window)
    done = reference.transpose(
        np.zeros(arriving), kernels, how, size=leaving[1:], groups=layer.groups
    )
    return done.values.shape, done.products


def only(numbers, axis, other):
    """The number of one axis; the others have another."""
    return tuple(number if a == axis else other for a, number in enumerate(numbers))


@worked.register
def _(layer: L.Separable, arriving, leaving):
    window, filters = layer.window, layer.filters
    mixing = (filters, arriving[0], *(1,) * window.rank)
    size, products = convolved(arriving, mixing, reference.Sweep())
    for axis in range(window.rank):
        stride, dilation = (only(n, axis, 1) for n in (window.stride, window.dilation))
        how = reference.Sweep(stride, only(window.padding, axis, (0, 0)), dilation, layer.mode)
        kernels = (filters, 1, *only(window.kernel, axis, 1))
        size, more = convolved(size, kernels, how, filters)
        products += more
    return size, products


@worked.register
def _(layer: L.Linear, arriving, leaving):
    """One row of weights for each output, laid once on all that arrives."""
    inputs = np.zeros((prod(layer.shape), prod(arriving)))
    return layer.shape, reference.correlate(inputs, np.zeros(prod(arriving))).products


@worked.register
def _(layer: L.Dense, arriving, leaving):
    places = arriving[1:] or (1,)
    ones = (1,) * len(places)
    size, products = convolved(
        (arriving[0], *places), (layer.features, arriving[0], *ones), reference.Sweep()
    )
    return (size if arriving[1:] else size[:1]), products


@worked.register
def _(layer: L.Pool, arriving, leaving):
    how = sweep(layer.window, layer.mode)
    pooled = reference.pool(np.zeros(arriving), layer.window.kernel, "max", how, partial=layer.ceil)
    return pooled.shape, 0


@worked.register
def _(layer: L.Adaptive, arriving, leaving):
    return reference.adaptive(np.zeros(arriving), layer.places).shape, 0


@worked.register
def _(layer: L.ChannelPool, arriving, leaving):
    return reference.pool_channels(np.zeros(arriving), layer.channels).shape, 0


@worked.register
def _(layer: L.ChannelPad, arriving, leaving):
    return reference.pad_channels(np.zeros(arriving), layer.channels).shape, 0


def steps(network):
    """Each layer but the input, what arrives at it, and its row."""
    nodes = [node for node in network.nodes if not isinstance(node.layer, L.Input)]
    for node, row in zip(nodes, plan(network).rows, strict=True):
        yield node, [network.nodes[number].size for number in node.inputs], row


@settings(max_examples=5 * settings.default.max_examples)
@given(networks())
def test_a_random_network_takes_as_many_products_as_loops_do(drawn):
    for node, arriving, row in steps(striate.resolve(drawn.text)):
        found = worked(node.layer, arriving[0], node.size)
        if found is None:
            assert row.products.value == 0, row.path
        else:
            assert (row.size, row.products.value) == found, row.path


# ---------------------------------------------------------------- the zoo


@cache
def one_filter(size, window, border):
    """(places, products) of a filter that reads an image (channel, *size)."""
    done = reference.correlate(np.zeros(size), np.zeros(window.kernel), sweep(window, border))
    return done.values.shape[1:], done.products


def by_filters(layer, arriving):
    """The same as `worked`, one filter at a time."""
    read = layer.connect or [range(arriving[0] // layer.groups)] * layer.filters
    found = [one_filter((len(row), *arriving[1:]), layer.window, layer.mode) for row in read]
    return (len(found), *found[0][0]), sum(products for _, products in found)


LOOPED = [name for name in ONE_EACH if name not in ("convnext_tiny", "unet")]
"""Loops over DENSE and over large DECONVs would take minutes; random networks have both."""


@pytest.mark.parametrize("name", LOOPED)
def test_a_network_of_the_zoo_takes_as_many_products_as_loops_do(name):
    slid = 0
    for node, arriving, row in steps(small(name)):
        if isinstance(node.layer, L.Convolution):
            found = by_filters(node.layer, arriving[0])
        else:
            found = worked(node.layer, arriving[0], node.size)
        if found is None:
            assert row.products.value == 0, row.path
        else:
            slid += 1
            assert (row.size, row.products.value) == found, row.path
    assert slid


@pytest.mark.parametrize("name", ONE_EACH)
def test_a_network_of_the_zoo_has_the_sizes_and_products_of_torch(name):
    planned, sizes = small(name), {}
    with torch.device("meta"):
        model = striate.build(planned).eval()
    for path, module in model.named_modules():
        module.register_forward_hook(
            lambda module, given, made, path=path: sizes.update({path: tuple(made.shape[1:])})
        )
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.empty(1, *planned.input, device="meta"))
    rows = plan(planned).rows
    for row in rows:
        if row.path in sizes:
            assert sizes[row.path] == row.size, row.path
    assert len({row.path for row in rows} & {*sizes}) > len(rows) / 2
    if not any(getattr(node.layer, "connect", None) for node in planned.nodes):
        assert counter.get_total_flops() == 2 * sum(row.products.value for row in rows)
