"""C7: a fixed number of windows, so that inputs of any size give outputs of one."""

import numpy as np
import pytest
import torch

import striate
from striate.reference import adaptive, pool


@pytest.mark.parametrize("size", [(6, 6), (7, 11), (12, 5), (2, 2)])
def test_any_size_comes_to_3x2(size):
    image = np.arange(np.prod(size)).reshape(size)
    pooled = adaptive(image, (3, 2), "max")
    assert pooled.shape == (3, 2)
    assert pooled.max() == image.max()
    shape = "x".join(map(str, size))
    assert striate.plan(f"INPUT 4x{shape} -> ADAPTIVE 3x2").rows[0].size == (4, 3, 2)


def test_where_the_windows_divide_the_size_it_is_plain_pooling():
    image = np.arange(48).reshape(6, 8) ** 2 % 11
    for kind in ("max", "average"):
        assert np.array_equal(adaptive(image, (3, 2), kind), pool(image, (2, 4), kind))


def test_a_fully_connected_layer_may_follow():
    net = striate.build("INPUT 1x9x9 -> CONV 4 3x3 -> ADAPTIVE 2x2 -> FC 5").eval()
    for size in ((9, 9), (5, 14)):
        assert net(torch.zeros(2, 1, *size)).shape == (2, 5)
