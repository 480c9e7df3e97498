"""Back through a network: from places of one layer to all that they see, down to the inputs.

What is seen is kept as boxes, each the product of one set of places for each axis, so that branches
that look along different axes, holes, and padding that repeats pixels come out as they are.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from math import prod

from striate.arithmetic.runs import Runs, contains, folded, joined
from striate.arithmetic.window import Size
from striate.language.layers import Input
from striate.language.network import Network
from striate.planning.reading import Reading, reading

Box = tuple[Runs, ...]
MOST = 16


def everything(axes: Size) -> Box:
    """All places of a value with these axes."""
    return tuple(((0, n - 1),) for n in axes)


@dataclass
class Seen:
    """Boxes of places of one node; `loose` if less than that may be seen.

    `outside` if on the way here some unit would have read beyond the border of a layer.
    """

    boxes: list[Box] = field(default_factory=list[Box])
    loose: bool = False
    outside: bool = False

    def add(self, box: Box) -> None:
        """One more box, unless it is empty, or among what is there already."""
        if not all(box) or any(_within(box, other) for other in self.boxes):
            return
        self.boxes = [other for other in self.boxes if not _within(other, box)]
        self.boxes.append(box)
        if len(self.boxes) > MOST:
            one, other, *rest = self.boxes
            self.boxes = [tuple(joined(a + b) for a, b in zip(one, other, strict=True)), *rest]
            self.loose = True


def trace(network: Network, number: int, units: Box) -> dict[int, Seen]:
    """What some units of a node see of each input, by the number of the input's node.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x9x9 -> CONV 1 3 pad=1 -> POOL 2"), Settings())
    >>> trace(network, 2, (((0, 0),), ((2, 2),)))[0].boxes
    [(((0, 2),), ((3, 6),))]
    """
    found = traced(network, number, units)
    inputs = (one for one in found if isinstance(network.nodes[one].layer, Input))
    return {one: found[one] for one in inputs}


def traced(network: Network, number: int, units: Box) -> dict[int, Seen]:
    """What some units of a node see of every node before it, and of itself."""
    needed = {number: Seen([units])}
    for position in range(number, -1, -1):
        seen = needed.get(position)
        if seen is None:
            continue
        node = network.nodes[position]
        for source in dict.fromkeys(node.inputs):
            size = network.nodes[source].size
            reads = recalled(node.layer, size, node.size)
            _pass(seen, needed.setdefault(source, Seen()), reads, (size[1:], node.size[1:]))
    return needed


recalled = lru_cache(maxsize=4096)(reading)
"""Units are traced one by one, each through the same layers."""


def _pass(seen: Seen, below: Seen, reads: Reading, sizes: tuple[Size, Size]) -> None:
    axes, own = sizes
    below.loose |= seen.loose
    below.outside |= seen.outside
    if reads.where == "place" and axes == own and not below.boxes:
        below.boxes = [*seen.boxes]
        return
    for box in seen.boxes:
        if reads.where == "stretch" and len(reads.axes) == len(axes) == len(own):
            read = tuple(axis.read(runs) for axis, runs in zip(reads.axes, box, strict=True))
            below.add(_folded(read, reads, axes))
            below.outside |= not _within(read, everything(axes))
            below.loose |= reads.partly
        else:
            places, tight = _places(reads, box, axes, own)
            below.add(places)
            below.loose |= not tight


def _places(reads: Reading, box: Box, axes: Size, own: Size) -> tuple[Box, bool]:
    """The places below that a box of units reads, and whether it reads them all."""
    if reads.where == "place" and broadcast(axes, own):
        return tuple(b if n > 1 else ((0, 0),) for b, n in zip(box, axes, strict=False)), True
    if reads.where == "all":
        return everything(axes), not reads.partly
    moved = reads.where == "place" and (prod(axes) == 1 or box == everything(own))
    return everything(axes), moved


def broadcast(axes: Size, own: Size) -> bool:
    """Whether a value's places are those of another, or one that stands for all."""
    same = len(axes) == len(own) and all(n in (1, m) for n, m in zip(axes, own, strict=True))
    return same or not axes


def _folded(read: Box, reads: Reading, axes: Size) -> Box:
    padding = reads.padding or ((0, 0),) * len(axes)
    return tuple(
        folded(runs, n, sides, reads.mode)
        for runs, n, sides in zip(read, axes, padding, strict=True)
    )


def _within(box: Box, other: Box) -> bool:
    return all(map(contains, other, box))
