"""Keeping: rows of features in $STRIATE_CACHE/features, so that they are computed a single time.

Few are read into memory, more are mapped. They are written by one process while others wait, and
are there whole or not at all. Where the disk takes no more they are computed into memory.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from functools import cache, partial
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from striate.data.keeping import keep_whole
from striate.data.photos.mapping import Mapped
from striate.data.sources.fetching import cache_folder
from striate.errors import DataError
from striate.ops.memory import fresh
from striate.ops.room import free, gigabytes

FEW = 2**26
"""Features of so many bytes are read into memory."""

PIECE, PIECES = 2**20, 64
"""A file is checked by pieces of so many bytes, and about so many of them where it is larger."""

SHARE = 0.25
"""Of the free memory, features that cannot be kept on disk may take this share."""

ROWS, FACTS = "rows.bin", "facts.json"

Shape = tuple[int, int, int]
Batches = Callable[[], Iterable[Tensor]]


def keep_features(key: str, batches: Batches, shape: Shape) -> Tensor:
    """Features float32 (view, image, number): those of that name, computed where there are none.

    `batches` gives the rows (some, number) of view 0 in order, then those of view 1, and so on. It
    is called only where they are not in the cache. Raises DataError where they fit neither on the
    disk nor in memory.
    """
    if not prod(shape):
        return torch.zeros(shape)
    folder = cache_folder() / "features" / key
    kept = _Rows(batches, shape)
    try:
        return keep_whole(folder, partial(_found, folder, shape), kept.write)
    except OSError as error:
        return kept.in_spite_of(error, folder.parent)


class _Rows:
    """Rows on their way from where they are computed to where they are kept."""

    def __init__(self, batches: Batches, shape: Shape) -> None:
        self.batches, self.shape = batches, shape
        self.bytes = 4 * prod(shape)
        self.there: Tensor | None = None
        """All of them, where they are few and computed."""

    def write(self, folder: Path) -> None:
        """Compute the rows into a new folder, all of it on the disk before this ends."""
        folder.mkdir()
        if shutil.disk_usage(folder).free < self.bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.bytes <= FEW:
            self.there = self.computed()
        written = 0
        with (folder / ROWS).open("wb") as file:
            for rows in [self.there] if self.there is not None else self.batches():
                written += file.write(_plain(rows).numpy().data)
            file.flush()
            os.fsync(file.fileno())
        assert written == self.bytes, f"{written} bytes of rows, not {self.bytes}"
        facts = {"shape": self.shape, "sample": _sample(folder / ROWS)}
        (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")

    def computed(self) -> Tensor:
        """All rows, in memory."""
        with torch.inference_mode(mode=False):  # what is trained on rows remembers them
            like = torch.empty(0)
            values, place = fresh(like, prod(self.shape[:2]), self.shape[2]), 0
        for rows in self.batches():
            values[place : place + len(rows)] = _plain(rows)
            place += len(rows)
        assert place == len(values), f"{place} rows, not {len(values)}"
        return values.view(self.shape)

    def in_spite_of(self, error: OSError, place: Path) -> Tensor:
        """All rows, though they cannot be kept, which is said; DataError where memory is short."""
        reason = error.strerror or str(error)
        if error.errno == errno.ENOSPC:
            reason = f"its disk is too full for the {gigabytes(self.bytes)} that they take"
        message = f"features cannot be kept in {place}: {reason}"
        if self.there is None and self.bytes > SHARE * (free("cpu") or 0):
            raise DataError(
                f"{message}, and memory is too short for them",
                help=[
                    "make room there, or set STRIATE_CACHE to a folder of a larger disk",
                    "or compute the frozen layers in every step: --no-cache",
                ],
            ) from error
        _tell(f"{message}; they are computed for this time only")
        return self.computed() if self.there is None else self.there


@cache
def _tell(note: str) -> None:
    """Tell something on standard error, a single time though it is true of every split."""
    from rich.console import Console

    Console(stderr=True).print(note, soft_wrap=True, markup=False, highlight=False)


def _found(folder: Path, shape: Shape) -> Tensor | None:
    """What is in the cache; None where it is not there, or not whole."""
    path = folder / ROWS
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if tuple(facts["shape"]) != shape or path.stat().st_size != 4 * prod(shape):
            return None
        if facts["sample"] != _sample(path):
            return None
        with torch.inference_mode(mode=False):  # what is trained on rows remembers them
            rows = Mapped(path).flat.view(torch.float32).view(shape)
            return rows if rows.nbytes > FEW else rows.clone()
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sample(path: Path) -> str:
    """The SHA-256 of pieces of a file, evenly spread; of all of it where it is not large."""
    size, sha = path.stat().st_size, hashlib.sha256()
    apart = max(PIECE, size // PIECES)
    with path.open("rb") as file:
        for start in range(0, size, apart):
            file.seek(start)
            sha.update(file.read(PIECE))
    return sha.hexdigest()


def _plain(rows: Tensor) -> Tensor:
    """Rows as they are written: float32, one number after the other."""
    return rows.detach().to("cpu", torch.float32).contiguous()
