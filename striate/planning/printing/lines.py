"""What stands on the lines of a plan's table: layers, or all those under one path together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size, show
from striate.errors import OptionError
from striate.language.items import suggest
from striate.planning.convention import flops
from striate.planning.rows import COUNTS, Row, known, total


@dataclass(frozen=True)
class Line:
    """A layer, or several that follow each other under one path: their sums, and what leaves."""

    path: str
    rows: tuple[Row, ...]

    @property
    def layer(self) -> str:
        """The layer as it is written, or how many there are."""
        return self.rows[0].written if len(self.rows) == 1 else f"{len(self.rows)} layers"

    @property
    def size(self) -> Size:
        """The size that leaves the last layer."""
        return self.rows[-1].size

    @property
    def field(self) -> Field:
        """The largest field of its layers."""
        return self._widest.field

    @property
    def field_status(self) -> str:
        """How far that field can be trusted."""
        return self._widest.field.status

    @property
    def seen(self) -> str:
        """The size of the field as a table shows it, and how far it can be trusted."""
        return seen(self.field.size, self.field_status)

    @property
    def status(self) -> str:
        """The least certain status of its layers."""
        found = {row.status for row in self.rows}
        return next((s for s in ("unknown", "upper bound") if s in found), self.rows[-1].status)

    @property
    def _widest(self) -> Row:
        return max(reversed(self.rows), key=lambda row: prod(row.field.size))

    def count(self, name: str) -> Quantity:
        """Parameters, products, additions, flops or bytes, with their working."""
        if name == "flops":
            return flops(self.count("products"), self.count("additions"))
        return getattr(self.rows[0], name) if len(self.rows) == 1 else total(self.rows, name)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read; of several layers also how many."""
        form = self.rows[-1].as_dict()
        if len(self.rows) == 1:
            return form
        counts = {name: known(self.count(name)) for name in COUNTS}
        seen = {"field": self.field.as_dict(), "status": self.status}
        notes = list(dict.fromkeys(note for row in self.rows for note in row.notes))
        several = {"layers": len(self.rows), "word": "", "line": self.rows[0].line, "notes": notes}
        return {**form, "path": self.path, **several, **counts, **seen}


def seen(size: Size, status: str) -> str:
    """The size of a field as a table shows it, and how far it can be trusted.

    >>> seen((11, 11), "upper bound"), seen((28, 28), "whole input")
    ('11x11 at most', 'whole')
    """
    if status == "whole input":
        return "whole"
    return show(size) + {"exact": "", "upper bound": " at most"}.get(status, " ?")


def lines_of(rows: Sequence[Row], *, depth: int | None = None) -> list[Line]:
    """A line for each row, or for all those whose paths begin with the same `depth` parts."""
    if depth is None:
        return [Line(row.path, (row,)) for row in rows]
    if depth < 1:
        help = ["1 gives a row for each part of the network"]
        raise OptionError(f"a depth is at least 1, found {depth}", help=help)
    under: dict[str, list[Row]] = {}
    for row in rows:
        under.setdefault(".".join(row.path.split(".")[:depth]), []).append(row)
    return [
        Line(path if len(rows) > 1 else rows[0].path, tuple(rows)) for path, rows in under.items()
    ]


_Key = Callable[[Line], object]


def _counts(name: str) -> _Key:
    return lambda line: -line.count(name).value


ORDERS: dict[str, _Key] = {
    "graph": lambda line: 0,
    "path": lambda line: line.path,
    "output": lambda line: -prod(line.size),
    **{name: _counts(name) for name in ("parameters", "products", "additions", "flops", "bytes")},
    "field": lambda line: -prod(line.field.size),
}
"""What lines can be sorted by: the largest number first; equal ones stay in the order of the graph.
"""


def ordered(lines: Sequence[Line], order: str) -> list[Line]:
    """The lines in another order; OptionError for one that there is not."""
    if order not in ORDERS:
        help = suggest(order, ORDERS) or [f"sort by {', '.join(ORDERS)}"]
        raise OptionError(f"rows are not sorted by '{order}'", help=help)
    return sorted(lines, key=ORDERS[order])  # type: ignore[arg-type]
