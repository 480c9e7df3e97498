"""The structure of a network found again: chains, and joins with the branches that lead to them.

A network is only nodes and what they read; a text has braces. Going backwards from each join, the
chains that end in it and start from one value are its branches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from striate.language import layers as L
from striate.language.network import Network


@dataclass(frozen=True)
class Leaf:
    """A single layer."""

    node: int
    start: int
    level: str

    @property
    def end(self) -> int:
        """The value that leaves it."""
        return self.node


@dataclass(frozen=True)
class Brace:
    """A join with its branches; `starts` are the values that the branches begin from."""

    node: int
    start: int
    level: str
    branches: tuple[tuple["Element", ...], ...]
    starts: tuple[int, ...]

    @property
    def end(self) -> int:
        """The value that leaves it."""
        return self.node


Element = Leaf | Brace


def elements(network: Network) -> list[Element]:
    """The layers of a network in order, those in branches gathered into braces."""
    found: list[Element] = []
    for number, node in enumerate(network.nodes):
        level = node.path.rpartition(".")[0]
        if isinstance(node.layer, L.Add | L.Concatenate):
            found.append(_brace(found, number, node.inputs, level))
        elif not isinstance(node.layer, L.Input):
            found.append(Leaf(number, node.inputs[0], level))
    return found


def _brace(found: list[Element], node: int, inputs: Sequence[int], level: str) -> Brace:
    """Take the branches of a join off the end of what was found so far."""
    branches: list[tuple[Element, ...]] = []
    starts: list[int] = []
    for end in reversed(inputs):
        branch: list[Element] = []
        start = end
        stops = {*starts, *(other for other in inputs if other != end)}
        while found and found[-1].end == start and start not in stops and _inside(found[-1], level):
            branch.insert(0, found.pop())
            start = branch[0].start
        branches.insert(0, tuple(branch))
        starts.insert(0, start)
    arriving = found[-1].end if found else 0
    return Brace(node, arriving, level, tuple(branches), tuple(starts))


def _inside(element: Element, level: str) -> bool:
    return not level or element.level == level or element.level.startswith(f"{level}.")
