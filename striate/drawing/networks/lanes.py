"""Where the parts of a picture stand: a column for each step, a lane for each branch.

What branches off gets a lane below, for as long as the branch lasts; a branch that does nothing
gets one above. A join stands in the uppermost lane of those that meet there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Edge = tuple[int, int]


@dataclass
class Lanes:
    """The column and the lane of each part; lane 0 is that of the first, those above negative."""

    columns: list[int]
    lanes: list[int] = field(default_factory=list[int])
    taken: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    """Which branch, by its first part, has which (lane, column)."""

    def free(self, lane: int, first: int, last: int, *branches: int) -> bool:
        """Whether nothing but some branches is in a lane from one column to another."""
        allowed = {None, *branches}
        return all(self.taken.get((lane, column)) in allowed for column in range(first, last + 1))


def lanes_of(count: int, edges: Sequence[Edge], idle: Sequence[bool] = ()) -> Lanes:
    """Columns and lanes for so many parts; `idle` are those that do nothing.

    >>> lanes_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]).lanes
    [0, 0, 1, 0]
    """
    before = [[a for a, b in edges if b == part] for part in range(count)]
    behind = [sorted(b for a, b in edges if a == part) for part in range(count)]
    found = Lanes(_columns(before))
    branch = [-1] * count
    for part in range(count):
        sources = before[part]
        main = min(
            sources, key=lambda one: (_rests(idle, one), found.lanes[one], -one), default=None
        )
        starts = main is None or len(sources) > 1 or len(behind[main]) > 1
        branch[part] = part if starts or main is None else branch[main]
        last = _lasts(part, before, behind, found.columns)
        away = starts and _rests(idle, part) and _is_last(part, before, behind)
        own = {branch[part], *([] if main is None else [branch[main]])}
        lane = _lane(found, part, main, own, last, away=away)
        found.lanes.append(lane)
        for column in range(found.columns[part], last + 1):
            found.taken.setdefault((lane, column), branch[part])
    return found


def _columns(before: Sequence[Sequence[int]]) -> list[int]:
    """The longest way from a part that reads nothing."""
    columns: list[int] = []
    for sources in before:
        columns.append(max((columns[one] + 1 for one in sources), default=0))
    return columns


def _lasts(
    part: int, before: Sequence[Sequence[int]], behind: Sequence[Sequence[int]], columns: list[int]
) -> int:
    """The last column that a branch needs, from one of its parts on: up to where it is joined."""
    while len(behind[part]) == 1 and len(before[behind[part][0]]) == 1:
        part = behind[part][0]
    nearest = min((columns[one] for one in behind[part]), default=columns[part] + 1)
    return max(columns[part], nearest - 1)


def _rests(idle: Sequence[bool], part: int) -> bool:
    return bool(idle) and idle[part]


def _is_last(part: int, before: Sequence[Sequence[int]], behind: Sequence[Sequence[int]]) -> bool:
    """Whether a part ends its branch: what reads it joins it with others."""
    return len(behind[part]) == 1 and len(before[behind[part][0]]) > 1


def _lane(
    found: Lanes, part: int, main: int | None, own: set[int], last: int, *, away: bool
) -> int:
    """The lane of the part that it reads where that is free, or else the nearest that is."""
    column = found.columns[part]
    start = 0 if main is None else found.lanes[main]
    if main is not None and not away and found.free(start, found.columns[main] + 1, column, *own):
        return start
    lane = start - 1 if away else start + (main is not None)
    while not found.free(lane, column, last):
        lane += -1 if away else 1
    return lane
