"""Verdicts: what was found out about the bytes of a file, remembered for the next time.

The key is the content, so that a file may be moved or renamed. What is remembered may be damaged,
lost or deleted at any time, by several programs at once: it is found out again.
"""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from striate.data.checking.examining import Facts

VERSION = 1
"""Counted up whenever the same bytes would give other facts than before."""

TABLE = """CREATE TABLE IF NOT EXISTS verdicts (
    content BLOB, keep INTEGER, version TEXT, facts TEXT, thumbnail BLOB,
    PRIMARY KEY (content, keep, version)) WITHOUT ROWID"""
SOUGHT = "SELECT facts, thumbnail FROM verdicts WHERE content = ? AND keep = ? AND version = ?"
STORED = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?)"

OFTEN = 200
"""After so many new verdicts they are written down: an interruption loses no more."""


class Verdicts:
    """The facts about contents (SHA-256), in a file, as far as that can be read and written.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "verdicts.sqlite"
    >>> with Verdicts(path) as verdicts:
    ...     verdicts.add(b"sha", Facts(format="PNG"), keep=False)
    >>> with Verdicts(path) as verdicts:
    ...     verdicts.find(b"sha", keep=False).format, verdicts.find(b"sha", keep=True)
    ('PNG', None)
    """

    def __init__(self, path: Path) -> None:
        from PIL import __version__

        self._version = f"{VERSION} with Pillow {__version__}"
        self._lock = threading.Lock()
        self._new: list[tuple[bytes, bool, str, str, bytes]] = []
        self._memory = _opened(path)

    def __enter__(self) -> "Verdicts":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._lock:
            self._write()
            self._memory.close()

    def find(self, content: bytes, *, keep: bool) -> Facts | None:
        """The facts about a content, where they are known."""
        with self._lock, suppress(sqlite3.Error, ValueError, KeyError, TypeError):
            for row in self._memory.execute(SOUGHT, (content, keep, self._version)):
                return Facts.read(*row)
        return None

    def add(self, content: bytes, facts: Facts, *, keep: bool) -> None:
        """Remember the facts about a content."""
        with self._lock:
            self._new.append((content, keep, self._version, *facts.written()))
            if len(self._new) >= OFTEN:
                self._write()

    def _write(self) -> None:
        """Write down what is new, in one short transaction: others may want to write as well."""
        with suppress(sqlite3.Error), self._memory:
            self._memory.executemany(STORED, self._new)
        self._new.clear()


def _opened(path: Path) -> sqlite3.Connection:
    """The file, made anew where it is damaged; one in memory where none can be had."""
    for _ in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _with_table(path)
        except sqlite3.OperationalError:  # in use for long, or not to be written
            break
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink()
        except OSError:
            break
    return _with_table(":memory:")


def _with_table(path: Path | str) -> sqlite3.Connection:
    """The memory in a file. Raises sqlite3.Error where it is none."""
    memory = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        memory.execute(TABLE)
        memory.execute("SELECT count(*) FROM (SELECT 1 FROM verdicts LIMIT 1)").fetchall()
    except sqlite3.Error:
        memory.close()
        raise
    return memory
