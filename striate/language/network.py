"""A network: layers with paths and sizes, each naming the values that arrive at it.

Every front end produces this record and every back end takes it. Paths (`layer1.0.conv1`) are
unique; they become the keys of the weights.
"""

from dataclasses import dataclass

from striate.arithmetic.window import Size
from striate.language.layers import Input, Layer


class Classes(int):
    """A number of classes that nobody gave yet: it counts as that number, and prints as a name."""


@dataclass(frozen=True)
class Node:
    """One layer in its place: `inputs` are positions in the network's nodes, `size` leaves it."""

    path: str
    layer: Layer
    inputs: tuple[int, ...]
    size: Size
    line: int | None = None


@dataclass(frozen=True)
class Network:
    """Nodes in an order in which each comes after those that it reads."""

    name: str
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    softmax: bool = False
    notes: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The places where values come in."""
        return tuple(node for node in self.nodes if isinstance(node.layer, Input))

    @property
    def input(self) -> Size:
        """The size of the (first) input."""
        return self.inputs[0].size

    @property
    def output(self) -> Size:
        """The size of the (first) output."""
        return self.nodes[self.outputs[0]].size
