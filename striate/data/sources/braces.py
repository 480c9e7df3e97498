"""Braces: many names written as one, as a shell writes them.

data-{000..063}.tar           000, 001, ... 063
{train,val}-{0..3}.tar        each with each
"""

import re

from striate.errors import DataError

MOST = 100_000
"""The most names that one pattern may stand for."""

_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?")


def expand(pattern: str) -> list[str]:
    """Every name that a pattern stands for, in order. Raises DataError for more than 100,000.

    Braces that hold neither a comma nor a range are themselves.

    >>> expand("a-{08..10}.tar"), expand("{x,y{1..2}}"), expand("{z}")
    (['a-08.tar', 'a-09.tar', 'a-10.tar'], ['x', 'y1', 'y2'], ['{z}'])
    """
    start = pattern.find("{")
    while start >= 0:
        end = _closing(pattern, start)
        options = _options(pattern[start + 1 : end]) if end else []
        if options:
            rests = expand(pattern[end + 1 :])
            if len(options) * len(rests) > MOST:
                raise _too_many(pattern)
            return [pattern[:start] + option + rest for option in options for rest in rests]
        start = pattern.find("{", start + 1)
    return [pattern]


def _closing(pattern: str, start: int) -> int:
    """Where the brace that opens at `start` is closed; 0 if it is not."""
    depth = 0
    for place in range(start, len(pattern)):
        depth += {"{": 1, "}": -1}.get(pattern[place], 0)
        if not depth:
            return place
    return 0


def _options(inside: str) -> list[str]:
    """What may stand in the place of braces; nothing if they are meant as themselves."""
    numbers = _RANGE.fullmatch(inside)
    if numbers:
        return _numbers(*numbers.groups())
    parts = _parts(inside)
    return [option for part in parts for option in expand(part)] if len(parts) > 1 else []


def _numbers(first: str, last: str, step: str | None) -> list[str]:
    """The numbers of a range, as wide as the widest where one has zeros in front."""
    padded = any(len(end.lstrip("-")) > 1 and end.lstrip("-")[0] == "0" for end in (first, last))
    width = max(len(first), len(last)) if padded else 0
    start, stop, stride = int(first), int(last), abs(int(step or 1)) or 1
    if abs(stop - start) // stride >= MOST:
        raise _too_many(f"{{{first}..{last}}}")
    numbers = range(start, stop + 1, stride) if start <= stop else range(start, stop - 1, -stride)
    return [f"{number:0{width}d}" for number in numbers]


def _parts(inside: str) -> list[str]:
    """What is between the commas that are in no further braces."""
    parts, depth = [""], 0
    for letter in inside:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _too_many(pattern: str) -> DataError:
    return DataError(f"{pattern} stands for more than {MOST} names", help=["write a shorter range"])
