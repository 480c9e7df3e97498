"""Layers beside each other: in order where there are equally many, else by their paths."""

from collections.abc import Sequence

from striate.arithmetic.window import show
from striate.planning.plan import Plan
from striate.planning.printing.columns import LONGEST_LAYER
from striate.planning.printing.figures import counted
from striate.planning.printing.fitting import shorten
from striate.planning.printing.tables import Cell, Column, Table
from striate.planning.rows import Row

Beside = tuple[Row | None, ...]


def beside(plans: Sequence[Plan]) -> list[Beside]:
    """The rows that belong together, one of each plan, None where a plan has no such path."""
    if len({len(plan.rows) for plan in plans}) == 1:
        return list(zip(*(plan.rows for plan in plans), strict=True))
    order: list[str] = []
    for plan in plans:
        place = 0
        for row in plan.rows:
            if row.path not in order:
                order.insert(place, row.path)
            place = order.index(row.path) + 1
    rows = [{row.path: row for row in plan.rows} for plan in plans]
    return [tuple(found.get(path) for found in rows) for path in order]


def side_by_side(plans: Sequence[Plan], headings: Sequence[str]) -> Table:
    """The table of layers, four columns for each network."""
    columns = [Column("path", shorten="middle", least=16)]
    for heading in headings:
        columns += [
            Column(f"layer of {heading}", heading, shorten="end", least=8),
            Column(f"output of {heading}", "output", need=1),
            Column(f"parameters of {heading}", "parameters", number=True, need=3),
            Column(f"products of {heading}", "products", number=True, need=2),
        ]
    lines = [(Cell(_path(rows)), *(cell for row in rows for cell in _cells(row)))
             for rows in beside(plans)]  # fmt: skip
    return Table("", tuple(columns), tuple(lines))


def _path(rows: Beside) -> str:
    return " / ".join(dict.fromkeys(row.path for row in rows if row is not None))


def _cells(row: Row | None) -> tuple[Cell, Cell, Cell, Cell]:
    if row is None:
        return Cell("–"), Cell(), Cell(), Cell()
    return (
        Cell(shorten(row.written, LONGEST_LAYER), row.written),
        Cell(show(row.size), "; ".join(map(str, row.output))),
        Cell(counted(row.parameters), str(row.parameters)),
        Cell(counted(row.products), str(row.products)),
    )
