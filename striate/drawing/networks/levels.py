"""One picture of a drawing: its parts, where they stand, and which reads which.

The parts of a group that is opened read values from outside of it: each of these is a point where
it comes in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from striate.drawing.networks.folding import level, signature
from striate.drawing.networks.grouping import Group, Part, Unit
from striate.drawing.networks.items import Item
from striate.drawing.networks.lanes import Lanes, lanes_of
from striate.drawing.networks.naming import common
from striate.drawing.networks.stacks import LARGEST, SMALLER, scale_of
from striate.drawing.networks.wording import entry, item
from striate.drawing.pictures.shapes import Point
from striate.language.network import Network

MARGIN, GAP, BETWEEN = 16.0, 26.0, 16.0


@dataclass(frozen=True)
class Level:
    """The parts that one picture shows, those that come from outside first."""

    network: Network
    path: str
    items: tuple[Item, ...]

    @cached_property
    def owners(self) -> dict[int, int]:
        """Which item a node is in."""
        return {node: n for n, one in enumerate(self.items) for node in one.part.nodes}

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Which item reads which."""
        found: dict[tuple[int, int], None] = {}
        for reader, one in enumerate(self.items):
            if one.kind != "entry":
                for node in one.nodes:
                    for source in node.inputs:
                        found[self.owners[source], reader] = None
        return tuple(edge for edge in found if edge[0] != edge[1])

    @cached_property
    def leaving(self) -> tuple[int, ...]:
        """Items with values that are read outside, where this is not all there is."""
        if not self.path:
            return ()
        inside = {node for one in self.items if one.kind != "entry" for node in one.part.nodes}
        read = {
            source
            for number, node in enumerate(self.network.nodes)
            if number not in inside
            for source in node.inputs
        } | set(self.network.outputs)
        return tuple(dict.fromkeys(self.owners[node] for node in sorted(inside & read)))

    @cached_property
    def lanes(self) -> Lanes:
        """The column and the lane of each item."""
        idle = [one.kind == "point" for one in self.items]
        return lanes_of(len(self.items), self.edges, idle)

    @cached_property
    def starts(self) -> list[float]:
        """Where each column begins, and where the last one ends."""
        columns = self.lanes.columns
        widths = [0.0] * (max(columns) + 1)
        for column, one in zip(columns, self.items, strict=True):
            widths[column] = max(widths[column], one.width)
        found = [MARGIN]
        for width in widths:
            found.append(found[-1] + width + GAP)
        return found

    @cached_property
    def places(self) -> tuple[Point, ...]:
        """Where the left of each item's body is, and its middle line; the first lane is at 0."""
        heights = self._heights()
        places: list[Point] = []
        for number, one in enumerate(self.items):
            column = self.lanes.columns[number]
            width = self.starts[column + 1] - GAP - self.starts[column]
            x = self.starts[column] + (width - one.body) / 2
            places.append((x, heights[self.lanes.lanes[number]]))
        return tuple(places)

    def _heights(self) -> dict[int, float]:
        """The middle line of each lane."""
        lanes = self.lanes.lanes
        found: dict[int, float] = {}
        y = before = 0.0
        for lane in range(min(lanes), max(lanes) + 1):
            here = [one for one, its in zip(self.items, lanes, strict=True) if its == lane]
            y += before + max((one.above for one in here), default=0) + BETWEEN
            found[lane] = y
            before = max((one.below for one in here), default=0)
        return found

    @property
    def groups(self) -> tuple[Group, ...]:
        """The parts that can be opened."""
        return tuple(one.part for one in self.items if isinstance(one.part, Group))


def level_of(network: Network, group: Group | None = None) -> Level:
    """The picture of a whole network, or of what is in a group."""
    whole = group is None
    parts = level(network) if whole else level(network, group.parts, fold=group.times == 1)
    inside = {node for part in parts for node in part.nodes}
    sources = {source for node in inside for source in network.nodes[node].inputs}
    outside = [Unit(network.nodes[node].path, (node,)) for node in sorted(sources - inside)]
    within = common([network.nodes[node].path for node in sorted(inside)])
    sizes = [network.nodes[part.nodes[0]].size for part in parts]
    scale = scale_of(sizes, LARGEST if whole else SMALLER)
    shown = [item(network, part, scale, within, alike(network, part)) for part in parts]
    entries = [entry(network, part, within) for part in outside]
    return Level(network, "" if whole else group.path, (*entries, *shown))


def alike(network: Network, part: Part) -> int:
    """How many parts that are alike a part consists of."""
    if isinstance(part, Unit):
        return 1
    if part.times > 1:
        return part.times
    inside: Sequence[Part] = part.parts
    several = len(inside) > 1 and all(isinstance(one, Group) for one in inside)
    same = several and len({signature(network, one) for one in inside}) == 1
    return len(inside) if same else 1
