"""Padding: what is added before and after each axis, as numbers or in one of three words.

`valid` adds nothing; `same` adds span - 1 in all, the odd one after, so that at stride 1 as many
places come out as went in; `full` adds span - 1 on each side, so that every pixel is visited by
every weight.
"""

from collections.abc import Sequence

from striate.errors import OptionError

Padding = str | int | Sequence[int | tuple[int, int]]
Sides = tuple[tuple[int, int], ...]

WORDS = ("same", "valid", "full")


def sides(given: Padding, span: Sequence[int]) -> Sides:
    """Padding as (before, after) for each axis of a window that reaches this far.

    >>> sides("same", (3, 4)), sides([(0, 1), 2], (3, 3))
    (((1, 1), (1, 2)), ((0, 1), (2, 2)))
    """
    if isinstance(given, str):
        return _word(given, span)
    entries = [given] * len(span) if isinstance(given, int) else list(given)
    if len(entries) == 1:
        entries *= len(span)
    pairs = tuple((side, side) if isinstance(side, int) else (side[0], side[1]) for side in entries)
    if len(pairs) != len(span):
        raise OptionError(f"padding has {len(pairs)} entries for {len(span)} axes")
    if any(side < 0 for pair in pairs for side in pair):
        raise OptionError(f"padding must not be negative, found {pairs}")
    return pairs


def halves(number: int) -> tuple[int, int]:
    """A number shared out before and after, the odd one after.

    >>> halves(4), halves(5)
    ((2, 2), (2, 3))
    """
    return number // 2, number - number // 2


def even(sides: Sides) -> bool:
    """Whether as much is added before as after, along each axis: so torch's own functions pad.

    >>> even(((1, 1), (0, 0))), even(((1, 2),))
    (True, False)
    """
    return all(before == after for before, after in sides)


def _word(word: str, span: Sequence[int]) -> Sides:
    match word:
        case "valid":
            return ((0, 0),) * len(span)
        case "full":
            return tuple((f - 1, f - 1) for f in span)
        case "same":
            return tuple(halves(f - 1) for f in span)
        case _:
            raise OptionError(f"padding is a number or one of {', '.join(WORDS)}, found '{word}'")
