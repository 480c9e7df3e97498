"""What is known where something does not fit: enough to say why, and to try what would help."""

from dataclasses import dataclass

from striate.arithmetic.window import Size
from striate.errors import OptionError, ShapeError
from striate.language.network import Node
from striate.language.tree import Item


@dataclass(eq=False)
class Misfit(Exception):
    """Something does not fit: the plain error, the item, its path, and what was placed so far.

    `items` are the items of the text that the nodes came from; `visited` counts all that were
    gone through, those that placed nothing included.
    """

    error: ShapeError | OptionError
    item: Item
    path: str
    inputs: tuple[int, ...]
    nodes: tuple[Node, ...]
    items: tuple[Item | None, ...]
    visited: int

    @property
    def arriving(self) -> tuple[Size, ...]:
        """The sizes that arrive there."""
        return tuple(self.nodes[number].size for number in self.inputs)
