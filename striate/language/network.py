"""A network: layers with paths and sizes, each naming the values that arrive at it.

Every front end produces this record and every back end takes it. Paths (`layer1.0.conv1`) are
unique; they become the keys of the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from striate.arithmetic.window import Size
from striate.errors import ShapeError
from striate.language.layers import Input, Layer, Linear


class Classes(int):
    """A number of classes that nobody gave yet: it counts as that number, and prints as a name."""


class SaidClasses(Classes):
    """The number of classes that INPUT says where nobody gave one: it is written there again."""


class Tapped(tuple[int, ...]):
    """A size taken from another value, to=@conv1: it counts as that size, and knows whose it is."""

    source: int

    @classmethod
    def of(cls, size: Size, source: int) -> "Tapped":
        """The size of the value at a position in the network's nodes."""
        tapped = cls(size)
        tapped.source = source
        return tapped


@dataclass(frozen=True)
class Node:
    """One layer in its place: `inputs` are positions in the network's nodes, `size` leaves it.

    What follows `line` is known of inspected modules only.
    """

    path: str
    layer: Layer
    inputs: tuple[int, ...]
    size: Size
    line: int | None = None
    source: str | None = None
    """Where in whose code it is computed: model.py:14."""
    parameters: int | None = None
    """How many are counted here, where that is not what its record takes: not if they are those
    of an earlier node, or weights that nobody trains."""
    overwrites: bool = False
    """Whether it lies in the memory of its first input: written in place, or a view."""
    remembers: bool = True
    """Whether training keeps what its backward pass needs: not without gradients or under
    checkpointing."""
    again: int = 0
    """Which checkpointed part it is computed again with, from 1, so that one is told from the next;
    0: none that is known."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """Nodes in an order in which each comes after those that it reads."""

    name: str
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    softmax: bool = False
    notes: tuple[str, ...] = ()
    error: ShapeError | None = None
    """Why an inspected module could not be followed to its end, if it could not."""

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


def is_open(nodes: Sequence[Node], last: int, *, softmax: bool) -> bool:
    """Whether a network may be without its head: it has an FC or SOFTMAX, but ends in no FC."""
    has = softmax or any(isinstance(node.layer, Linear) for node in nodes)
    return has and not isinstance(nodes[last].layer, Linear)


def is_tall(last: Node, *, softmax: bool) -> bool:
    """Whether the SOFTMAX of a network reads 10x1x1 instead of 10."""
    return softmax and len(last.size) > 1 and set(last.size[1:]) == {1}
