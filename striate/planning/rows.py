"""The rows of a plan: for every layer its size, costs, memory and field, each with its working."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Quantity
from striate.arithmetic.losing import unseen
from striate.arithmetic.window import Size, show
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.items import suggest
from striate.language.network import Network, Node
from striate.language.spelling import spell, word_of
from striate.planning.convention import marked
from striate.planning.costs import bytes_of, costs
from striate.planning.fields import Sight, sights_of
from striate.planning.sizes import count, lost, output

COUNTS = ("parameters", "products", "additions", "bytes")


@dataclass(frozen=True)
class Row:
    """One layer of a plan; sizes are channels first, fields in pixels of the input.

    `reach` is the working of the field's size, where the textbook's formula gives it.
    """

    path: str
    layer: L.Layer
    line: int | None
    output: tuple[Quantity, ...]
    parameters: Quantity
    products: Quantity
    additions: Quantity
    bytes: Quantity
    field: Field
    reach: tuple[Quantity, ...] = ()
    notes: tuple[str, ...] = ()
    source: str | None = None

    @property
    def word(self) -> str:
        """The word of the layer, or the name of an operation that has none."""
        return word_of(self.layer)

    @property
    def written(self) -> str:
        """The layer as the language writes it, as far as it can."""
        return self.word if isinstance(self.layer, L.Operation) else spell(self.layer)

    @property
    def whereabouts(self) -> str:
        """Where it stands: a line of the text, or of the code of a module."""
        return self.source or (f"line {self.line}" if self.line else "")

    @property
    def size(self) -> Size:
        """The size that leaves the layer."""
        return tuple(quantity.value for quantity in self.output)

    @property
    def status(self) -> str:
        """That of the field, or `unknown` where there is a reason to say no more."""
        unsaid = isinstance(self.layer, L.Operation) and self.layer.reason
        return "unknown" if unsaid else self.field.status

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "path": self.path,
            "word": self.word,
            "line": self.line,
            "output": list(self.size),
            **{name: known(getattr(self, name)) for name in COUNTS},
            "field": self.field.as_dict(),
            "status": self.status,
            "notes": list(self.notes),
            **({"source": self.source} if self.source else {}),
        }


def known(quantity: Quantity) -> int | None:
    """A number as far as it is known: none is not the same as 0."""
    return quantity.value or None if quantity.status == "unknown" else quantity.value


def rows_of(network: Network) -> tuple[Row, ...]:
    """A row for each layer of a network, its input aside."""
    sights = sights_of(network)
    rows: list[Row] = []
    for node, sight in zip(network.nodes, sights, strict=True):
        if not isinstance(node.layer, L.Input):
            arriving = tuple(network.nodes[number].size for number in node.inputs)
            rows.append(_row(node, arriving, sight))
    return tuple(rows)


def not_found(path: str, name: str, paths: Sequence[str]) -> OptionError:
    """The error that a network of this name has no layer of this path.

    >>> not_found("conv9", "lenet5", ["conv1", "pool2"]).help
    ["did you mean 'conv1'?"]
    """
    help = suggest(path, paths) or [f"the first is '{paths[0]}': the table lists all"]
    return OptionError(f"there is no layer '{path}' in {name}", help=help)


def _row(node: Node, arriving: tuple[Size, ...], sight: Sight) -> Row:
    cost = costs(node.layer, arriving, node.size)
    return Row(
        path=node.path,
        layer=node.layer,
        line=node.line,
        output=output(node.layer, arriving),
        parameters=_parameters(node, cost.parameters),
        products=cost.products,
        additions=cost.additions,
        bytes=bytes_of(node.size),
        field=sight.field,
        reach=sight.working,
        notes=(*_notes(node, arriving), *sight.notes),
        source=node.source,
    )


def _parameters(node: Node, taken: Quantity) -> Quantity:
    """What a record takes, unless something else was counted in a module."""
    if node.parameters in (None, taken.value):
        return taken
    return Quantity(node.parameters, "as counted in the module", str(node.parameters))


def _notes(node: Node, arriving: tuple[Size, ...]) -> list[str]:
    reason = node.layer.reason if isinstance(node.layer, L.Operation) else ""
    notes = [*filter(None, [reason]), *node.notes]
    if dropped := unseen(lost(node.layer, arriving)):
        notes.append(dropped)
    if isinstance(node.layer, L.Identity) and node.layer.note:
        notes.append(node.layer.note)
    if isinstance(node.layer, L.Linear) and len(arriving[0]) > 1:
        notes.append(f"reads {count(arriving[0])} = {show(arriving[0])}")
    if isinstance(node.layer, L.Tiled) and (same := _same_as(node.layer.tiles, node.size[1:])):
        notes.append(same)
    return notes


def _same_as(tiles: Size, places: Size) -> str | None:
    """The sentence about tiles that make a tiled convolution one of the other two."""
    if max(tiles) == 1:
        return "one kernel for all places: this is CONV"
    return "as many tiles as places: this is UNSHARED" if tiles == places else None


def total(rows: Sequence[Row], name: str) -> Quantity:
    """The sum of one count over all rows, with its working."""
    counts: list[Quantity] = [getattr(row, name) for row in rows]
    shown = [str(count.value) for count in counts if count.value]
    working = " + ".join(shown) if len(shown) <= 12 else f"the sum of {len(shown)} rows"
    value = sum(count.value for count in counts)
    return marked(Quantity(value, f"sum of {name}", working or "0"), counts)
