"""The compiled kernel of tiled convolution: built on first use, where there is a compiler.

`tiled.c` is plain C. It is compiled for the processor that it is to run on, kept in the user's
cache and called through `ctypes`; where that cannot be, nothing is said, and `ops.blocks` does the
same in torch alone. `STRIATE_NATIVE=0` does without it.
"""

from striate.ops.native.kernel import collect, correlate, name, spread, takes

__all__ = ["collect", "correlate", "name", "spread", "takes"]
