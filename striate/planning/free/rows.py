"""The rows of a plan in letters: sizes, parameters and products as closed forms, with working."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Quantity
from striate.arithmetic.symbols import Form, Value
from striate.arithmetic.window import show
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.language.spelling import word_of
from striate.planning.costs import costs
from striate.planning.free.forms import Closed, as_size
from striate.planning.free.letters import FreeSize
from striate.planning.free.recognition import UNKNOWN, Sample
from striate.planning.free.trying import Records
from striate.planning.rows import rows_of

COUNTS = ("parameters", "products", "additions")


@dataclass(frozen=True)
class FreeRow:
    """One layer: what leaves it and what it costs, as quantities whose values are closed forms.

    `short` are its counts in terms of its own output, whose axes have the small letters.
    """

    path: str
    layer: L.Layer
    line: int | None
    output: tuple[Quantity, ...]
    parameters: Quantity
    products: Quantity
    additions: Quantity
    short: dict[str, Value]
    field: str
    reason: str = ""

    @property
    def word(self) -> str:
        """The word of the layer, or the name of an operation that has none."""
        return word_of(self.layer)

    @property
    def size(self) -> tuple[Value, ...]:
        """The size that leaves the layer."""
        return tuple(cast(Value, quantity.value) for quantity in self.output)

    @property
    def status(self) -> str:
        """`exact`, or `unknown` for a reason."""
        return "unknown" if self.reason else "exact"

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read: numbers, and closed forms as Python."""
        return {
            "path": self.path,
            "word": self.word,
            "line": self.line,
            "output": [plain(form) for form in self.size],
            **{name: plain(getattr(self, name).value) for name in COUNTS},
            "field": self.field,
            "status": self.status,
            **({"reason": self.reason} if self.reason else {}),
        }


def plain(value: object) -> int | str | None:
    """A number as it is, a form as Python; None where it is not known."""
    if isinstance(value, Form):
        return None if "?" in value.letters else str(value)
    return cast(int, value)


def rows(
    records: Records, samples: Sequence[Sample], larger: Network, wrong: Mapping[int, str]
) -> tuple[FreeRow, ...]:
    """A row for each layer, its input aside; fields are compared with those of a larger input.

    What was found `wrong`, by position, is the reason why a form is not to be trusted.
    """
    nodes = records.network.nodes
    fields, others = (
        {row.path: _seen(row.field) for row in rows_of(network)}
        for network in (records.network, larger)
    )
    made: list[FreeRow] = []
    for position, (node, closed) in enumerate(zip(nodes, records.closed, strict=True)):
        if isinstance(node.layer, L.Input):
            continue
        arriving = [records.closed[number] for number in node.inputs]
        row = _row(node, closed, arriving, records.size)
        if isinstance(node.layer, L.Operation):
            row = _uncounted(row, [one.network.nodes[position].layer for one in samples])
        seen = fields[node.path]
        seen = seen if others.get(node.path) == seen else "by size"
        reason = wrong.get(position, row.reason)
        made.append(replace(row, field=seen, reason=reason))
    return tuple(made)


def _seen(field: Field) -> str:
    """The size of a field, or that it is all there is."""
    if not field.size:
        return ""
    whole = field.status == "whole input" or not any(field.stride)
    return "whole" if whole else show(field.size)


def _row(node: Node, closed: Closed, arriving: Sequence[Closed], size: FreeSize) -> FreeRow:
    sizes = tuple(as_size(one.forms) for one in arriving)
    try:
        cost, own = (
            costs(node.layer, sizes, as_size(leaving))
            for leaving in (closed.forms, own_letters(closed, size))
        )
    except ArithmeticError:
        cost = own = costs(L.Operation("?", (), products=None), (), ())
    counted = {name: getattr(cost, name) for name in COUNTS}
    if node.parameters is not None and node.parameters != cost.parameters.value:
        said = Quantity(node.parameters, "as counted in the module", str(node.parameters))
        counted["parameters"] = said
    allowed = frozenset(own_letter(letter) for letter in size.letters)
    short = {name: _shorter(counted[name], getattr(own, name), allowed) for name in COUNTS}
    return FreeRow(
        path=node.path,
        layer=node.layer,
        line=node.line,
        output=closed.derived,
        **counted,
        short=short,
        field="",
        reason=closed.reason,
    )


def _uncounted(row: FreeRow, counted: Sequence[L.Layer]) -> FreeRow:
    """An operation was counted at the sizes of the samples: if those differ, no rule is known."""
    if len({getattr(layer, "products", 0) for layer in counted}) == 1 < len(counted):
        return row
    unknown = replace(row.products, value=cast(int, UNKNOWN), status="unknown")
    return replace(row, products=unknown, short={**row.short, "products": UNKNOWN})


def own_letter(letter: str) -> str:
    """The letter for an axis of what leaves a layer, where the input has another."""
    return letter.swapcase()


def own_letters(closed: Closed, size: FreeSize) -> tuple[Value, ...]:
    """What leaves a layer with a letter of its own for each axis that is free."""
    forms = closed.forms
    if len(forms) != 1 + len(size.axes) or UNKNOWN in forms:
        return forms
    axes = list(zip(forms[1:], size.axes, strict=True))
    if len(set(axes)) > len({axis for _, axis in axes}):  # one letter, but two sizes
        return forms
    named = (
        Form.of(own_letter(axis)) if isinstance(form, Form) and isinstance(axis, str) else form
        for form, axis in axes
    )
    return (forms[0], *named)


def _shorter(counted: Quantity, own: Quantity, allowed: frozenset[str]) -> Value:
    """A count in the letters of the layer's own output, where those are enough to say it."""
    value = cast(Value, own.value)
    says = isinstance(value, Form) and value.letters <= allowed
    return value if says else cast(Value, counted.value)
