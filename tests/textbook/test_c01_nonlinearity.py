"""C1: a layer is Z = W*X + b, then A = a(Z), with ReLU or one of the usual others."""

import numpy as np
import pytest
import torch

import striate
from striate.reference import convolve

ACTIVATIONS = {
    "RELU": lambda z: np.maximum(z, 0),
    "LEAKYRELU 0.1": lambda z: np.where(z > 0, z, 0.1 * z),
    "TANH": np.tanh,
    "SIGMOID": lambda z: 1 / (1 + np.exp(-z)),
    "SOFTPLUS": lambda z: np.log1p(np.exp(z)),
    "ELU": lambda z: np.where(z > 0, z, np.expm1(z)),
    "SILU": lambda z: z / (1 + np.exp(-z)),
}


@pytest.mark.parametrize("word", ACTIVATIONS)
def test_a_convolution_and_what_follows_it(word):
    torch.manual_seed(0)
    layer = striate.build(f"INPUT 2x5x5 -> conv: CONV 3 3x3 -> {word}").double()
    x = torch.randn(1, 2, 5, 5, dtype=torch.float64)
    weight, bias = (one.detach().numpy() for one in (layer.conv.weight, layer.conv.bias))
    z = convolve(x.numpy(), weight, bias=bias).values
    assert z.min() < 0 < z.max()
    np.testing.assert_allclose(layer(x).detach().numpy(), ACTIVATIONS[word](z), rtol=1e-12)
