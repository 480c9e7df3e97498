"""A survey of the zoo: every network with what it costs and sees, and who published it."""

import json
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.window import show
from striate.planning.convention import SAYS
from striate.planning.printing import Cell, Column, Table, printed
from striate.planning.printing.lines import seen
from striate.zoo.costs import costs_of
from striate.zoo.shelf import ZooEntry, entries

_COLUMNS = (
    Column("name"),
    Column("input", need=2),
    Column("parameters", number=True, need=9),
    Column("products", number=True, need=9),
    Column("field", number=True, need=5),
    Column("origin", need=6, shorten="end", least=16),
)
_SAYS = (
    f"products: {SAYS['products']}, of one image of that size",
    "field: what a unit of the last map sees, before the head puts all of it together",
)


@dataclass(frozen=True)
class Survey:
    """All networks of the zoo, by name, and what each costs; prints as a table."""

    networks: tuple[tuple[ZooEntry, dict[str, Any]], ...]

    def as_list(self) -> list[dict[str, Any]]:
        """The stable form that other programs read."""
        return [_form(*one) for one in self.networks]

    def show(self, form: str = "text", *, width: int | None = None) -> str:
        """As `text` of at most `width` letters a line, as `markdown`, `html` or `json`."""
        if form == "json":
            return json.dumps(self.as_list())
        lines = tuple(_line(*one) for one in self.networks)
        return printed([Table("", _COLUMNS, lines, remarks=_SAYS)], form, width=width)

    def __str__(self) -> str:
        return self.show()

    def _repr_html_(self) -> str:
        return self.show("html")


def survey() -> Survey:
    """What every network of the zoo costs and sees.

    >>> entry, costs = survey().networks[0]
    >>> entry.name, costs["parameters"]
    ('alexnet', 61100840)
    """
    return Survey(tuple((entry, costs_of(entry.name)) for entry in entries()))


def _form(entry: ZooEntry, costs: dict[str, Any]) -> dict[str, Any]:
    told = {"name": entry.name, "about": entry.about, "origin": entry.origin, "file": entry.file}
    return told | {name: value for name, value in costs.items() if name != "text"}


def _line(entry: ZooEntry, costs: dict[str, Any]) -> tuple[Cell, ...]:
    input = show(costs["input"])
    return (
        Cell(entry.name),
        Cell(f"any ({input})" if costs["any_size"] else input),
        Cell(f"{costs['parameters']:,}"),
        Cell(f"{costs['products']:,}"),
        Cell(seen(costs["field"]["size"], costs["status"])),
        Cell(entry.origin),
    )
