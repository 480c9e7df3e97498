"""Layers, and networks built from them: plain torch modules whose keys are the paths."""

from striate.nn.build import build
from striate.nn.convolutions import Convolution, Transposed
from striate.nn.layers import ChannelPad
from striate.nn.pools import Adaptive, ChannelPool, Pool
from striate.nn.separable import Separable
from striate.nn.tiled import Tiled, Unshared

__all__ = [
    "Adaptive",
    "ChannelPad",
    "ChannelPool",
    "Convolution",
    "Pool",
    "Separable",
    "Tiled",
    "Transposed",
    "Unshared",
    "build",
]
