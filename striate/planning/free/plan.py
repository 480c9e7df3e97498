"""A plan for every input size: closed forms for each layer, and which sizes fit or lose nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.formula import Quantity
from striate.errors import OptionError
from striate.planning import printing
from striate.planning.free.letters import FreeSize, named
from striate.planning.free.printing import derivation, explained, sheet
from striate.planning.free.rows import FreeRow
from striate.planning.free.searching import Found
from striate.planning.free.trying import Networks, Records
from striate.planning.plan import Plan
from striate.planning.rows import not_found, rows_of


@dataclass(frozen=True)
class Smallest:
    """The smallest input that fits, and why the next smaller one does not."""

    numbers: Mapping[str, int]
    below: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {**self.numbers, "below": self.below or None}

    def __str__(self) -> str:
        return named(self.numbers) + (f" (one less: {self.below})" if self.below else "")


@dataclass(frozen=True)
class FreePlan:
    """Rows in letters; what was found for each letter; totals at the size of an example.

    `holds` is the size of each letter from which on the forms hold, `pinned` what FC layers say.
    `gaps` say why a size between others does not fit; `checked` counts the real networks that all
    of it was held against.
    """

    size: FreeSize
    records: Records
    networks: Networks
    example: Mapping[str, int]
    rows: tuple[FreeRow, ...]
    found: tuple[Found, ...]
    smallest: tuple[Smallest, ...]
    holds: Mapping[str, int]
    gaps: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    surprises: tuple[str, ...] = ()
    checked: int = 0

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.records.network.name

    @property
    def totals(self) -> dict[str, Quantity]:
        """The sums over all rows at the size of the example."""
        return Plan(self.records.network, rows_of(self.records.network)).totals

    @property
    def status(self) -> str:
        """`exact` if every form and every set of sizes is known, and none was found wrong."""
        known = all(one.fits.tried is None for one in self.found) and not self.surprises
        return "exact" if known and not any(row.reason for row in self.rows) else "unknown"

    def at(self, **numbers: int) -> Plan:
        """The plan at one size; a ShapeError where it does not fit.

        >>> from striate.language import read
        >>> from striate.planning.free import free_plan
        >>> made = free_plan(read("CONV 8 3x3 -> POOL 2"), "3xHxW")
        >>> made.at(H=9, W=8).network.output
        (8, 3, 3)
        """
        if missing := [letter for letter in self.size.letters if letter not in numbers]:
            raise OptionError(f"{self.size}: {', '.join(missing)} is not given")
        network = self.networks(self.size.at(numbers))
        return Plan(network, rows_of(network))

    def row(self, path: str) -> FreeRow:
        """The row of a path; OptionError if there is none."""
        for row in self.rows:
            if row.path == path:
                return row
        raise not_found(path, self.name, [row.path for row in self.rows])

    def show(self, form: str = "text", *, width: int | None = None) -> str:
        """The table as `text`, `markdown`, `html` or `json`."""
        if form == "json":
            return json.dumps(self.as_dict())
        return printing.printed([sheet(self)], form, width=width)

    def explain(self, path: str | None = None, form: str = "text") -> str:
        """The rule of every number, the rule with the letters in it, and the closed form."""
        if form == "json":
            return json.dumps(self.derivations(path))
        rows = self.rows if path is None else (self.row(path),)
        return printing.told([explained(row) for row in rows], form)

    def derivations(self, path: str | None = None) -> dict[str, Any]:
        """The same working, in a form that other programs read."""
        rows = self.rows if path is None else (self.row(path),)
        return {row.path: derivation(row) for row in rows}

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read; closed forms are Python in the letters."""
        return {
            "network": self.name,
            "input": str(self.size),
            "letters": list(self.size.letters),
            "rows": [row.as_dict() for row in self.rows],
            "smallest": [smallest.as_dict() for smallest in self.smallest],
            "fits": {one.letter: one.fits.as_dict() for one in self.found},
            "lossless": {one.letter: one.lossless.as_dict() for one in self.found},
            "holds": dict(self.holds),
            "example": {
                "input": list(self.size.at(self.example)),
                "totals": {name: total.value for name, total in self.totals.items()},
            },
            "status": self.status,
            "notes": [*self.gaps, *self.pinned, *self.surprises],
        }

    def __str__(self) -> str:
        return self.show()

    def _repr_html_(self) -> str:
        return self.show("html")
