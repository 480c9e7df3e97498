"""A table as text, for a terminal or a file."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

from striate.planning.printing.fitting import GAP, fitted, shorten
from striate.planning.printing.tables import Cell, Column, Table


def text(table: Table, *, width: int | None = None) -> str:
    """A line for each line of the table, none of them longer than `width`.

    >>> table = Table("sums", (Column("a"), Column("n", number=True)), ((Cell("x"), Cell("12")),))
    >>> print(text(table))
    sums
    a   n
    ─────
    x  12
    """
    table = fitted(table, width)
    head = _line([column.title for column in table.columns], table)
    body = [_cells(line, table) for line in table.lines]
    foot = [_cells(line, table) for line in table.foot]
    ruled = max(len(line) for line in (head, *body, *foot))
    rule = "─" * min(ruled, width or ruled)
    shown = [head, rule, *body, *([rule, *foot] if foot else [])]
    said = [*table.remarks, *(f"  note: {note}" for note in table.notes)]
    caption = table.caption.splitlines()
    if width is None:
        return "\n".join([*caption, *shown, *said])
    return "\n".join(
        [
            *_folded(caption, width),
            *(shorten(line, width) for line in shown),
            *_folded(said, width),
        ]
    )


def _folded(sentences: Iterable[str], width: int) -> list[str]:
    """Sentences in lines that fit, what follows the first of each set in."""
    return [
        line
        for sentence in sentences
        for line in wrap(sentence, max(width, 20), subsequent_indent="    ")
    ]


def _cells(line: Sequence[Cell], table: Table) -> str:
    return _line([cell.text for cell in line], table)


def _line(texts: Sequence[str], table: Table) -> str:
    cells = zip(texts, table.widths, table.columns, strict=True)
    return GAP.join(_aligned(text, width, column) for text, width, column in cells).rstrip()


def _aligned(text: str, width: int, column: Column) -> str:
    return f"{text:>{width}}" if column.number else f"{text:<{width}}"
