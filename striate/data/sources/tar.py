"""A tar file as a table: the name of each member, and where its bytes are.

Only headers are read, one after the other; nothing is unpacked, and no name in the file ever
touches the disk. A header is a block of 512 bytes: the name from byte 0 on, the length from 124,
a checksum at 148, the type at 156 (POSIX.1-1988). Longer names stand in a member of their own
before the header, as GNU ("L") or as POSIX.1-2001 ("x") write them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from striate.data.collection import Problem

BLOCK = 512
LONGEST = 1 << 20
"""The most bytes of a member that says something about the next one."""

FILES, EMPTY = b"0\0" + b"7", b"123456"
"""The types of members that are files, and of those that have no bytes: links, folders, devices."""


@dataclass(frozen=True)
class Member:
    """A file in a tar file: its name, and its `length` bytes from `start` on."""

    name: str
    start: int
    length: int


def members(path: Path) -> Iterator[Member | Problem]:
    """Every file in a tar file, in order; where it is damaged, the problem comes last."""
    try:
        with path.open("rb") as file:
            yield from _members(file, path.name, path.stat().st_size)
    except OSError as error:
        yield Problem(path.name, "cannot be read", error.strerror or str(error))
    except ValueError as error:
        yield Problem(path.name, "damaged", f"{error}; what lies behind is not read")


def _members(file: BinaryIO, shard: str, size: int) -> Iterator[Member | Problem]:
    """Every file; raises ValueError for a header that is none."""
    place, said = 0, dict[str, str]()
    if not size:
        raise ValueError("it is empty")
    while place < size:
        file.seek(place)
        header = file.read(BLOCK)
        if not header.strip(b"\0"):
            return  # a block of zeros is the end
        _require_header(header, place)
        kind, length, start = header[156:157], _number(header[124:136]), place + BLOCK
        if kind in b"xL":
            said |= _said(file, kind, length)
        elif kind not in b"gK":
            name = said.get("path") or _name(header)
            length = _number(said["size"].encode(), 10) if "size" in said else length
            length = 0 if kind in EMPTY else length
            sparse = kind == b"S" or any(key.startswith("GNU.sparse") for key in said)
            said = {}
            if start + length > size:
                yield Problem(f"{shard}/{name}", "cut off", "the shard ends in it")
                return
            if sparse or kind not in FILES:
                if kind != b"5":
                    yield Problem(f"{shard}/{name}", "not a file", "it is a link, device or sparse")
            elif kind != b"\0" or not name.endswith("/"):  # else a folder, as tar wrote it once
                yield Member(name, start, length)
        place = start + -(-length // BLOCK) * BLOCK


def _require_header(header: bytes, place: int) -> None:
    """Raise ValueError unless the checksum of a header is right."""
    if len(header) == BLOCK:
        total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
        if _number(header[148:156]) == total:
            return
    raise ValueError(f"there is no header at byte {place}")


def _number(field: bytes, base: int = 8) -> int:
    """A number as text, or, where its first bit is set, as bytes. Raises ValueError.

    >>> _number(b"0000017 "), _number(bytes([128, 1, 0]))
    (15, 256)
    """
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:])
    digits = field.partition(b"\0")[0].strip() or b"0"
    if not digits.isdigit():
        raise ValueError(f"{field!r} is no number")
    return int(digits, base)


def _name(header: bytes) -> str:
    """The name in a header, behind what POSIX has in front of it."""
    name, front = (part.partition(b"\0")[0] for part in (header[:100], header[345:500]))
    whole = front + b"/" + name if front and header[257:263] == b"ustar\0" else name
    return whole.decode("utf-8", "surrogateescape")


def _said(file: BinaryIO, kind: bytes, length: int) -> dict[str, str]:
    """What a member says about the next one: its path, and in POSIX's form more.

    That form is lines of "LENGTH KEY=VALUE", the length that of the line.
    """
    if length > LONGEST:
        raise ValueError(f"a name of {length} bytes")
    content = file.read(length)
    if kind == b"L":
        return {"path": content.partition(b"\0")[0].decode("utf-8", "surrogateescape")}
    said: dict[str, str] = {}
    while content.strip(b"\0"):
        count = _number(content.partition(b" ")[0], 10)
        line, content = content[:count], content[count:]
        key, mark, value = line.partition(b" ")[2].partition(b"=")
        if not mark or not line.endswith(b"\n"):
            raise ValueError("a line about a member is damaged")
        said[key.decode("utf-8", "replace")] = value[:-1].decode("utf-8", "surrogateescape")
    return said | {key: said[key].rstrip("/") for key in ("path",) if key in said}
