"""Caching: photos as they are kept, in memory where they are few, else in a file that is mapped.

The file lies in $STRIATE_CACHE/images, in a folder that is named by all that its bytes follow from:
what the files hold, in their order, and how they are developed. It is written once, under another
name, and renamed when it is whole: at any moment it is there, whole, or not at all.
"""

import errno
import hashlib
import json
import math
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from striate.data.images import margin
from striate.data.keeping import keep_whole
from striate.data.look import Look
from striate.data.looking import Shape
from striate.data.photos.developing import Sheet, develop
from striate.data.photos.mapping import Mapped
from striate.data.sources.fetching import cache_folder
from striate.data.sources.folders import Entry
from striate.errors import DataError
from striate.ops.memory import fresh

FORMAT = 1
"""The version of what is written here; files of another one are not read."""

FEW = 2**26
"""Files, and photos, of so many bytes together are kept in memory and developed each time."""

PIXELS, TABLE, FACTS = "pixels.bin", "table.npy", "facts.json"

Kept = tuple[Sheet, Tensor | Mapped]


def keep(entries: Sequence[Entry], shape: Shape, content: Sequence[bytes]) -> Kept:
    """The photos in files, to be looked at in a shape, and their flat bytes.

    `content` is the SHA-256 of each file. Raises DataError where the cache cannot be written.
    """
    if is_small(entries, shape):
        parts: list[Tensor] = []
        sheet = develop(entries, shape, parts.append)
        return sheet, _joined(parts)
    folder = cache_folder() / "images" / key(shape, content)
    try:
        return keep_whole(
            folder, partial(_found, folder), lambda part: _write(part, entries, shape)
        )
    except OSError as error:
        raise _not_kept(folder, error, len(entries) * expected(shape)) from error


def is_small(entries: Sequence[Entry], shape: Shape) -> bool:
    """Whether files are few and small enough to be developed each time."""
    if len(entries) * expected(shape) > FEW:
        return False
    total = 0
    for entry in entries:
        with suppress(OSError):
            total += entry.path.stat().st_size
    return total <= FEW


def expected(shape: Shape) -> int:
    """About how many bytes a photo takes: in colour, and a third wider than high."""
    if isinstance(shape, Look):
        return 3 * math.prod(shape.resized(3, 4))
    return 4 * margin(shape[0]) * margin(shape[1])


def key(shape: Shape, content: Sequence[bytes]) -> str:
    """The name of all that the bytes follow from."""
    import PIL

    how = (shape.size[1:], shape.resize, shape.mode) if isinstance(shape, Look) else shape
    way = json.dumps([FORMAT, how, PIL.__version__, torch.__version__])
    return hashlib.sha256(way.encode() + b"".join(content)).hexdigest()


def _joined(parts: Sequence[Tensor]) -> Tensor:
    """Flat bytes, one after the other."""
    none = torch.empty(0, dtype=torch.uint8)
    return torch.cat(list(parts), out=fresh(none, sum(map(len, parts)))) if parts else none


def _write(folder: Path, entries: Sequence[Entry], shape: Shape) -> None:
    """Develop into a new folder, all of it on the disk before this ends."""
    folder.mkdir()
    free, wanted = shutil.disk_usage(folder).free, len(entries) * expected(shape) // 2
    if free < wanted:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (folder / PIXELS).open("wb") as file:
        sheet = develop(entries, shape, lambda pixels: file.write(pixels.numpy().data))
        file.flush()
        os.fsync(file.fileno())
    facts = {"bytes": int(sheet.counts.sum()), "formats": sheet.formats, "problems": sheet.problems}
    np.save(folder / TABLE, sheet.table, allow_pickle=False)
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _found(folder: Path) -> Kept | None:
    """What is in the cache; None where it is not there, or not whole."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        table = np.load(folder / TABLE, allow_pickle=False)
        problems = tuple((place, kind, detail) for place, kind, detail in facts["problems"])
        sheet, pixels = Sheet(table, tuple(facts["formats"]), problems), folder / PIXELS
        if not pixels.stat().st_size == facts["bytes"] == int(sheet.counts.sum()):
            return None
        return sheet, Mapped(pixels) if facts["bytes"] else torch.empty(0, dtype=torch.uint8)
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def _not_kept(folder: Path, error: OSError, wanted: int) -> DataError:
    """The error for a cache that cannot be written."""
    place, reason = folder.parent, error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        reason = f"its disk is too full for the about {wanted / 1e9:.2g} GB that they take"
    return DataError(
        f"photos cannot be kept in {place}: {reason}",
        help=[
            "make room there, or set STRIATE_CACHE to a folder of a larger disk",
            "smaller photos take less: a smaller --size",
        ],
    )
