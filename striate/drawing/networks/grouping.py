"""What is drawn as one thing: a layer with what follows it in place, and layers with one name.

A convolution, its norm and its activation are a unit; units whose paths begin alike are a group.
Each holds neighbours in the order of the network, so that no way leaves one and comes back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from striate.language import layers as L
from striate.language.network import Network, Node

SLABS = (L.Activation, L.BatchNorm, L.LayerNorm, L.LocalResponse, L.Scale, L.Dropout)
"""What leaves each number where it was: thin beside the layer whose numbers they are."""


@dataclass(frozen=True)
class Unit:
    """Nodes by their number: a layer, and what follows it in place."""

    path: str
    nodes: tuple[int, ...]

    @property
    def units(self) -> int:
        """How many units it holds: itself."""
        return 1


@dataclass(frozen=True)
class Group:
    """Parts that are drawn as one until they are opened; `times` so many alike."""

    path: str
    parts: tuple["Part", ...]
    times: int = 1

    @cached_property
    def nodes(self) -> tuple[int, ...]:
        """All nodes in it."""
        return tuple(node for part in self.parts for node in part.nodes)

    @cached_property
    def units(self) -> int:
        """How many units it holds."""
        return sum(part.units for part in self.parts)


Part = Unit | Group


def units_of(network: Network) -> tuple[Unit, ...]:
    """The layers of a network, each with what follows it in place.

    >>> from striate.language import read
    >>> from striate.planning import resolve
    >>> made = resolve(read("INPUT 1x8x8 -> c: CONV 4 3 -> BN -> RELU -> POOL 2 -> FC 3"))
    >>> [unit.nodes for unit in units_of(made)]
    [(0,), (1, 2, 3), (4,), (5,)]
    """
    readers = [0] * len(network.nodes)
    for node in network.nodes:
        for source in set(node.inputs):
            readers[source] += 1
    units: list[list[int]] = []
    for number, node in enumerate(network.nodes):
        before = network.nodes[number - 1]
        if number and readers[number - 1] == 1 and _follows(node, before, number):
            units[-1].append(number)
        else:
            units.append([number])
    return tuple(Unit(network.nodes[unit[0]].path, tuple(unit)) for unit in units)


def _follows(node: Node, before: Node, number: int) -> bool:
    """Whether a node stays in the place of the one before it."""
    here, there = node.path.rpartition(".")[0], before.path.rpartition(".")[0]
    return (
        isinstance(node.layer, SLABS)
        and node.inputs == (number - 1,)
        and here == there
        and not isinstance(before.layer, (L.Input, L.Identity))
    )


def named(units: Sequence[Unit], depth: int = 0, within: str = "") -> tuple[Part, ...]:
    """Units gathered by the parts of their paths, as deep as these go.

    >>> parts = named([Unit("a", (0,)), Unit("b.0.c", (1,)), Unit("b.0.d", (2,))])
    >>> [(part.path, part.units) for part in parts]
    [('a', 1), ('b', 2)]
    """
    parts: list[Part] = []
    for name, run in groupby(units, lambda unit: unit.path.split(".")[depth : depth + 1]):
        inside = tuple(run)
        if len(inside) == 1 or not name:
            parts += inside
            continue
        path = f"{within}.{name[0]}" if within else name[0]
        below = named(inside, depth + 1, path)
        only = below[0] if len(below) == 1 else None
        parts.append(Group(path, only.parts if isinstance(only, Group) else below))
    return tuple(parts)


def opened(parts: Iterable[Part]) -> tuple[Unit, ...]:
    """All units of some parts.

    >>> opened([Group("a", (Unit("a.0", (0,)), Unit("a.1", (1,))))])[1].nodes
    (1,)
    """
    found: list[Unit] = []
    for part in parts:
        found += opened(part.parts) if isinstance(part, Group) else (part,)
    return tuple(found)
