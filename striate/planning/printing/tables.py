"""A table before it is printed: columns, cells with their workings, a foot, and remarks.

Every form (text, Markdown, HTML) prints any table; what stands in it is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table, and the working behind it."""

    text: str = ""
    working: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its name, its heading if that is another, and how it gives way to a narrow line.

    Columns that are needed least are left out first, one with a `need` of 0 never. Words may be
    shortened in the `middle` or at the `end`, down to a `least` width; numbers never are.
    """

    name: str
    heading: str | None = None
    number: bool = False
    need: int = 0
    shorten: Literal["", "middle", "end"] = ""
    least: int = 12

    @property
    def title(self) -> str:
        """What stands above the column."""
        return self.name if self.heading is None else self.heading


@dataclass(frozen=True)
class Table:
    """A caption, columns, a line of cells for each thing, a foot, and what is said below.

    Remarks are about all of it, notes about single lines.

    >>> table = Table("two", (Column("n", number=True),), ((Cell("1"),), (Cell("10"),)))
    >>> table.widths
    (2,)
    """

    caption: str
    columns: tuple[Column, ...]
    lines: tuple[tuple[Cell, ...], ...]
    foot: tuple[tuple[Cell, ...], ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def widths(self) -> tuple[int, ...]:
        """How many letters the widest cell of each column has."""
        lines = [*self.lines, *self.foot]
        return tuple(
            max([len(column.title), *(len(line[place].text) for line in lines)])
            for place, column in enumerate(self.columns)
        )

    def picked(self, places: Sequence[int]) -> "Table":
        """The same table with these of its columns, in this order."""
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            lines=tuple(tuple(line[place] for place in places) for line in self.lines),
            foot=tuple(tuple(line[place] for place in places) for line in self.foot),
        )
