"""A plan in letters for people: the table, what was found out about sizes, and the workings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from striate.arithmetic.axes import SIDES
from striate.arithmetic.formula import Quantity
from striate.arithmetic.symbols import Form
from striate.planning.free.letters import named, shown
from striate.planning.free.rows import COUNTS, FreeRow, own_letter, plain
from striate.planning.printing.explanation import Explanation, Working
from striate.planning.printing.sheet import named as some_paths
from striate.planning.printing.tables import Cell, Column, Table
from striate.planning.sources import source_of

if TYPE_CHECKING:
    from striate.planning.free.plan import FreePlan

_COLUMNS = (
    Column("path", shorten="middle", least=16),
    Column("layer", need=11, shorten="end", least=8),
    Column("output"),
    Column("parameters", number=True, need=14),
    Column("products", number=True, need=13),
    Column("field", number=True, need=12),
)


def sheet(plan: FreePlan) -> Table:
    """The table of a plan in letters."""
    totals, size = plan.totals, plan.size
    example = "x".join(map(str, size.at(plan.example)))
    counts = [Cell(f"{totals[name].value:,}") for name in ("parameters", "products")]
    return Table(
        caption=f"{plan.name}: input {size}",
        columns=_COLUMNS,
        lines=tuple(_cells(row) for row in plan.rows),
        foot=((Cell("total"), Cell(), Cell(f"at {example}"), *counts, Cell()),),
        remarks=tuple(remarks(plan)),
        notes=(*plan.gaps, *_holding(plan), *plan.pinned, *plan.surprises, *_unknown(plan.rows)),
    )


def remarks(plan: FreePlan) -> list[str]:
    """What was found out about sizes, a line for each thing."""
    said = [f"smallest input: {smallest}" for smallest in plan.smallest]
    said += _alike("fit", {one.letter: one.fits.says for one in plan.found})
    lossless = {
        one.letter: one.lossless.says if one.lossless != one.fits else "all that fit"
        for one in plan.found
    }
    said += _alike("lose nothing to flooring", lossless)
    if any(isinstance(value, Form) for row in plan.rows for value in row.short.values()):
        small = ", ".join(own_letter(letter) for letter in plan.size.letters)
        said.append(f"{small}: what leaves the layer itself; // rounds down, as in Python")
    return [*said, f"held against {plan.checked} networks of real sizes"]


def _alike(which: str, says: Mapping[str, str]) -> list[str]:
    """A sentence for each letter, or one for several that are alike."""
    letters: dict[str, list[str]] = {}
    for letter, said in says.items():
        letters.setdefault(said, []).append(letter)
    return [f"sizes that {which}, {' and '.join(each)}: {said}" for said, each in letters.items()]


def _holding(plan: FreePlan) -> list[str]:
    """From which sizes on the forms hold, where that is not from the smallest one on."""
    smallest = {one.letter: one.fits.smallest for one in plan.found}
    later = {letter: n for letter, n in plan.holds.items() if n != smallest[letter]}
    says = f"the forms hold from {named(later)} on: below that some layers are left out or smaller"
    if len(later) > 1:
        says += ", which all letters decide together"
    return [says] if later else []


def _unknown(rows: Sequence[FreeRow]) -> list[str]:
    paths: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            paths.setdefault(row.reason, []).append(row.path)
    return [f"{some_paths(where)}: {reason}" for reason, where in paths.items()]


def _cells(row: FreeRow) -> tuple[Cell, ...]:
    workings = "; ".join(str(quantity) for quantity in row.output)
    counts = (
        Cell(_count(row.short[name]), str(getattr(row, name)))
        for name in ("parameters", "products")
    )
    return (
        Cell(row.path),
        Cell(row.word),
        Cell(shown(row.size) + " ?" * bool(row.reason), workings),
        *counts,
        Cell(row.field),
    )


def _count(value: object) -> str:
    if isinstance(value, Form):
        return "?" if "?" in value.letters else str(value)
    return f"{value:,}" if value else ""


def explained(row: FreeRow) -> Explanation:
    """The workings of a row: rule, rule with letters, closed form, source."""
    return Explanation(
        title=f"{row.path}: {row.word}" + (f" (line {row.line})" if row.line else ""),
        workings=tuple(
            Working(name, quantity, source_of(row.layer, name))
            for name, quantity in _quantities(row).items()
        ),
        notes=(row.reason,) if row.reason else (),
    )


def derivation(row: FreeRow) -> dict[str, Any]:
    """The workings of a row for other programs."""
    numbers = {
        name: {**quantity.as_dict(), "value": plain(quantity.value)}
        for name, quantity in _quantities(row).items()
    }
    return {**numbers, "status": row.status}


def _quantities(row: FreeRow) -> dict[str, Quantity]:
    axes = SIDES.get(len(row.output) - 1, tuple(f"axis {n}" for n in range(1, len(row.output))))
    names = ("features",) if len(row.output) == 1 else ("channels", *axes)
    sizes = dict(zip(names, row.output, strict=True))
    return {**sizes, **{name: getattr(row, name) for name in COUNTS}}
