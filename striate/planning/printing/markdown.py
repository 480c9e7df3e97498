"""A table as Markdown, for a README or a report."""

from collections.abc import Iterable

from striate.planning.printing.tables import Table


def markdown(table: Table) -> str:
    r"""A pipe table under its caption; remarks as a paragraph, notes as a list.

    >>> from striate.planning.printing.tables import Cell, Column
    >>> columns = (Column("word"), Column("n", number=True))
    >>> print(markdown(Table("", columns, ((Cell("|"), Cell("12")),))))
    | word | n |
    | --- | ---: |
    | \| | 12 |
    """
    lines = [
        _line(column.title for column in table.columns),
        _line("---:" if column.number else "---" for column in table.columns),
        *(_line(cell.text for cell in line) for line in table.lines),
        *(_line(cell.text for cell in line) for line in table.foot),
    ]
    caption = (f"**{plain(line)}**" for line in table.caption.splitlines())
    parts = ["  \n".join(caption)] if table.caption else []
    parts.append("\n".join(lines))
    parts += ["  \n".join(map(plain, table.remarks))] if table.remarks else []
    parts += ["\n".join(f"* {plain(note)}" for note in table.notes)] if table.notes else []
    return "\n\n".join(parts)


def plain(text: str) -> str:
    r"""A text in which Markdown finds nothing of its own.

    >>> print(plain("a|b * [c_d]"))
    a\|b \* \[c\_d\]
    """
    return "".join(f"\\{letter}" if letter in r"\`*_|[]<>#" else letter for letter in text)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(plain(cell) for cell in cells)} |"
