"""Sets of whole numbers along one axis, as runs: ((3, 5), (9, 9)) is 3, 4, 5 and 9.

Runs are in order and do not touch. What a unit sees through dilated windows has holes, and is
still a handful of runs.
"""

from bisect import bisect_right
from collections.abc import Iterable

Stretch = tuple[int, int]
Runs = tuple[Stretch, ...]


def joined(stretches: Iterable[Stretch]) -> Runs:
    """Stretches in any order as runs; those that end before they begin are empty.

    >>> joined([(4, 6), (0, 1), (2, 3), (9, 8)])
    ((0, 6),)
    """
    runs: list[Stretch] = []
    for first, last in sorted(stretch for stretch in stretches if stretch[0] <= stretch[1]):
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return tuple(runs)


def between(runs: Runs, first: int, last: int) -> Runs:
    """What lies from first to last."""
    return joined((max(a, first), min(b, last)) for a, b in runs)


def length(runs: Runs) -> int:
    """How many numbers there are."""
    return sum(last - first + 1 for first, last in runs)


def holds(runs: Runs, number: int) -> bool:
    """Whether a number is among them."""
    return contains(runs, ((number, number),))


def contains(runs: Runs, others: Runs) -> bool:
    """Whether all of the others are among these."""
    before = [(bisect_right(runs, first, key=_first), last) for first, last in others]
    return all(spot > 0 and last <= runs[spot - 1][1] for spot, last in before)


def _first(run: Stretch) -> int:
    return run[0]


def folded(runs: Runs, n: int, sides: Stretch, mode: str) -> Runs:
    """The pixels of an axis of n that are read at places of it, the padding included.

    Places in the padding are nothing (zeros), or copies of pixels; those beyond it are nothing.

    >>> folded(((-2, 1),), 8, (2, 2), "zeros"), folded(((-2, 1),), 8, (2, 2), "reflect")
    (((0, 1),), ((0, 2),))
    """
    inside = between(runs, 0, n - 1)
    before, behind = between(runs, -sides[0], -1), between(runs, n, n + sides[1] - 1)
    match mode:
        case "edge":
            ends = [(0, 0)] * bool(before) + [(n - 1, n - 1)] * bool(behind)
        case "reflect":
            ends = [(-b, -a) for a, b in before]
            ends += [(2 * (n - 1) - b, 2 * (n - 1) - a) for a, b in behind]
        case "circular":
            ends = [(a + n, b + n) for a, b in before] + [(a - n, b - n) for a, b in behind]
        case _:
            return inside
    return joined([*inside, *ends])
