"""Addresses: what images are opened from, and what they can be opened from again."""

from pathlib import Path

from striate.data.sources.arrays import MEMORY
from striate.data.sources.given import Given
from striate.data.sources.known import NAMES

Address = str | tuple[str, str]
"""What a source can be opened from again: a name, a path, or the paths of images and labels."""

Source = str | Path | Given
"""Whatever images are opened from."""


def address(source: Source) -> Address:
    """What a source can be opened from again, from wherever that is done: "memory" for none.

    >>> address("digits"), address(([], []))
    ('digits', 'memory')
    """
    match source:
        case str() if source in NAMES:
            return source
        case str() | Path():
            path = expanded(Path(source))
            return str(path.resolve() if path.exists() else path.absolute())
        case (str() | Path() as images, str() | Path() as labels):
            return str(expanded(Path(images)).resolve()), str(expanded(Path(labels)).resolve())
        case _:
            return MEMORY


def named(source: Source) -> str:
    """A source as a sentence names it."""
    match source:
        case str() | Path():
            return str(source)
        case (str() | Path() as images, str() | Path() as labels):
            return f"{images} with {labels}"
        case _:
            return "what was given"


def expanded(path: Path) -> Path:
    """A path whose first part may stand for a home; as it is where there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
