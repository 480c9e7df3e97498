"""C6: a global average in place of fully connected layers: any input size, and maps of classes."""

import numpy as np
import pytest
import torch

import striate
from striate.reference import adaptive, convolve


def test_a_net_without_fully_connected_layers_takes_any_size():
    net = striate.build("INPUT 1x8x8 -> CONV 4 3x3 -> RELU -> CONV 3 1x1 -> GAP").eval()
    for size in ((8, 8), (5, 13), (30, 3)):
        assert net(torch.zeros(2, 1, *size)).flatten(1).shape == (2, 3)


def test_it_needs_few_parameters():
    averaged = striate.plan("INPUT 64x8x8 -> GAP -> FC 10").totals["parameters"].value
    flattened = striate.plan("INPUT 64x8x8 -> FC 10").totals["parameters"].value
    assert averaged == 64 * 10 + 10
    assert flattened == 64 * 64 * 10 + 10


def test_the_average_of_a_class_activation_map_is_the_score_of_the_class():
    features, weights = np.arange(48).reshape(3, 4, 4) ** 2 % 13, np.array([[1, -1, 2], [0, 3, 1]])
    scores = weights @ adaptive(features, (1, 1))[:, 0, 0]
    maps = convolve(features, weights[:, :, None, None]).values
    assert maps.shape == (2, 4, 4)
    assert adaptive(maps, (1, 1))[:, 0, 0] == pytest.approx(scores, rel=1e-14)
