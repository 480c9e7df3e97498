"""What a page tells of each part that one points at: facts, derivation, and what it sees."""

from typing import Any

from striate.drawing.networks.book import Leaf
from striate.drawing.networks.facts import of_group, of_node
from striate.drawing.networks.items import Item
from striate.drawing.networks.seeing import sees
from striate.planning.plan import Plan
from striate.planning.rows import Row

Told = dict[str, dict[str, Any]]


def told(plan: Plan, book: Leaf, *, seeing: bool = True) -> Told:
    """All parts of all pictures by their paths; `seeing`, with what the middle units see."""
    rows = {row.path: row for row in plan.rows}
    found: Told = {}
    for leaf in book.all():
        faces = {**book.paths, **leaf.paths}
        for one in leaf.level.items:
            if one.kind == "entry":
                continue
            seen = sees(plan.network, one.part, faces) if seeing else {}
            for path, said in _parts(plan, one, rows).items():
                found[path] = {**said, "sees": seen}
    return found


def _parts(plan: Plan, one: Item, rows: dict[str, Row]) -> Told:
    if one.kind == "group":
        path = one.part.path
        return {path: of_group(plan, path, one.part.nodes, times=one.times)}
    return {plan.network.nodes[n].path: of_node(plan, n, rows) for n in one.part.nodes}
