"""A comparison: plans side by side, and how many times as much each is of the first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from striate.errors import OptionError
from striate.language.network import Network
from striate.language.tree import Tree
from striate.planning.comparison.beside import beside, side_by_side
from striate.planning.comparison.measures import TEXT_OF, Measure, check_shares, measures
from striate.planning.convention import SAYS
from striate.planning.plan import Plan
from striate.planning.printing import Cell, Column, Table, printed
from striate.planning.printing.figures import ratio

_LONGEST_NAME = 24


@dataclass(frozen=True)
class Comparison:
    """Plans, the first of which the others are measured by; prints as a table.

    `shares` are patterns of paths or words whose part is shown; `layers` tells whether layers stand
    beside each other (None: if all networks have equally many).
    """

    plans: tuple[Plan, ...]
    names: tuple[str, ...]
    shares: tuple[str, ...] = ()
    layers: bool | None = None

    @property
    def measures(self) -> tuple[tuple[Measure, ...], ...]:
        """Each measure of all the networks."""
        return tuple(zip(*(measures(plan, self.shares) for plan in self.plans), strict=True))

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the columns: the names, or letters where these are long or alike."""
        if max(map(len, self.names)) <= _LONGEST_NAME and len({*self.names}) == len(self.names):
            return self.names
        return tuple(_letter(number) for number in range(len(self.names)))

    @property
    def with_layers(self) -> bool:
        """Whether layers are shown beside each other."""
        if self.layers is None:
            return len({len(plan.rows) for plan in self.plans}) == 1
        return self.layers

    def show(self, form: str = "text", *, width: int | None = None) -> str:
        """As `text` of at most `width` letters a line, as `markdown`, `html` or `json`."""
        if form == "json":
            return json.dumps(self.as_dict())
        tables = [self._table()]
        if self.with_layers:
            tables.append(side_by_side(self.plans, self.headings))
        return printed(tables, form, width=width)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        networks = zip(self.names, zip(*self.measures, strict=True), strict=True)
        form: dict[str, Any] = {
            "networks": [
                {"name": name, **{measure.name: measure.form for measure in known}}
                for name, known in networks
            ],
            "ratios": [self._ratios(number) for number in range(1, len(self.plans))],
            "convention": SAYS,
        }
        if self.with_layers:
            form["rows"] = [
                [None if row is None else row.as_dict() for row in rows]
                for rows in beside(self.plans)
            ]
        return form

    def __str__(self) -> str:
        return self.show()

    def _repr_html_(self) -> str:
        return self.show("html")

    def _ratios(self, number: int) -> dict[str, Any]:
        """How many times as much a network has as the first, of what the first has."""
        ratios: dict[str, Any] = {"name": self.names[number], "to": self.names[0]}
        for known in self.measures:
            own, first = known[number].quantity, known[0].quantity
            if own and first and first.value:
                ratios[known[0].name] = own.value / first.value
        return ratios

    def _table(self) -> Table:
        headings = self.headings
        numbers = range(len(self.plans))
        columns = [Column("", "")]
        for number in numbers:
            columns.append(Column(headings[number], number=True, need=9 if number > 1 else 0))
            if number:
                name = f"ratio of {headings[number]}"
                columns.append(Column(name, "ratio", number=True, need=2))
        legend = [f"{letter}: {name}" for letter, name in zip(headings, self.names, strict=True)]
        return Table(
            caption="" if headings == self.names else "\n".join(legend),
            columns=tuple(columns),
            lines=tuple(_line(known) for known in self.measures),
            remarks=(
                f"ratios are to {headings[0]}",
                f"products: {SAYS['products']}; additions: {SAYS['additions']}",
                f"FLOPs: {SAYS['flops']}; values: those that leave the layers, in float32",
                "training: of one image at a time, by sgd with momentum; at most",
            ),
        )


def _line(known: Sequence[Measure]) -> tuple[Cell, ...]:
    first = known[0]
    cells = [Cell(TEXT_OF.get(first.name, first.name)), _cell(first)]
    for other in known[1:]:
        times = Cell()
        if other.quantity and first.quantity:
            own, base = other.quantity.value, first.quantity.value
            times = Cell(ratio(own, base), f"{own}/{base}" if base else "")
        cells += [_cell(other), times]
    return tuple(cells)


def _cell(measure: Measure) -> Cell:
    return Cell(measure.shown, "" if measure.quantity is None else str(measure.quantity))


def _letter(number: int) -> str:
    """A, B, ... Z, A2, B2."""
    turn, place = divmod(number, 26)
    return chr(ord("A") + place) + (str(turn + 1) if turn else "")


def compare(
    plans: Sequence[Plan],
    names: Sequence[str] | None = None,
    *,
    share: Sequence[str] = (),
    layers: bool | None = None,
) -> Comparison:
    """Compare plans; OptionError for fewer than two, or a share of nothing.

    >>> from striate.language import read
    >>> from striate.planning import plan
    >>> texts = ["INPUT 1x6x6 -> CONV 1 3x3 bias=no", "INPUT 1x6x6 -> FC 1x4x4 bias=no"]
    >>> compare([plan(read(text)) for text in texts]).as_dict()["ratios"][0]["parameters"]
    64.0
    """
    if len(plans) < 2:
        help = ["name another: striate compare lenet5 small"]
        raise OptionError(f"a comparison needs two networks, found {len(plans)}", help=help)
    check_shares(plans, share)
    named = tuple(names or (plan.network.name for plan in plans))
    return Comparison(tuple(plans), named, tuple(share), layers)


def _in_one_line(text: str) -> str:
    """A text without its remarks, its lines behind each other."""
    lines = (" ".join(line.partition("#")[0].split()) for line in text.splitlines())
    return "; ".join(line for line in lines if line)


def name_of(source: object, network: Network) -> str:
    """What a person calls a network: its name, or its text where it has none."""
    name = network.name
    given = source.arguments if isinstance(source, Tree) else {}
    if name == "network" and isinstance(source, str | Tree):
        name = _in_one_line(source.text if isinstance(source, Tree) else source)
    return " ".join([name, *(f"{key}={number}" for key, number in given.items())])
