"""A plan: what a network will cost before it is built, and the working behind every number."""

from dataclasses import dataclass
from typing import Any

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size
from striate.errors import OptionError
from striate.language.items import suggest
from striate.language.network import Network
from striate.language.tree import Tree
from striate.planning import printing
from striate.planning.diagnosis import resolve
from striate.planning.entrance import check_input
from striate.planning.expansion import Settings
from striate.planning.rows import COUNTS, Row, rows_of, total


@dataclass(frozen=True)
class Plan:
    """Rows and totals; prints as a table, shows itself in a notebook."""

    network: Network
    rows: tuple[Row, ...]

    @property
    def totals(self) -> dict[str, Quantity]:
        """The sums over all rows, with their working."""
        return {name: total(self.rows, name) for name in COUNTS}

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the network as a whole."""
        return self.network.notes

    def row(self, path: str) -> Row:
        """The row of a path; OptionError if there is none."""
        for row in self.rows:
            if row.path == path:
                return row
        help = suggest(path, [row.path for row in self.rows])
        raise OptionError(f"there is no layer '{path}' in {self.network.name}", help=help)

    def explain(self, path: str | None = None) -> str:
        """The rule of every number, the rule with the numbers in it, and the result."""
        rows = self.rows if path is None else (self.row(path),)
        return "\n\n".join(printing.explanation(row) for row in rows)

    def derivations(self, path: str | None = None) -> dict[str, Any]:
        """The same working, in a form that other programs read."""
        rows = self.rows if path is None else (self.row(path),)
        return {row.path: printing.derivation(row) for row in rows}

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "network": self.network.name,
            "input": list(self.network.input),
            "rows": [row.as_dict() for row in self.rows],
            "totals": {name: quantity.value for name, quantity in self.totals.items()},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return printing.table(
            self.network.name, self.network.input, self.rows, self.totals, self.notes
        )

    def _repr_html_(self) -> str:
        return printing.html(self.network.name, self.network.input, self.rows, self.totals)


def plan(
    network: Tree | Network,
    *,
    input: Size | None = None,
    classes: int | None = None,
    head: bool = True,
    strict: bool = False,
) -> Plan:
    """Plan a network that was read, for an input of (channels, *axes).

    A text is counted anew for every input, a network of known sizes is for its own alone. Errors
    are LanguageErrors and ShapeErrors; `strict` refuses rows that flooring would drop.

    >>> from striate.language import read
    >>> made = plan(read("INPUT 3x224x224 -> CONV 96 11x11 stride=4"))
    >>> made.rows[0].size, made.totals["parameters"].value
    ((96, 54, 54), 34944)
    """
    if isinstance(network, Network):
        check_input(network, input)
    else:
        network = resolve(network, Settings(input, classes, head, strict))
    return Plan(network, rows_of(network))
