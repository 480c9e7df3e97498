"""A table as HTML, for notebooks and pages: nothing is fetched, nothing runs."""

from collections.abc import Iterable
from html import escape

from striate.planning.printing.tables import Cell, Column, Table

TABLE = "border-collapse:collapse;font-size:90%;font-variant-numeric:tabular-nums"
WORD = "text-align:left;padding:0 .6em;white-space:nowrap"
NUMBER = "text-align:right;padding:0 .6em;white-space:nowrap"
LINE = "border-top:1px solid"
CAPTION = "text-align:left;font-weight:bold;padding:.3em .6em"


def html(table: Table) -> str:
    """A table whose numbers show their working when the pointer rests on them.

    >>> html(Table("", (Column("n"),), ((Cell("3", "1 + 2"),),))).split("nowrap")[-1]
    '" title="1 + 2">3</td></tr></tbody></table>'
    """
    head = "".join(_cell("th", Cell(column.title), column) for column in table.columns)
    body = "".join(f"<tr>{_cells('td', line, table)}</tr>" for line in table.lines)
    foot = "".join(f'<tr style="{LINE}">{_cells("th", line, table)}</tr>' for line in table.foot)
    said = "<br>".join(map(escape, table.caption.splitlines()))
    caption = f'<caption style="{CAPTION}">{said}</caption>'
    return (
        f'<table style="{TABLE}">{caption if table.caption else ""}'
        f"<thead><tr>{head}</tr></thead>"
        f'<tbody style="{LINE}">{body}</tbody>'
        + (f"<tfoot>{foot}</tfoot>" if foot else "")
        + "</table>"
        + paragraphs((*table.remarks, *(f"note: {note}" for note in table.notes)))
    )


def paragraphs(sentences: Iterable[str]) -> str:
    """Sentences below each other.

    >>> paragraphs(["a < b", "c"])
    '<p style="font-size:90%">a &lt; b<br>c</p>'
    """
    said = "<br>".join(escape(sentence) for sentence in sentences)
    return f'<p style="font-size:90%">{said}</p>' if said else ""


def _cells(tag: str, line: tuple[Cell, ...], table: Table) -> str:
    return "".join(
        _cell(tag, cell, column) for cell, column in zip(line, table.columns, strict=True)
    )


def _cell(tag: str, cell: Cell, column: Column) -> str:
    title = f' title="{escape(cell.working)}"' if cell.working else ""
    style = NUMBER if column.number else WORD
    return f'<{tag} style="{style}"{title}>{escape(cell.text)}</{tag}>'
