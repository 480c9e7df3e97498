"""All pictures of a drawing: the network, and what is in each group, one inside the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from striate.drawing.networks.grouping import Group
from striate.drawing.networks.levels import Level, level_of
from striate.language.network import Network


@dataclass(frozen=True)
class Leaf:
    """A level, and those that its groups open."""

    level: Level
    inside: tuple["Leaf", ...]

    @cached_property
    def paths(self) -> dict[int, str]:
        """What the plane in front of each item stands for, by its node."""
        return {
            one.part.nodes[-1] if one.kind == "group" else one.part.nodes[0]: one.part.path
            for one in self.level.items
            if one.kind in ("stack", "group") and not one.stack.bar
        }

    def all(self) -> Iterator["Leaf"]:
        """It, and all that are inside."""
        yield self
        for leaf in self.inside:
            yield from leaf.all()


def leaf(network: Network, group: Group | None = None) -> Leaf:
    """The picture of a network, or of a group of it, with those inside."""
    level = level_of(network, group)
    return Leaf(level, tuple(leaf(network, one) for one in level.groups))
