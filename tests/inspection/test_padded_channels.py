"""Zeros that a module adds beside its channels are CHANNELPAD's where they stand by halves."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import striate
from striate.language import layers as L


class Padding(nn.Module):
    """What F.pad makes of the image, whatever it is asked for."""

    def __init__(self, *pad, **options):
        super().__init__()
        self.pad, self.options = pad, options

    def forward(self, x):
        return F.pad(x, self.pad, **self.options)


def record(module, size):
    """The record that the one layer of a module is counted as."""
    (_, node) = striate.plan(module, input=size).network.nodes
    return node.layer, node.size


@given(st.integers(1, 5), st.integers(0, 5), st.integers(1, 3))
def test_zeros_by_halves_are_the_word(channels, more, rank):
    size = (channels, *(4, 5, 3)[:rank])
    module = Padding(*(0, 0) * rank, more // 2, more - more // 2)
    layer, leaving = record(module, size)
    assert layer == L.ChannelPad(channels + more)
    assert leaving == (channels + more, *size[1:])
    x = torch.randn(2, *size, dtype=torch.float64)
    assert torch.equal(striate.nn.ChannelPad(channels + more)(x), module(x))


@pytest.mark.parametrize(
    "module",
    [
        Padding(0, 0, 0, 0, 3, 2),  # the odd one before
        Padding(0, 0, 0, 0, 0, 4),  # all behind
        Padding(0, 1, 0, 0, 2, 2),  # a column as well
        Padding(0, 0, 0, 0, 2, 2, value=1.0),  # of ones
        Padding(0, 0, 0, 0, -1, -1),  # channels taken away
    ],
)
def test_what_the_word_does_not_say_is_counted_as_it_is(module):
    layer, leaving = record(module, (4, 5, 6))
    assert isinstance(layer, L.Operation)
    assert leaving == tuple(module(torch.zeros(1, 4, 5, 6)).shape[1:])


def test_the_word_says_what_is_built_of_it():
    text = "INPUT 3x5x5 -> CONV 4 3x3 -> CHANNELPAD 7 -> CHANNELPAD 7 -> FLATTEN -> FC 2"
    network = striate.resolve(text)
    found = striate.plan(striate.build(network), input=(3, 5, 5)).network
    assert [node.layer for node in found.nodes] == [node.layer for node in network.nodes]
