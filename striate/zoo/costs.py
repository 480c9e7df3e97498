"""What a network of the zoo costs and sees, for one image of its own input size.

The numbers are those of its plan. They are kept in `facts.json` with a digest of the text that they
follow from, so that a list of all networks need not plan them; `python -m striate.zoo` writes that
file anew, and what has changed since is planned when it is asked for.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from striate.planning import Settings, plan, resolve
from striate.planning.rows import Row
from striate.zoo.finding import find
from striate.zoo.shelf import entries, entry_of, text

KEPT = Path(__file__).parent / "facts.json"
SIZE = (3, 64, 64)
"""What a network is counted for that has no input size of its own."""

_HEADS = ("GAP", "ADAPTIVE", "FLATTEN", "FC")


def costs_of(name: str) -> dict[str, Any]:
    """Input, output, totals and field of a network; LanguageError if there is none of that name.

    >>> known = costs_of("lenet5")
    >>> known["parameters"], known["field"]["size"]
    (60806, [32, 32])
    """
    known = _kept().get(name, {})
    return known if known.get("text") == _digest(name) else planned(name)


def planned(name: str) -> dict[str, Any]:
    """The same, by planning the network now: for as many classes as its paper has."""
    tree = find(name)
    size = None if tree.complete else SIZE
    made = plan(resolve(tree, Settings(size, entry_of(name).classes)))
    last = _last(made.rows)
    return {
        "text": _digest(name),
        "input": list(made.network.input),
        "any_size": not tree.complete,
        "output": list(made.rows[-1].size),
        **{count: quantity.value for count, quantity in made.totals.items()},
        "field": last.field.as_dict(),
        "status": last.field.status,
    }


def keep() -> None:
    """Plan all networks, and write what is kept of them."""
    found = [f"{json.dumps(entry.name)}: {json.dumps(planned(entry.name))}" for entry in entries()]
    KEPT.write_text("{\n" + ",\n".join(found) + "\n}\n", "utf-8")


def _last(rows: tuple[Row, ...]) -> Row:
    """The row of the last map: before the first layer that puts all places together."""
    heads = [number for number, row in enumerate(rows) if row.word in _HEADS]
    return rows[heads[0] - 1 if heads and heads[0] else -1]


def _digest(name: str) -> str:
    """What numbers follow from: the text, without how its lines end."""
    return sha256("\n".join(text(name).splitlines()).encode()).hexdigest()[:16]


@cache
def _kept() -> dict[str, dict[str, Any]]:
    return json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
