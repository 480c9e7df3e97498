"""The rows of a plan: for every layer its size, costs, memory and field, each with its working."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size, Window, show
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.language.spelling import word_of
from striate.planning.costs import bytes_of, costs
from striate.planning.fields import field_after
from striate.planning.sizes import count, lost, output

COUNTS = ("parameters", "products", "additions", "bytes")


@dataclass(frozen=True)
class Row:
    """One layer of a plan; sizes are channels first, fields in pixels of the input.

    `reach` is the working of the field's size, where the textbook's formula gives it.
    """

    path: str
    word: str
    line: int | None
    output: tuple[Quantity, ...]
    parameters: Quantity
    products: Quantity
    additions: Quantity
    bytes: Quantity
    field: Field
    reach: tuple[Quantity, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> Size:
        """The size that leaves the layer."""
        return tuple(quantity.value for quantity in self.output)

    @property
    def status(self) -> str:
        """`exact`, unless the field is only bounded or not known."""
        return self.field.status

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "path": self.path,
            "word": self.word,
            "line": self.line,
            "output": list(self.size),
            **{name: getattr(self, name).value for name in COUNTS},
            "field": self.field.as_dict(),
            "status": self.status,
            "notes": list(self.notes),
        }


def rows_of(network: Network) -> tuple[Row, ...]:
    """A row for each layer of a network, its input aside."""
    fields: list[Field] = []
    wholes: list[Field] = []
    units: list[Size] = []
    rows: list[Row] = []
    for node in network.nodes:
        if isinstance(node.layer, L.Input):
            units.append(node.size[1:])
            fields.append(Field.of_pixel(len(units[-1])))
            wholes.append(Field.whole(units[-1]))
            continue
        arriving = tuple(network.nodes[number].size for number in node.inputs)
        reached = [fields[number] for number in node.inputs]
        whole = Field.join([wholes[number] for number in node.inputs])
        fields.append(field_after(node.layer, reached, units[node.inputs[0]], whole))
        units.append(node.size[1:] or units[node.inputs[0]])
        wholes.append(fields[-1].across(units[-1], whole))
        rows.append(_row(node, arriving, fields[-1], reached))
    return tuple(rows)


def _row(node: Node, arriving: tuple[Size, ...], field: Field, reached: Sequence[Field]) -> Row:
    cost = costs(node.layer, arriving, node.size)
    return Row(
        path=node.path,
        word=word_of(node.layer),
        line=node.line,
        output=output(node.layer, arriving),
        parameters=cost.parameters,
        products=cost.products,
        additions=cost.additions,
        bytes=bytes_of(node.size),
        field=field,
        reach=_reach(node.layer, reached[0]),
        notes=tuple(_notes(node, arriving, reached)),
    )


def _reach(layer: L.Layer, reached: Field) -> tuple[Quantity, ...]:
    window = None if isinstance(layer, L.Transposed) else getattr(layer, "window", None)
    return reached.derive_through(window) if isinstance(window, Window) else ()


def _notes(node: Node, arriving: tuple[Size, ...], reached: Sequence[Field]) -> list[str]:
    notes: list[str] = []
    if dropped := unseen(lost(node.layer, arriving)):
        notes.append(dropped)
    if isinstance(node.layer, L.Identity) and node.layer.note:
        notes.append(node.layer.note)
    if isinstance(node.layer, L.Linear) and len(arriving[0]) > 1:
        notes.append(f"reads {count(arriving[0])} = {show(arriving[0])}")
    if isinstance(node.layer, L.Tiled) and (same := _same_as(node.layer.tiles, node.size[1:])):
        notes.append(same)
    if len({field.offset for field in reached if field.stride == reached[0].stride}) > 1:
        centres = " and ".join(
            dict.fromkeys(", ".join(f"{float(c):g}" for c in field.offset) for field in reached)
        )
        notes.append(f"the branches are centred on different pixels: {centres}")
    if len({field.stride for field in reached}) > 1:
        notes.append("the branches step differently: they have no common field")
    return notes


def _same_as(tiles: Size, places: Size) -> str | None:
    """The sentence about tiles that make a tiled convolution one of the other two."""
    if max(tiles) == 1:
        return "one kernel for all places: this is CONV"
    return "as many tiles as places: this is UNSHARED" if tiles == places else None


def unseen(dropped: Size) -> str | None:
    """The sentence about what flooring drops.

    >>> unseen((1, 1))
    'the last 1 row and column are never seen'
    """
    if not any(dropped):
        return None
    names = {1: ("place",), 2: ("row", "column"), 3: ("slice", "row", "column")}
    axes = names.get(len(dropped), tuple(f"place of axis {n}" for n in range(1, 9)))
    if len(set(dropped)) == 1 and len(dropped) > 1:
        plural = "s" if dropped[0] > 1 else ""
        named = " and ".join(f"{axis}{plural}" for axis in axes)
        return f"the last {dropped[0]} {named} are never seen"
    parts = [
        f"{n} {axis}{'s' if n > 1 else ''}" for n, axis in zip(dropped, axes, strict=False) if n
    ]
    several = len(parts) > 1 or max(dropped) > 1
    return f"the last {' and '.join(parts)} {'are' if several else 'is'} never seen"


def total(rows: Sequence[Row], name: str) -> Quantity:
    """The sum of one count over all rows, with its working."""
    values = [getattr(row, name).value for row in rows]
    shown = [str(value) for value in values if value]
    working = " + ".join(shown) if len(shown) <= 12 else f"the sum of {len(shown)} rows"
    return Quantity(sum(values), f"sum of {name}", working or "0")
