"""Layers, and networks built from them: plain torch modules whose keys are the paths."""

from striate.nn.build import build
from striate.nn.convolutions import Convolution, Separable, Tiled, Transposed, Unshared
from striate.nn.pools import Adaptive, ChannelPool, Pool

__all__ = [
    "Adaptive",
    "ChannelPool",
    "Convolution",
    "Pool",
    "Separable",
    "Tiled",
    "Transposed",
    "Unshared",
    "build",
]
