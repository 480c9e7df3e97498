"""Files that are whole or not there: written under another name, then renamed."""

import contextlib
import os
from pathlib import Path

UNFINISHED = ".part"
"""The ending of a file that is still being written."""


def write_whole(path: Path, content: bytes | str, *, durable: bool = True) -> None:
    """Put `content` at `path` so that at any moment the old file or the new one is there, whole.

    Whatever stops the writing, nothing is left of the attempt. A `durable` file also outlives a
    loss of power, which takes some milliseconds. Raises OSError.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "results.csv"
    >>> write_whole(path, "epoch\\n")
    >>> path.read_text(), [file.name for file in path.parent.iterdir()]
    ('epoch\\n', ['results.csv'])
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")  # names of files may be anything
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    if durable:
        _remember_names(path.parent)


def sweep(folder: Path) -> None:
    """Remove what a killed process left half written in a folder and the folders in it."""
    for path in folder.rglob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)


def _remember_names(folder: Path) -> None:
    """Have the system remember the names in a folder, where it can be asked to."""
    with contextlib.suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
