"""Plans for people: a table, the working of a row, and HTML for notebooks."""

import html as escape
from collections.abc import Mapping, Sequence
from typing import Any

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size, show
from striate.planning.rows import COUNTS, Row

_HEADINGS = ("path", "layer", "output", "parameters", "products", "field")


def table(
    name: str,
    size: Size,
    rows: Sequence[Row],
    totals: Mapping[str, Quantity],
    notes: Sequence[str],
) -> str:
    """A plan as text: a line for each layer, the totals, and what is worth knowing."""
    lines = [_HEADINGS, *(_cells(row) for row in rows), _total_cells(totals)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    shown = [_line(line, widths) for line in lines]
    rule = "─" * len(shown[0])
    remarks = [f"{row.path}: {note}" for row in rows for note in row.notes]
    return "\n".join(
        [
            f"{name}: input {show(size)}",
            shown[0],
            rule,
            *shown[1:-1],
            rule,
            shown[-1],
            *_summary(totals),
            *(f"  note: {note}" for note in (*notes, *remarks)),
        ]
    )


def html(name: str, size: Size, rows: Sequence[Row], totals: Mapping[str, Quantity]) -> str:
    """A plan as an HTML table; the working of a number shows when the pointer rests on it."""
    head = "".join(f"<th>{heading}</th>" for heading in _HEADINGS)
    body = "".join(f"<tr>{_html_cells(row)}</tr>" for row in rows)
    foot = "".join(f"<th>{cell}</th>" for cell in _total_cells(totals))
    caption = escape.escape(f"{name}: input {show(size)}")
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot><tr>{foot}</tr></tfoot></table>"
    )


def explanation(row: Row) -> str:
    """The working of one row, a line for each number."""
    lines = [f"{row.path}: {row.word}" + (f" (line {row.line})" if row.line else "")]
    for name, quantity in _quantities(row).items():
        lines.append(f"  {name:<12} {quantity}")
    field = row.field
    lines += [f"  {'field':<12} {quantity}" for quantity in dict.fromkeys(row.reach)]
    step = ", ".join(f"{float(j):g}" for j in field.stride)
    centre = ", ".join(f"{float(c):g}" for c in field.offset)
    lines.append(
        f"  {'field':<12} {show(field.size) or 'none'}, one every {step or '-'} pixels, "
        f"the first centred at {centre or '-'} ({field.status})"
    )
    return "\n".join([*lines, *(f"  note: {note}" for note in row.notes)])


def derivation(row: Row) -> dict[str, Any]:
    """The working of one row for other programs."""
    numbers: dict[str, Any] = {name: q.as_dict() for name, q in _quantities(row).items()}
    reach = [quantity.as_dict() for quantity in row.reach]
    field = {**row.field.as_dict(), "status": row.field.status, "working": reach}
    return {**numbers, "field": field}


def _quantities(row: Row) -> dict[str, Quantity]:
    axes = {1: ("features",), 2: ("channels", "length"), 3: ("channels", "height", "width")}
    names = axes.get(len(row.output)) or ("channels", "depth", "height", "width")
    sizes = dict(zip(names, row.output, strict=False))
    return {**sizes, **{name: getattr(row, name) for name in COUNTS}}


def _cells(row: Row) -> tuple[str, ...]:
    field = show(row.field.size) + {"exact": "", "upper bound": " at most"}.get(row.status, " ?")
    counts = (row.parameters.value, row.products.value)
    numbers = (f"{value:,}" if value else "" for value in counts)
    return (row.path, row.word, show(row.size), *numbers, field)


def _total_cells(totals: Mapping[str, Quantity]) -> tuple[str, ...]:
    return (
        "total",
        "",
        "",
        f"{totals['parameters'].value:,}",
        f"{totals['products'].value:,}",
        "",
    )


def _summary(totals: Mapping[str, Quantity]) -> list[str]:
    additions, kilobytes = totals["additions"].value, totals["bytes"].value // 1000
    return [
        f"products are multiplications (one per weight and place); bias additions "
        f"{additions:,}; values {kilobytes:,} kB in float32"
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = (f"{cell:<{width}}" for cell, width in zip(cells[:3], widths[:3], strict=True))
    right = (f"{cell:>{width}}" for cell, width in zip(cells[3:], widths[3:], strict=True))
    return "  ".join([*left, *right]).rstrip()


def _html_cells(row: Row) -> str:
    titles = ("", "", "; ".join(map(str, row.output)), str(row.parameters), str(row.products), "")
    return "".join(
        f'<td title="{escape.escape(title)}">{escape.escape(cell)}</td>'
        for cell, title in zip(_cells(row), titles, strict=True)
    )
