"""Mapping: a file as bytes in memory that the system reads where they are looked at.

Of a large file only a part is in memory at any time: what was looked at is given back before it
becomes much. Where the system does not take it back when told, it does when memory is short.
"""

import mmap
from pathlib import Path

import torch
from torch import Tensor

MOST = 2**26
"""After so many bytes that were looked at, memory is given back."""


class Mapped:
    """A file that is not empty as a flat tensor uint8; what is written to that stays in memory.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "pixels"
    >>> _ = path.write_bytes(bytes(range(5)))
    >>> Mapped(path).flat[2:].tolist()
    [2, 3, 4]
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        self.flat: Tensor = torch.frombuffer(self._map, dtype=torch.uint8)
        self._seen = 0

    def saw(self, count: int) -> None:
        """So many bytes more were looked at."""
        self._seen += count
        if self._seen > MOST and hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._seen = 0
