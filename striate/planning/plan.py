"""A plan: what a network will cost before it is built, and the working behind every number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size
from striate.errors import OptionError
from striate.language.network import Network
from striate.language.tree import Tree
from striate.planning import printing
from striate.planning.convention import convention
from striate.planning.diagnosis import resolve
from striate.planning.entrance import check_input
from striate.planning.expansion import Settings
from striate.planning.memory import Memory, memory_of, workings
from striate.planning.printing import View
from striate.planning.regions import Region, region_of
from striate.planning.rows import COUNTS, Row, not_found, rows_of, total


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
        raise not_found(path, self.network.name, [row.path for row in self.rows])

    def region(self, path: str, unit: Sequence[int] = ()) -> Region:
        """The pixels that one unit sees: a place of a layer, with an index for each of its axes.

        >>> from striate.language import read
        >>> print(plan(read("INPUT 1x9x9 -> a: CONV 1 3 -> POOL 2")).region("1", (0, 1)))
        1 unit 0, 1 sees rows 0 to 3, columns 2 to 5 of 9x9 (4 x 4)
        """
        return region_of(self.network, path, unit)

    def memory(
        self, batch: int = 1, optimizer: str = "sgd", *, budget: int | None = None
    ) -> Memory:
        """What training takes, layer by layer and in all; with a budget, the batch that fits.

        >>> from striate.language import read
        >>> made = plan(read("INPUT 3x64x64 -> CONV 32 3x3 pad=1 -> RELU -> POOL 2")).memory(8)
        >>> made.totals["saved"].value
        6291456
        """
        return memory_of(self.network, batch=batch, optimizer=optimizer, budget=budget)

    def show(
        self,
        form: str = "text",
        *,
        columns: Sequence[str] = (),
        sort: str = "graph",
        depth: int | None = None,
        width: int | None = None,
    ) -> str:
        """The table as `text`, `markdown`, `html` or `json`; lines of text of at most `width`.

        `columns` are named in `striate.planning.printing.columns`, `sort` takes the largest of one
        of them first, `depth` makes one row of those whose paths begin alike. OptionError for what
        there is not.

        >>> from striate.language import read
        >>> made = plan(read("INPUT 3x8x8 -> a: [CONV 8 3x3 -> RELU] -> FC 10"))
        >>> shown = made.show(columns=["path", "parameters", "parameters%"], depth=1)
        >>> print(shown[: shown.index("products")])
        network: input 3x8x8
        path   parameters     %
        ───────────────────────
        a             224   7.2
        1           2,890  92.8
        ───────────────────────
        total       3,114
        <BLANKLINE>
        """
        view = View(tuple(columns), depth, sort)
        if form == "json" and columns:
            raise OptionError("json has all columns", help=["leave out --columns, or --json"])
        if form == "json":
            return json.dumps(self.as_dict(view))
        return printing.printed([self._table(view)], form, width=width)

    def explain(self, path: str | None = None, form: str = "text") -> str:
        """The rule of every number, the rule with the numbers in it, the result, the source.

        Of the layer of a path, of all layers below it, or of all and the totals.
        """
        if form == "json":
            return json.dumps(self.derivations(path))
        rows = self._under(path)
        saved = workings(self.network)
        explanations = [printing.explained(row, saved[row.path]) for row in rows]
        if path is None:
            explanations.append(printing.summed(self.totals))
        return printing.told(explanations, form)

    def _under(self, path: str | None) -> tuple[Row, ...]:
        """All rows, that of a path, or all those whose paths begin with it."""
        if path is None:
            return self.rows
        under = tuple(row for row in self.rows if row.path.startswith(f"{path}."))
        exact = any(row.path == path for row in self.rows)
        return (self.row(path),) if exact or not under else under

    def derivations(self, path: str | None = None) -> dict[str, Any]:
        """The same working, in a form that other programs read."""
        rows = self._under(path)
        saved = workings(self.network)
        return {row.path: printing.derivation(row, saved[row.path]) for row in rows}

    def as_dict(self, view: View = View()) -> dict[str, Any]:  # noqa: B008
        """The stable form that other programs read."""
        return {
            "network": self.network.name,
            "input": list(self.network.input),
            "rows": [line.as_dict() for line in view.lines(self.rows)],
            "totals": {name: quantity.value for name, quantity in self.totals.items()},
            "convention": convention(self.totals),
            "notes": list(self.notes),
            **(self.network.error.as_dict() if self.network.error else {}),
        }

    def __str__(self) -> str:
        return "\n".join(map(str, filter(None, (self.show(), self.network.error))))

    def _repr_html_(self) -> str:
        return self.show("html")

    def _table(self, view: View) -> printing.Table:
        return printing.sheet(self.network, self.rows, self.totals, view)


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
