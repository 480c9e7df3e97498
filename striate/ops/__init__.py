"""The equations as fast functions of tensors (batch, channel, *axes), in any number of axes."""

from striate.ops.convolution import convolve
from striate.ops.padding import crop, pad, pad_channels, unpad
from striate.ops.pooling import adaptive, pool, pool_channels, pool_globally
from striate.ops.separation import separate
from striate.ops.transposition import transpose

__all__ = [
    "adaptive",
    "convolve",
    "crop",
    "pad",
    "pad_channels",
    "pool",
    "pool_channels",
    "pool_globally",
    "separate",
    "transpose",
    "unpad",
]
