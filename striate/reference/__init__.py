"""The textbook as loops: convolution and pooling by their definitions, in any number of axes.

It imports nothing else of striate, so that it can judge all of it.
"""

from striate.reference.convolution import Worked, convolve, correlate
from striate.reference.kernels import KERNELS
from striate.reference.pooling import pool
from striate.reference.sweep import Sweep

__all__ = ["KERNELS", "Sweep", "Worked", "convolve", "correlate", "pool"]
