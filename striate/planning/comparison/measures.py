"""What networks are compared by: each measure of a plan, with its working."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import prod

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.errors import OptionError
from striate.planning.convention import flops
from striate.planning.plan import Plan
from striate.planning.printing.figures import counted, memory, share
from striate.planning.printing.lines import Line
from striate.planning.rows import Row, known, total

TEXT_OF = {
    "weighted": "with weights",
    "flops": "FLOPs",
    "bytes": "values",
    "saved": "saved for training",
    "training": "training in all",
}
"""How a measure is called in tables, where that is not its name."""


@dataclass(frozen=True)
class Measure:
    """One thing that is known of each network: how it is shown, its number if it is one.

    `form` is what other programs read.
    """

    name: str
    shown: str
    form: object
    quantity: Quantity | None = None


def measures(plan: Plan, shares: Sequence[str] = ()) -> list[Measure]:
    """The measures of a plan; `shares` are patterns of paths or words that are counted apart."""
    network, totals = plan.network, plan.totals
    weighted = sum(row.parameters.value > 0 for row in plan.rows)
    sizes = [show(node.size) for node in network.inputs]
    return [
        Measure("input", " and ".join(sizes), list(network.input)),
        Measure("output", show(network.output), list(network.output)),
        Measure("layers", str(len(plan.rows)), len(plan.rows)),
        Measure("weighted", str(weighted), weighted),
        *_count("parameters", totals["parameters"]),
        *(_share("parameters", plan, pattern) for pattern in shares),
        *_count("products", totals["products"]),
        *(_share("products", plan, pattern) for pattern in shares),
        *_count("additions", totals["additions"]),
        *_count("flops", flops(totals["products"], totals["additions"])),
        *_count("bytes", totals["bytes"], memory),
        _field(plan),
        *_memory(plan),
    ]


def _count(
    name: str, quantity: Quantity, shown: Callable[[int], str] | None = None
) -> list[Measure]:
    number = counted(quantity) or "0" if shown is None else shown(quantity.value)
    return [Measure(name, number, known(quantity), quantity)]


def _share(name: str, plan: Plan, pattern: str) -> Measure:
    part = total([row for row in plan.rows if fits(row, pattern)], name)
    whole = plan.totals[name].value
    percent = share(part.value, whole) or "0"
    return Measure(
        f"{name} in {pattern}",
        f"{part.value:,} ({percent} %)",
        {"value": part.value, "of": whole},
        part,
    )


def _memory(plan: Plan) -> list[Measure]:
    """What training takes with one image at a time."""
    totals = plan.memory().totals
    return [one for name in ("saved", "training") for one in _count(name, totals[name], memory)]


def _field(plan: Plan) -> Measure:
    """The field of the last layer that still has places to tell apart."""
    spatial = [row for row in plan.rows if prod(row.size[1:]) > 1] or list(plan.rows)
    line = Line(spatial[-1].path, (spatial[-1],))
    return Measure("field", f"{line.seen} ({line.path})", line.field.as_dict())


def fits(row: Row, pattern: str) -> bool:
    """Whether a pattern is that of a row's path, of a path above it, or of its word.

    >>> from striate.language import read
    >>> from striate.planning import plan
    >>> row = plan(read("INPUT 8 -> head: [fc6: FC 4]")).rows[0]
    >>> fits(row, "FC"), fits(row, "head"), fits(row, "*.fc?"), fits(row, "fc6")
    (True, True, True, False)
    """
    wanted = pattern.lower()
    found = (row.path.lower(), row.word.lower())
    return any(fnmatchcase(name, wanted) for name in found) or fnmatchcase(found[0], f"{wanted}.*")


def check_shares(plans: Sequence[Plan], shares: Sequence[str]) -> None:
    """Raise an OptionError for a pattern that is that of no layer at all."""
    rows = [row for plan in plans for row in plan.rows]
    words = ", ".join(dict.fromkeys(row.word for row in rows))
    for pattern in shares:
        if not any(fits(row, pattern) for row in rows):
            help = [f"give a word of theirs ({words}), or the pattern of a path: 'fc*'"]
            raise OptionError(f"no layer is called '{pattern}'", help=help)
