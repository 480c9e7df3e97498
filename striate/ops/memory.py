"""Large fresh tensors, on huge pages where the system has them.

The gradient of an unshared weight is as large as the weight, and new at every step. Linux hands
out new memory in pages of 4 KiB, one fault for each, which takes several times as long as filling
it; in pages of 2 MiB it does not. (torch does the same for all tensors under
`THP_MEM_ALLOC_ENABLE=1`, if that is set before it is imported.)
"""

import ctypes
import mmap
import platform
import sys
from collections.abc import Callable
from functools import cache

from torch import Tensor

HUGE = 1 << 21
LEAST = HUGE
"""From this many bytes on it pays to ask."""

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Numbers of glibc's mallopt."""

_ADVICE: int = getattr(mmap, "MADV_HUGEPAGE", 14)


def fresh(like: Tensor, *size: int) -> Tensor:
    """An empty tensor of this size, of the type and on the device of another.

    >>> import torch
    >>> fresh(torch.ones(1, dtype=torch.float64), 2, 3).dtype
    torch.float64
    """
    made = like.new_empty(size)
    if made.nbytes >= LEAST and made.device.type == "cpu" and sys.platform == "linux":
        first = -(-made.data_ptr() // HUGE) * HUGE
        _advise()(first, (made.data_ptr() + made.nbytes - first) // HUGE * HUGE, _ADVICE)
    return made


def keep() -> None:
    """Have the C library keep the memory that is given back, for the rest of the process.

    Otherwise large values go back to the system when they are no longer needed, and are handed out
    page by page again in the next step of a training. Where there is no glibc nothing is done.
    """
    if platform.libc_ver()[0] == "glibc":
        for setting, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1)):
            ctypes.CDLL(None).mallopt(setting, value)


@cache
def _advise() -> Callable[[int, int, int], int]:
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return advise
