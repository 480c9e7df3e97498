"""Fitting: a table made as narrow as a line, so that nothing wraps.

Words are shortened first, as far as they can still be read; then the columns that are needed least
are left out, and named below.
"""

from collections.abc import Mapping
from dataclasses import replace

from striate.planning.printing.tables import Cell, Column, Table

GAP = "  "
_LEAST = 4


def fitted(table: Table, width: int | None) -> Table:
    """The table in lines of at most `width` letters; as it is without one.

    >>> table = Table("", (Column("path", shorten="middle"),), ((Cell("stage1.block2.conv"),),))
    >>> [line[0].text for line in fitted(table, 12).lines]
    ['stage…2.conv']
    """
    if width is None:
        return table
    whole = [column.name for column in table.columns]
    while _excess(table, width, shortened=True) > 0 and (needed := _needs(table)):
        least = [place for place, need in needed.items() if need == min(needed.values())]
        table = table.picked([n for n in range(len(table.columns)) if n not in least])
    table = _shortened(table, _rooms(table, width))
    kept = {column.name for column in table.columns}
    if dropped := [name for name in whole if name not in kept]:
        left = f"left out, for want of room: {', '.join(dropped)}"
        table = replace(table, remarks=(*table.remarks, left))
    return table


def shorten(text: str, width: int, *, middle: bool = False) -> str:
    """A text of at most so many letters; what is taken out leaves an ellipsis.

    >>> shorten("features.denseblock1.norm1", 15, middle=True), shorten("CONV 6 5x5 pad=2", 13)
    ('feature…1.norm1', 'CONV 6 5x5…')
    """
    if len(text) <= width:
        return text
    if not middle:
        cut = text[: width - 1]
        whole = cut.rfind(" ") if text[width - 1] != " " else width
        return (cut[:whole] if whole > width // 2 else cut).rstrip() + "…"
    behind = width // 2
    return f"{text[: width - 1 - behind]}…{text[len(text) - behind :]}"


def _excess(table: Table, width: int, *, shortened: bool = False) -> int:
    """How many letters a line is too long; with all words as short as they may be, or as is."""
    widths = table.widths
    if shortened:
        pairs = zip(table.columns, widths, strict=True)
        widths = [min(wide, column.least) if column.shorten else wide for column, wide in pairs]
    return sum(widths) + len(GAP) * (len(table.columns) - 1) - width


def _needs(table: Table) -> dict[int, int]:
    """The places of the columns that may be left out, and how much these are needed."""
    return {place: column.need for place, column in enumerate(table.columns) if column.need}


def _rooms(table: Table, width: int) -> dict[int, int]:
    """The width to shorten each column of words to: a letter at a time off the widest of them.

    What is shortened in the middle is a name, by which a line is known: that is shortened last.
    """
    rooms = {n: table.widths[n] for n, column in enumerate(table.columns) if column.shorten}
    least = {n: max(table.columns[n].least, len(table.columns[n].title)) for n in rooms}
    for _ in range(_excess(table, width)):
        free = [n for n in rooms if rooms[n] > least[n]] or [n for n in rooms if rooms[n] > _LEAST]
        if not free:
            break
        rooms[max(free, key=lambda n: (table.columns[n].shorten == "end", rooms[n]))] -= 1
    return rooms


def _shortened(table: Table, rooms: Mapping[int, int]) -> Table:
    lines = table.lines
    for place, room in rooms.items():
        column = table.columns[place]
        lines = tuple(_with_cell(line, place, column, room) for line in lines)
    return replace(table, lines=lines)


def _with_cell(line: tuple[Cell, ...], place: int, column: Column, room: int) -> tuple[Cell, ...]:
    short = shorten(line[place].text, room, middle=column.shorten == "middle")
    return (*line[:place], replace(line[place], text=short), *line[place + 1 :])
