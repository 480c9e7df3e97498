"""The equations as fast functions of tensors (batch, channel, *axes), in any number of axes."""

from striate.ops.convolution import convolve
from striate.ops.padding import pad, unpad
from striate.ops.pooling import adaptive, pool, pool_channels, pool_globally
from striate.ops.transposition import transpose

__all__ = [
    "adaptive",
    "convolve",
    "pad",
    "pool",
    "pool_channels",
    "pool_globally",
    "transpose",
    "unpad",
]
