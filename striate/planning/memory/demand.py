"""Memory before training: what all layers take together, the most at once, the batch that fits.

Counted are float32 numbers: parameters, their gradients, what the optimizer remembers, buffers, the
input, what is saved for the way back, and what passes: values and gradients on their way. Not
counted are the workspace of kernels, the loss, the allocator's own, a mean of weights, and weights
that are computed from others at each step (weight norm, spectral norm).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from striate.arithmetic.formula import Formula, Quantity
from striate.errors import OptionError
from striate.language.network import Network
from striate.planning.memory.holding import holdings
from striate.planning.memory.peaks import Peak, forward_peak, training_peak
from striate.planning.memory.shares import COUNTS, Share, shares
from striate.planning.memory.sheet import says, sheet
from striate.planning.printing import printed

ARRIVING = Formula("4*B*V")
PASSING = Formula("B*most - input - each")
TRAINING = Formula("parameters + gradients + optimizer + buffers + input + saved + passing")
FORWARD = Formula("B*most + once")
RUNNING = Formula("parameters + buffers + forward")
LARGEST = Formula("max(0, floor((room - fixed)/most))")


@dataclass(frozen=True)
class Memory:
    """What a network takes in training, with a batch and an optimizer; prints as a table.

    `each` is saved for one image, `once` whatever the batch; `forward` and `training` are the most
    that is there at once of what grows with the batch, for one image.
    """

    network: Network
    rows: tuple[Share, ...]
    batch: int
    optimizer: str
    each: int
    once: int
    forward: Peak
    training: Peak
    budget: int | None = None

    @property
    def totals(self) -> dict[str, Quantity]:
        """The sums over all layers, and what comes on top, in bytes, with their working.

        `training` is the most at once in a step of training, `running` if it is only run.
        """
        found = {name: self._sum(name) for name in COUNTS}
        found["input"] = ARRIVING(
            B=self.batch, V=sum(prod(node.size) for node in self.network.inputs)
        )
        found["passing"] = self._passing(found["input"].value)
        found["training"] = self._most(TRAINING(**_values(found)), found["saved"].status)
        found["forward"] = FORWARD(B=self.batch, most=self.forward.bytes, once=self.forward.once)
        found["running"] = self._most(RUNNING(**_values(found)), "exact")
        return found

    def _sum(self, name: str) -> Quantity:
        counts: list[Quantity] = [getattr(row, name) for row in self.rows]
        shown = [str(count.value) for count in counts if count.value]
        working = " + ".join(shown) if len(shown) <= 12 else f"the sum of {len(shown)} layers"
        statuses = {count.status for count in counts}
        status = next((s for s in ("unknown", "upper bound") if s in statuses), "exact")
        value = sum(count.value for count in counts)
        return Quantity(value, f"sum of {name}", working or "0", status)

    def _passing(self, input: int) -> Quantity:
        return PASSING(
            B=self.batch, most=self.training.bytes, input=input, each=self.batch * self.each
        )

    def _most(self, quantity: Quantity, status: str) -> Quantity:
        """Nothing that is there at another time is taken off: gradients, copies."""
        return replace(quantity, status="unknown" if status == "unknown" else "upper bound")

    @property
    def fixed(self) -> int:
        """The bytes that training takes whatever the batch."""
        names = ("parameters", "gradients", "optimizer", "buffers")
        return sum(self._sum(name).value for name in names) + self.once

    def largest(self, room: int) -> Quantity:
        """The largest batch that can be trained in so many bytes; 0 if not even one image can.

        >>> from striate.language import read
        >>> from striate.planning import plan
        >>> made = plan(read("INPUT 1x28x28 -> CONV 8 3x3 -> RELU -> FC 10")).memory()
        >>> print(made.largest(8_000_000))
        max(0, floor((room - fixed)/most)) = max(0, floor((8000000 - 650040)/68072)) = 107
        """
        return self._fitting(room, self.fixed)

    def largest_without_state(self, room: int) -> Quantity:
        """The largest batch if the optimizer remembered nothing."""
        return self._fitting(room, self.fixed - self._sum("optimizer").value)

    def _fitting(self, room: int, fixed: int) -> Quantity:
        return LARGEST(room=room, fixed=fixed, most=self.training.bytes)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        found: dict[str, Any] = {
            "network": self.network.name,
            "input": list(self.network.input),
            "batch": self.batch,
            "optimizer": self.optimizer,
            "rows": [row.as_dict() for row in self.rows],
            "totals": _values(self.totals),
            "most": {"training": self.training.as_dict(), "forward": self.forward.as_dict()},
            "says": list(says(self)),
        }
        if self.budget is not None:
            fits = self.largest(self.budget)
            found["budget"] = {"bytes": self.budget, "batch": fits.value, "working": fits.as_dict()}
        return found

    def show(self, form: str = "text", *, width: int | None = None) -> str:
        """The table as `text`, `markdown`, `html` or `json`; lines of text of at most `width`."""
        if form == "json":
            return json.dumps(self.as_dict())
        return printed([sheet(self)], form, width=width)

    def __str__(self) -> str:
        return self.show()

    def _repr_html_(self) -> str:
        return self.show("html")


def memory_of(
    network: Network, *, batch: int = 1, optimizer: str = "sgd", budget: int | None = None
) -> Memory:
    """What a network takes in training with a batch of so many images, layer by layer.

    The optimizer is one of OPTIMIZERS; `budget` are bytes that all is to fit into. OptionError for
    a batch below 1, an optimizer that is not known, and no room at all.
    """
    if budget is not None and budget < 1:
        raise OptionError(f"nothing fits into {budget} bytes")
    holds = holdings(network)
    return Memory(
        network=network,
        rows=shares(holds, batch, optimizer),
        batch=batch,
        optimizer=optimizer,
        each=sum(held.bytes(each=True) for held in holds),
        once=sum(held.bytes(each=False) for held in holds),
        forward=forward_peak(network, holds),
        training=training_peak(network, holds),
        budget=budget,
    )


def _values(quantities: Mapping[str, Quantity]) -> dict[str, int]:
    return {name: quantity.value for name, quantity in quantities.items()}
