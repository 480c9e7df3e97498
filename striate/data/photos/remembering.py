"""Remembering: what an image file holds, as a number that only the same bytes give.

A file is read once; as long as it keeps its size and its time of change, its number is looked up.
What is remembered may be lost or deleted at any time: it is found out again.
"""

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

from striate.data.decoding import MOST_BYTES
from striate.data.sources.fetching import cache_folder
from striate.data.sources.folders import Entry

UNREADABLE = bytes(32)
"""What stands for a file that cannot be read, or that is none: a folder, a pipe, far too large."""

YOUNG = 2_000_000_000
"""A file changed less than so many nanoseconds ago could change again and keep its time."""

PATIENCE = 10.0
"""For so many seconds another process that is writing is waited for."""

Facts = tuple[str, int, int]
"""The place of a file, its size in bytes and its time of change in nanoseconds."""

TABLE = """CREATE TABLE IF NOT EXISTS contents
    (path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, content BLOB) WITHOUT ROWID"""
SOUGHT = "SELECT content FROM contents WHERE path = ? AND size = ? AND changed = ?"


def contents(entries: Sequence[Entry]) -> list[bytes]:
    """The SHA-256 of each image file, 32 bytes; UNREADABLE for one that cannot be read.

    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "a.png"
    >>> _ = path.write_bytes(b"abc")
    >>> entries = [Entry(place, "a.png", "train", "a") for place in (path, path.parent)]
    >>> [content.hex()[:8] for content in contents(entries)]
    ['ba7816bf', '00000000']
    """
    facts = [_facts(entry) for entry in entries]
    with _memory() as memory:
        found = [_recall(memory, fact) for fact in facts]
        missing = [place for place, content in enumerate(found) if content is None]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            fresh = list(pool.map(_content, (entries[place] for place in missing)))
        for place, content in zip(missing, fresh, strict=True):
            found[place] = content
        if memory and fresh:
            pairs = zip((facts[place] for place in missing), fresh, strict=True)
            _remember(memory, ((fact, content) for fact, content in pairs if fact))
    return [content or UNREADABLE for content in found]


def _facts(entry: Entry) -> Facts | None:
    """What tells whether a file has changed; None where it is no file."""
    try:
        found = entry.path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or (entry.length or found.st_size) > MOST_BYTES:
        return None
    place = str(entry.path.absolute())
    if entry.length is not None:
        place += f"[{entry.start}:{entry.length}]"
    # Names of files may be any bytes, and a database takes none but texts.
    text = place.encode("utf-8", "surrogateescape").decode("latin-1")
    return text, found.st_size, found.st_mtime_ns


def _content(entry: Entry) -> bytes:
    """The SHA-256 of a file."""
    try:
        if entry.length is not None:
            return hashlib.sha256(entry.content()).digest()
        with entry.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return UNREADABLE


@contextmanager
def _memory() -> Generator[sqlite3.Connection | None]:
    """What is remembered on this machine; None where nothing can be."""
    path = cache_folder() / "contents.sqlite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        memory = sqlite3.connect(path, timeout=PATIENCE)
    except (OSError, sqlite3.Error):
        yield None
        return
    with closing(memory):
        try:
            memory.execute(TABLE)
        except sqlite3.DatabaseError as error:  # damaged, and not merely in use: begin anew
            if not isinstance(error, sqlite3.OperationalError):
                with suppress(OSError):
                    path.unlink()
            yield None
            return
        yield memory


def _recall(memory: sqlite3.Connection | None, fact: Facts | None) -> bytes | None:
    """What is remembered of a file; None where it is not known, or has changed."""
    if fact is None:
        return UNREADABLE
    if memory is None:
        return None
    with suppress(sqlite3.Error):
        for (content,) in memory.execute(SOUGHT, fact):
            return content
    return None


def _remember(memory: sqlite3.Connection, pairs: Iterable[tuple[Facts, bytes]]) -> None:
    """Remember what files hold, but for those that were changed a moment ago."""
    latest = time.time_ns() - YOUNG
    rows = [
        (*fact, content) for fact, content in pairs if content != UNREADABLE and fact[2] < latest
    ]
    with suppress(sqlite3.Error), memory:
        memory.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?)", rows)
