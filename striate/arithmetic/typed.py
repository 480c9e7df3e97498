"""Windows as people type them: a number for every axis, 2, or one for each, 2x1; a word as padding.

What is given in Python, a number or several, is taken as well.
"""

from collections.abc import Sequence
from operator import index

from striate.arithmetic.padding import Padding
from striate.arithmetic.window import Size
from striate.errors import OptionError

Typed = str | int | Sequence[int]
_DIGITS = 9


def numbers(name: str, typed: Typed, *, signed: bool = False) -> Size:
    """A number, or one for each axis, `signed` ones too; OptionError where there is none.

    >>> numbers("stride", "2x1"), numbers("stride", 3), numbers("shift", "-1x0", signed=True)
    ((2, 1), (3,), (-1, 0))
    """
    read = _signed if signed else _number
    try:
        if isinstance(typed, str):
            return tuple(read(part) for part in typed.lower().replace("×", "x").split("x"))
        return tuple(map(index, typed)) if isinstance(typed, Sequence) else (index(typed),)
    except (TypeError, ValueError):
        help = ["write one number for every axis, 2, or one for each: 2x1"]
        raise OptionError(f"{name} '{typed}' is not a number", help=help) from None


def _number(typed: str) -> int:
    """A whole number of not more digits than a size can have."""
    if not typed.isdecimal() or len(typed) > _DIGITS:
        raise ValueError(typed)
    return int(typed)


def _signed(typed: str) -> int:
    return -_number(typed[1:]) if typed.startswith("-") else _number(typed)


def padding(typed: Padding) -> Padding:
    """A word, or numbers, one for each axis or for each of its sides.

    >>> padding("same"), padding("1"), padding("0/1x2")
    ('same', [1], [(0, 1), 2])
    """
    if isinstance(typed, str) and typed.isalpha():
        return typed
    try:
        if isinstance(typed, str):
            return [_sides(part) for part in typed.lower().replace("×", "x").split("x")]
        return [index(typed)] if not isinstance(typed, Sequence) else list(map(_pair, typed))
    except (TypeError, ValueError):
        help = ["write 1; for each axis, 1x2; for each side, 0/1x1/1; or valid, same, full"]
        raise OptionError(f"padding '{typed}' is not a number", help=help) from None


def _sides(part: str) -> int | tuple[int, int]:
    if "/" not in part:
        return _number(part)
    before, after = map(_number, part.split("/"))
    return before, after


def _pair(given: int | tuple[int, int]) -> int | tuple[int, int]:
    if not isinstance(given, Sequence):
        return index(given)
    before, after = map(index, given)
    return before, after


def is_written(kernel: str) -> bool:
    """Whether a kernel is typed as a name or as rows of weights, not as a size.

    >>> is_written("sobel"), is_written("1,0,-1"), is_written("3x3")
    (True, True, False)
    """
    return not kernel[:1].isdecimal() or "," in kernel or ";" in kernel
