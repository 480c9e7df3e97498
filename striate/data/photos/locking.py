"""Locking: of several processes one does the work, and the others wait for it.

The system gives a lock back when its process is gone, however it went.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Generator[bool]:
    """Hold the lock of that name, an empty file; whether it is held.

    It is not where another process holds it and this one does not wait, and where the file system
    has no locks. Raises OSError where the file cannot be made.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "lock"
    >>> with locked(path) as mine, locked(path, wait=False) as again:
    ...     (mine, again)
    (True, False)
    """
    with path.open("a+b") as file:
        yield _take(file.fileno(), wait=wait)


def _take(handle: int, *, wait: bool) -> bool:
    """Lock an open file until it is closed; whether that was possible."""
    try:
        if sys.platform == "win32":
            return _take_on_windows(handle, wait=wait)
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _take_on_windows(handle: int, *, wait: bool) -> bool:
    """The same where locks are on bytes, and waiting ends after ten seconds."""
    import msvcrt

    while True:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # pyright: ignore
        except OSError:
            if not wait:
                raise
            time.sleep(0.1)
        else:
            return True
