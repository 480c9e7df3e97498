"""Where the planes of a film lie on a sheet: stacks side by side, in as many rows as they need.

Planes that take turns, such as the kernels of an unshared convolution, share a place, so that
every plane has one place in all frames of a film, and stills can be leafed through.
"""

from dataclasses import dataclass
from itertools import groupby

from striate.drawing.films.record import Film
from striate.drawing.films.stills.stacks import (
    MARGIN,
    PLAIN,
    WIDTH,
    Box,
    Label,
    Stack,
    levels,
    side,
)

_GAP = 34.0


@dataclass(frozen=True)
class Sheet:
    """All planes in their places, and how much room they take."""

    boxes: dict[int, Box]
    labels: tuple[Label, ...]
    width: float
    height: float


def used(film: Film, number: int) -> frozenset[int]:
    """The planes that a frame reads or works out."""
    return frozenset(cell.plane for cell in film.lit(number) | film.made(number))


def arranged(film: Film, top: float) -> Sheet:
    """The planes of a film laid out from a height on; stacks of one turn share their place."""
    boxes: dict[int, Box] = {}
    labels: list[Label] = []
    x, y, tall, right = MARGIN, top, 0.0, 0.0
    for slot in _slots(film):
        width = max(stack.size[0] for stack in slot)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, y, tall = MARGIN, y + tall + _GAP, 0.0
        for stack in slot:
            labels.append(Label(x, y + 8, stack.name, frozenset(stack.planes), heading=True))
            for number, box, own in stack.placed(x, y):
                boxes[number] = box
                labels += [own] if own else []
        tall = max(tall, *(stack.size[1] for stack in slot))
        x += width + _GAP
        right = max(right, x - _GAP)
    return Sheet(boxes, tuple(labels), right + MARGIN, y + tall)


def _slots(film: Film) -> list[list[Stack]]:
    """The stacks in order; those that only ever pass, and never meet, in one slot."""
    meets, lengths = _meetings(film), _lengths(film)
    numbered = groupby(enumerate(film.planes), key=lambda one: one[1].stack)
    stacks = [(name, dict(members)) for name, members in numbered]
    sides = [side(planes, lengths) for _, planes in stacks]
    crowded = [own for own in sides if own < PLAIN]  # these are drawn to one scale
    slots: list[list[Stack]] = []
    for (name, planes), own in zip(stacks, sides, strict=True):
        common = min(crowded) if own < PLAIN else own
        stack = Stack(name, planes, levels(planes, meets), common, lengths)
        for slot in slots:
            if all(_apart(stack, other, meets) for other in slot):
                slot.append(stack)
                break
        else:
            slots.append([stack])
    return slots


def _apart(one: Stack, other: Stack, meets: dict[int, frozenset[int]]) -> bool:
    """Whether two stacks are of one role, pass, and are never seen in the same frame."""
    both = [*one.planes.values(), *other.planes.values()]
    if not all(plane.passing for plane in both) or len({plane.role for plane in both}) > 1:
        return False
    return not any(meets[n] & other.planes.keys() for n in one.planes)


def _meetings(film: Film) -> dict[int, frozenset[int]]:
    """For each plane that passes, the others with which it is ever seen."""
    passing = {n for n, plane in enumerate(film.planes) if plane.passing}
    meets: dict[int, set[int]] = {n: set() for n in passing}
    if passing:
        for together in {used(film, n) & passing for n in range(len(film.frames))}:
            for one in together:
                meets[one] |= together - {one}
    return {n: frozenset(found) for n, found in meets.items()}


def _lengths(film: Film) -> list[int]:
    """How many letters the longest number has that ever stands in each plane."""
    lengths = [max(map(len, plane.texts), default=1) for plane in film.planes]
    for one in film.sums():
        if one.after is not None:
            plane = one.result.plane
            lengths[plane] = max(lengths[plane], len(film.outcome(one)))
    return lengths
