"""The region of one unit: the pixels of the input that it sees, where it stands.

A unit near a border sees less than the field of its layer says, as padding is nothing to see; or
it sees pixels twice, where padding repeats them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import Any

from striate.arithmetic.reach import Reach
from striate.arithmetic.runs import Stretch, holds, length
from striate.arithmetic.window import Size, show
from striate.errors import OptionError
from striate.language.layers import Input
from striate.language.network import Network, Node
from striate.planning.fields import Sight, hull, sights_of
from striate.planning.rows import not_found
from striate.planning.tracing import Box, Seen, trace

ENTRANCE = "input"
_AXES = {1: ("places",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}


@dataclass(frozen=True)
class Part:
    """What a unit sees of one input: a box, none if nothing; `pixels` of it are really seen.

    The box goes from the first to the last pixel that is seen along each axis, counted from 0.
    Where there are fewer pixels than its size the unit looks through holes: those of dilation, or
    of a stride longer than the kernel. `outside` is how many places more, along each axis, the
    field has before and behind the input, where that is known and there is one input: padding.
    """

    input: str
    size: Size
    box: tuple[Stretch, ...] | None
    pixels: int
    outside: tuple[Stretch, ...] = ()

    @property
    def extent(self) -> Size:
        """The size of the box."""
        return tuple(last - first + 1 for first, last in self.box or ())

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "input": self.input,
            "size": list(self.size),
            "box": None if self.box is None else [list(stretch) for stretch in self.box],
            "pixels": self.pixels,
            "outside": [list(sides) for sides in self.outside],
        }

    def __str__(self) -> str:
        named = f"the {self.input}" if self.input == ENTRANCE else self.input
        if self.box is None or not self.size:
            return f"{'nothing' if self.box is None else 'all'} of {named}"
        names = _AXES.get(len(self.size)) or [f"axis {n + 1}:" for n in range(len(self.size))]
        parts = [f"{n} {a} to {b}" for n, (a, b) in zip(names, self.box, strict=True)]
        whose = show(self.size) if self.input == ENTRANCE else f"{self.input}, {show(self.size)},"
        told = f"{', '.join(parts)} of {whose} ({' x '.join(map(str, self.extent))}"
        if self.pixels < prod(self.extent):
            told += f", of which {self.pixels:,} pixels"
        counts = zip(map(sum, self.outside), names, strict=False)
        if more := [f"{n} {name if n > 1 else name[:-1]}" for n, name in counts if n]:
            told += f"; {' and '.join(more)} more in the padding"
        return told + ")"


@dataclass(frozen=True)
class Region:
    """What one unit sees of each input.

    The status is `exact` if the box begins and ends with pixels that are seen, `whole input` if it
    is all there is, `upper bound` if the unit may see less.
    """

    path: str
    unit: tuple[int, ...]
    parts: tuple[Part, ...]
    status: str

    @property
    def box(self) -> tuple[Stretch, ...] | None:
        """The box in the (first) input."""
        return self.parts[0].box

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        parts = [part.as_dict() for part in self.parts]
        return {"path": self.path, "unit": list(self.unit), "inputs": parts, "status": self.status}

    def __str__(self) -> str:
        unit = f" unit {', '.join(map(str, self.unit))}" if self.unit else ""
        ends = {"upper bound": ", at most", "whole input": ": the whole input"}
        parts = " and ".join(map(str, self.parts))
        return f"{self.path}{unit} sees {parts}{ends.get(self.status, '')}"


def region_of(network: Network, path: str, unit: Sequence[int]) -> Region:
    """The region that one unit of a layer sees: `unit` is its place, an index for each axis.

    A unit is a place with all its channels; a layer of features has one, (). OptionError if there
    is no such layer, or no such unit in it.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x9x9 -> a: CONV 1 3 pad=1 -> POOL 2"), Settings())
    >>> print(region_of(network, "1", (0, 2)))
    1 unit 0, 2 sees rows 0 to 2, columns 3 to 6 of 9x9 (3 x 4; 1 row more in the padding)
    """
    number = _position(network, path)
    node = network.nodes[number]
    _check(path, tuple(unit), node.size)
    found = trace(network, number, tuple(((place, place),) for place in unit))
    sight = sights_of(network)[number] if len(network.inputs) == 1 else None
    parts = tuple(
        _part(entrance, found.get(source, Seen()), sight, unit)
        for source, entrance in enumerate(network.nodes)
        if isinstance(entrance.layer, Input)
    )
    return Region(path, tuple(unit), parts, _status(parts, found))


def _position(network: Network, path: str) -> int:
    paths = [node.path for node in network.nodes]
    if path not in paths:
        raise not_found(path, network.name, paths)
    return paths.index(path)


def _check(path: str, unit: Size, size: Size) -> None:
    """A unit has an index for each axis, none of them beyond it."""
    axes = size[1:]
    if len(unit) != len(axes):
        wanted = {0: "no index", 1: "1 index"}.get(len(axes), f"{len(axes)} indices")
        raise OptionError(
            f"a unit of {path} ({show(size)}) has {wanted}, found {len(unit)}",
            help=[f"the last one is {path} {' '.join(str(n - 1) for n in axes)}".rstrip()],
        )
    if any(not 0 <= place < n for place, n in zip(unit, axes, strict=True)):
        raise OptionError(
            f"{path} has no unit {', '.join(map(str, unit))}: it has {show(axes)} of them",
            help=[f"indices count from 0: the last one is {' '.join(str(n - 1) for n in axes)}"],
        )


def _part(entrance: Node, seen: Seen, sight: Sight | None, unit: Sequence[int]) -> Part:
    size = entrance.size[1:]
    if not seen.boxes:
        return Part(entrance.path, size, None, 0)
    outside = _outside(sight, unit, size) if sight else ()
    return Part(entrance.path, size, hull(seen.boxes), counted(tuple(seen.boxes)), outside)


def _outside(sight: Sight, unit: Sequence[int], size: Size) -> tuple[Stretch, ...]:
    """How many places of a unit's field lie before and behind the input."""
    if not (sight.field.steps and sight.lined and sight.field.status == "exact"):
        return ()
    stretches = map(Reach.of, sight.field.axes, unit)
    sides = zip(stretches, size, strict=True)
    return tuple((max(0, -first), max(0, last - n + 1)) for (first, last), n in sides)


def _status(parts: Sequence[Part], found: dict[int, Seen]) -> str:
    if any(seen.loose for seen in found.values()):
        return "upper bound"
    return "whole input" if all(part.extent == part.size for part in parts) else "exact"


@lru_cache(maxsize=256)
def counted(boxes: tuple[Box, ...]) -> int:
    """How many places lie in at least one of some boxes.

    >>> counted(((((0, 2),), ((1, 1),)), (((1, 1),), ((0, 2),))))
    5
    """
    if len(boxes) < 2 or not boxes[0]:
        return sum(prod(length(runs) for runs in box) for box in boxes[:1])
    edges = {edge for box in boxes for first, last in box[0] for edge in (first, last + 1)}
    total = 0
    for low, high in pairwise(sorted(edges)):
        here = tuple(dict.fromkeys(box[1:] for box in boxes if holds(box[0], low)))
        total += (high - low) * counted(here)
    return total
