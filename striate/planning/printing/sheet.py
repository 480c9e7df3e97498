"""A plan laid out as a table: its lines, its totals with what they count, and its notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.language.network import Network
from striate.planning.convention import flops, sentences
from striate.planning.printing.columns import filled
from striate.planning.printing.figures import memory
from striate.planning.printing.lines import Line, lines_of, ordered
from striate.planning.printing.tables import Cell, Table
from striate.planning.rows import COUNTS, Row

_NAMED = 3


@dataclass(frozen=True)
class View:
    """What of a plan is shown: which columns, down to which depth of paths, in which order."""

    columns: tuple[str, ...] = ()
    depth: int | None = None
    sort: str = "graph"

    def lines(self, rows: Sequence[Row]) -> list[Line]:
        """The rows as lines, in order."""
        return ordered(lines_of(rows, depth=self.depth), self.sort)


def sheet(
    network: Network, rows: Sequence[Row], totals: Mapping[str, Quantity], view: View
) -> Table:
    """The table of a plan."""
    counts = {**totals, "flops": flops(totals["products"], totals["additions"])}
    columns, lines = filled(view.columns), view.lines(rows)
    return Table(
        caption=f"{network.name}: input {' and '.join(show(node.size) for node in network.inputs)}",
        columns=tuple(one.column for one in columns),
        lines=tuple(tuple(one.cell(line, counts) for one in columns) for line in lines),
        foot=(_foot([one.foot(counts) for one in columns]),),
        remarks=(*sentences(totals), f"values: {memory(totals['bytes'].value)} in float32"),
        notes=(*network.notes, *_unknown(rows), *_remarks(rows)),
    )


def _foot(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The last line, which says what it is even where the paths are left out."""
    first, *others = cells
    return (first if first.text else Cell("total"), *others)


def _unknown(rows: Sequence[Row]) -> list[str]:
    """Which counts are not known, so that no total is taken for the whole."""
    return [
        f"the total of {name} is without {named(paths)}, of which it is not known"
        for name in COUNTS
        if (paths := [row.path for row in rows if getattr(row, name).status == "unknown"])
    ]


def _remarks(rows: Sequence[Row]) -> list[str]:
    """The notes of all rows, equal ones in one line."""
    paths: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            paths.setdefault(note, []).append(row.path)
    return [f"{named(where)}: {note}" for note, where in paths.items()]


def named(paths: Sequence[str]) -> str:
    """Some paths, named; of many the first.

    >>> named(["a", "b"]), named(["a", "b", "c", "d", "e"])
    ('a, b', 'a, b, c and 2 more')
    """
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
