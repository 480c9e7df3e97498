"""The working of a layer: each number's rule, the rule with the numbers in it, and its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.axes import SIDES
from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.planning.convention import flops, sentences
from striate.planning.printing.figures import counted
from striate.planning.printing.tables import Cell, Column, Table
from striate.planning.rows import COUNTS, Row, known
from striate.planning.sources import source_of


@dataclass(frozen=True)
class Working:
    """A number with its name, its rule, the rule with the numbers in it, and its source."""

    name: str
    quantity: Quantity
    source: str = ""

    @property
    def result(self) -> str:
        """The number; a question mark where it is not known."""
        return counted(self.quantity) or "0"

    def __str__(self) -> str:
        return "not known" if self.result == "?" else str(self.quantity)

    def as_dict(self) -> dict[str, int | str | None]:
        """The stable form that other programs read."""
        found = {**self.quantity.as_dict(), "value": known(self.quantity)}
        return {**found, **({"source": self.source} if self.source else {})}


@dataclass(frozen=True)
class Explanation:
    """All workings of a layer, or of the totals; sentences say what no formula does."""

    title: str
    workings: tuple[Working, ...]
    sentences: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> dict[str, str]:
        """Which numbers have their rule from where."""
        named: dict[str, list[str]] = {}
        for working in self.workings:
            if working.source and working.name not in named.setdefault(working.source, []):
                named[working.source].append(working.name)
        return {", ".join(names): source for source, names in named.items()}

    def __str__(self) -> str:
        lines = [
            *((working.name, str(working)) for working in self.workings),
            *self.sentences,
            *(("source", f"{names}: {source}") for names, source in self.sources.items()),
        ]
        shown = [f"  {name:<12} {said}" for name, said in lines]
        return "\n".join([self.title, *shown, *(f"  note: {note}" for note in self.notes)])


def explained(row: Row, more: Iterable[tuple[str, Quantity]] = ()) -> Explanation:
    """The workings of a row, and of numbers that are known of it besides."""
    numbers = [*_numbers(row).items(), *more]
    field = [("field", quantity) for quantity in dict.fromkeys(row.reach)]
    return Explanation(
        title=f"{row.path}: {row.word}" + (f" ({row.whereabouts})" if row.whereabouts else ""),
        workings=tuple(
            Working(name, quantity, source_of(row.layer, name) if _ruled(quantity) else "")
            for name, quantity in (*numbers, *field)
        ),
        sentences=(("field", _seen(row)),),
        notes=row.notes,
    )


def _ruled(quantity: Quantity) -> bool:
    """Whether a number has a rule, which may come from somewhere."""
    return quantity.rule not in ("none", "unknown")


def summed(totals: Mapping[str, Quantity]) -> Explanation:
    """The workings of the totals, and what is counted."""
    operations = flops(totals["products"], totals["additions"])
    return Explanation(
        title="total",
        workings=(
            *(Working(name, total) for name, total in totals.items()),
            Working("FLOPs", operations),
        ),
        notes=tuple(sentences(totals)),
    )


def derivation(row: Row, more: Iterable[tuple[str, Quantity]] = ()) -> dict[str, Any]:
    """The workings of one row for other programs."""
    workings = explained(row, more).workings
    field = row.field.as_dict() | {"status": row.field.status}
    reach = [working.as_dict() for working in workings if working.name == "field"]
    numbers = {one.name: one.as_dict() for one in workings if one.name != "field"}
    return {**numbers, "field": {**field, "working": reach}}


def _numbers(row: Row) -> dict[str, Quantity]:
    rank = len(row.output) - 1
    names = ("channels", *SIDES.get(rank, SIDES[3])) if rank else ("features",)
    sizes = dict(zip(names, row.output, strict=False))
    return {**sizes, **{name: getattr(row, name) for name in COUNTS}}


def _seen(row: Row) -> str:
    field = row.field
    step = ", ".join(f"{float(j):g}" for j in field.stride)
    centre = ", ".join(f"{float(c):g}" for c in field.offset)
    if not field.steps:
        return f"{show(field.size) or 'none'}, the same for all units ({field.status})"
    return (
        f"{show(field.size)}, one every {step} pixels, "
        f"the first centred at {centre} ({field.status})"
    )


def laid_out(explanation: Explanation) -> Table:
    """The workings as a table: number, rule, the rule with the numbers in it, result, source."""
    columns = (
        Column("number"),
        Column("rule"),
        Column("with the numbers"),
        Column("result", number=True),
        Column("source"),
    )
    return Table(
        caption=explanation.title,
        columns=columns,
        lines=tuple(
            (
                Cell(one.name),
                Cell(one.quantity.rule),
                Cell(one.quantity.working),
                Cell(one.result),
                Cell(one.source),
            )
            for one in explanation.workings
        ),
        remarks=tuple(f"{name}: {said}" for name, said in explanation.sentences),
        notes=explanation.notes,
    )
