"""Blocks that every text may call without defining them, written in the language: `blocks.cnn`.

They are definitions like any other. All that a block holds stands where it is called, so that
messages and rows name a line that the reader of a text can see.
"""

from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from striate.language.cursor import Cursor
from striate.language.flows import parse
from striate.language.tree import Definition, Place

_NOWHERE = Place(0, 0)


@cache
def blocks() -> dict[str, Definition]:
    """The blocks by name, which stand at no place of any text.

    >>> list(blocks())
    ['FIRE', 'RESIDUAL', 'INCEPTION']
    """
    written = Path(__file__).with_suffix(".cnn")
    definitions: dict[str, Definition] = {}
    parse(Cursor(written.read_text("utf-8"), written.name), definitions)
    return {name: replace(block, place=_NOWHERE) for name, block in definitions.items()}


@lru_cache
def standing_at(block: Definition, place: Place) -> Definition:
    """A block with all that it holds at the place of its call.

    >>> standing_at(blocks()["FIRE"], Place(7, 3)).body[0].place
    Place(line=7, column=3)
    """
    return replace(_moved(block, place), place=_NOWHERE)


def _moved(part: Any, place: Place) -> Any:
    if isinstance(part, Place):
        return place
    if isinstance(part, tuple):
        return tuple(_moved(inner, place) for inner in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    inside = {field.name: _moved(getattr(part, field.name), place) for field in fields(part)}
    return replace(part, **inside)
