"""The columns that a plan's table can have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.errors import OptionError
from striate.language.items import suggest
from striate.planning.printing.figures import counted, share
from striate.planning.printing.fitting import shorten
from striate.planning.printing.lines import Line
from striate.planning.printing.tables import Cell, Column

LONGEST_LAYER = 40
Totals = Mapping[str, Quantity]


@dataclass(frozen=True)
class Filled:
    """A column and what stands in it, on a line and at the foot."""

    column: Column
    cell: Callable[[Line, Totals], Cell]
    foot: Callable[[Totals], Cell] = lambda totals: Cell()


def _path(line: Line, totals: Totals) -> Cell:
    return Cell(line.path)


def _layer(line: Line, totals: Totals) -> Cell:
    return Cell(shorten(line.layer, LONGEST_LAYER), line.layer)


def _output(line: Line, totals: Totals) -> Cell:
    return Cell(show(line.size), "; ".join(map(str, line.rows[-1].output)))


def _count(name: str, need: int) -> Filled:
    return Filled(
        Column(name, number=True, need=need),
        lambda line, totals: _number(line.count(name)),
        lambda totals: _number(totals[name]),
    )


def _number(quantity: Quantity) -> Cell:
    return Cell(counted(quantity), str(quantity))


def _share(name: str, need: int) -> Filled:
    def cell(line: Line, totals: Totals) -> Cell:
        part, whole = line.count(name).value, totals[name].value
        return Cell(share(part, whole), f"100*{part}/{whole}" if part else "")

    return Filled(Column(f"{name}%", "%", number=True, need=need), cell)


def _field(line: Line, totals: Totals) -> Cell:
    return Cell(line.seen, "; ".join(map(str, dict.fromkeys(line.rows[-1].reach))))


def _stride(line: Line, totals: Totals) -> Cell:
    return Cell("x".join(f"{float(step):g}" for step in line.field.stride))


def _centre(line: Line, totals: Totals) -> Cell:
    return Cell(", ".join(f"{float(centre):g}" for centre in line.field.offset))


def _where(line: Line, totals: Totals) -> Cell:
    return Cell(line.rows[0].whereabouts)


def _status(line: Line, totals: Totals) -> Cell:
    return Cell(line.status)


COLUMNS: dict[str, Filled] = {
    "path": Filled(Column("path", shorten="middle", least=16), _path, lambda totals: Cell("total")),
    "layer": Filled(Column("layer", need=11, shorten="end", least=8), _layer),
    "output": Filled(Column("output"), _output),
    "parameters": _count("parameters", 14),
    "parameters%": _share("parameters", 3),
    "products": _count("products", 13),
    "products%": _share("products", 4),
    "additions": _count("additions", 8),
    "flops": _count("flops", 10),
    "bytes": _count("bytes", 9),
    "field": Filled(Column("field", number=True, need=12), _field),
    "stride": Filled(Column("stride", number=True, need=6), _stride),
    "centre": Filled(Column("centre", number=True, need=5), _centre),
    "status": Filled(Column("status", need=2), _status),
    "where": Filled(Column("where", need=1, shorten="middle"), _where),
}
"""By the name that `--columns` takes, in the order in which they are told."""

USUAL = (
    *("path", "layer", "output", "parameters", "parameters%", "products", "products%"),
    "field",
)


def filled(names: Sequence[str]) -> list[Filled]:
    """The columns of these names; OptionError for one that there is not."""
    for name in names:
        if name not in COLUMNS:
            help = [*suggest(name, COLUMNS), f"there are {', '.join(COLUMNS)}"]
            raise OptionError(f"there is no column '{name}'", help=help)
    return [COLUMNS[name] for name in names or USUAL]
