"""What there is to say of each layer of a drawing, and of layers together: as the plan says it."""

from collections.abc import Sequence
from typing import Any

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.language.layers import Input
from striate.planning.plan import Plan
from striate.planning.printing import explained
from striate.planning.printing.figures import counted
from striate.planning.rows import Row, total

Pairs = list[list[str]]


def of_layer(row: Row) -> dict[str, Any]:
    """A layer's title, facts, and the derivation of its numbers."""
    told = explained(row)
    numbers = [["parameters", row.parameters], ["products", row.products]]
    facts: Pairs = [["layer", row.written], ["output", show(row.size)]]
    facts += [
        [str(name), _count(number)] for name, number in numbers if isinstance(number, Quantity)
    ]
    facts += [[name, said] for name, said in told.sentences]
    facts += [["note", note] for note in row.notes]
    working: Pairs = [[one.name, str(one)] for one in told.workings if one.result != "0"]
    working += [["source", f"{names}: {source}"] for names, source in told.sources.items()]
    return {"title": told.title, "facts": facts, "working": working}


def of_input(plan: Plan, number: int) -> dict[str, Any]:
    """What comes in."""
    node = plan.network.nodes[number]
    return {
        "title": f"{node.path}: INPUT",
        "facts": [["output", show(node.size)]],
        "working": [],
    }


def of_group(plan: Plan, path: str, numbers: Sequence[int], *, times: int = 1) -> dict[str, Any]:
    """Layers together: how many, what leaves the last, and the sums of what they take."""
    nodes = [plan.network.nodes[number] for number in numbers]
    paths = {node.path for node in nodes}
    rows = [row for row in plan.rows if row.path in paths]
    sums = [(name, total(rows, name)) for name in ("parameters", "products")]
    layers = f"{len(rows)}, in {times} parts that are alike" if times > 1 else str(len(rows))
    facts: Pairs = [["layers", layers], ["output", show(nodes[-1].size)]]
    facts += [[name, _count(quantity)] for name, quantity in sums]
    facts += [[name, said] for name, said in explained(rows[-1]).sentences]
    working: Pairs = [[name, str(quantity)] for name, quantity in sums if quantity.value]
    return {"title": path, "facts": facts, "working": working}


def of_node(plan: Plan, number: int, rows: dict[str, Row]) -> dict[str, Any]:
    """What is said of one node."""
    node = plan.network.nodes[number]
    return of_input(plan, number) if isinstance(node.layer, Input) else of_layer(rows[node.path])


def in_words(item: dict[str, Any], written: Sequence[str] = ()) -> str:
    """The facts in one sentence, for those who cannot see the drawing.

    It begins with what is written there, or else with the title and the size.

    >>> item = {"title": "c: CONV", "facts": [["output", "4x6x6"], ["products", "9"]]}
    >>> in_words(item), in_words(item, ["c", "CONV 3x3"])
    ('c: CONV, output 4x6x6, products 9', 'c CONV 3x3, products 9')
    """
    shown = ("parameters", "products") if written else ("output", "parameters", "products")
    name = " ".join(written) or item["title"]
    return ", ".join([name, *(f"{n} {s}" for n, s in item["facts"] if n in shown)])


def _count(quantity: Quantity) -> str:
    return counted(quantity) or "0"
