"""Keeping: a folder in the cache that is there whole, or not at all.

It is written under another name, by one process while others wait, and renamed when it is whole.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from striate.data.photos.locking import locked

LOCK, UNFINISHED = ".lock", ".part"

Kept = TypeVar("Kept")


def keep_whole(
    folder: Path, found: Callable[[], Kept | None], write: Callable[[Path], None]
) -> Kept:
    """What `found` finds in a folder, which `write` makes, under the name it is given, if needed.

    `found` gives None where it is not there or damaged. Raises OSError where it cannot be written.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "numbers"
    >>> def found():
    ...     return (folder / "one").read_text() if folder.exists() else None
    >>> def write(part):
    ...     part.mkdir()
    ...     _ = (part / "one").write_text("1")
    >>> keep_whole(folder, found, write), keep_whole(folder, found, write)
    ('1', '1')
    """
    there = found()
    if there is None:
        _make(folder, found, write)
        there = found()
    if there is None:
        raise OSError(errno.EIO, "what was written is not there")
    return there


def sweep(folder: Path) -> None:
    """Remove what killed processes left half written: that of which nobody holds the lock."""
    for part in folder.glob(f"*{UNFINISHED}"):
        with locked(part.with_suffix(LOCK), wait=False) as mine:
            if mine:
                shutil.rmtree(part, ignore_errors=True)


def _make(folder: Path, found: Callable[[], object], write: Callable[[Path], None]) -> None:
    """Write into the cache, by one process, while others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent)
    with locked(folder.with_suffix(LOCK)) as mine:
        if found() is not None:
            return
        part = folder.with_suffix(UNFINISHED if mine else f".{os.getpid()}{UNFINISHED}")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)  # it is there, but damaged
        try:
            write(part)
            _name(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _name(part: Path, folder: Path) -> None:
    """Give what is whole its name, unless another process has been faster."""
    try:
        part.rename(folder)
    except OSError:
        if not folder.exists():
            raise
