"""The textbook as loops: convolution and pooling by their definitions, in any number of axes.

    convolve, correlate, transpose, gradients, matrix     every kind of convolution
    updated                                               one step of learning
    pool, pool_channels, adaptive                         every kind of pooling
    pad_channels                                          zeros beside the channels

It imports nothing else of striate, so that it can judge all of it.
"""

from striate.reference.convolution import Worked, convolve, correlate
from striate.reference.frame import pad_channels
from striate.reference.gradient import Gradients, gradients, updated
from striate.reference.kernels import KERNELS
from striate.reference.matrices import matrix
from striate.reference.pooling import adaptive, pool, pool_channels
from striate.reference.sweep import Sweep
from striate.reference.transposition import transpose
from striate.reference.written import Written, named

__all__ = [
    "KERNELS",
    "Gradients",
    "Sweep",
    "Worked",
    "Written",
    "adaptive",
    "convolve",
    "correlate",
    "gradients",
    "matrix",
    "named",
    "pad_channels",
    "pool",
    "pool_channels",
    "transpose",
    "updated",
]
