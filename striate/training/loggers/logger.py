"""A logger: what another program has to understand to be told how a training goes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from striate.training.results import Row


class Logger(Protocol):
    """Something that is told of a training; whatever it raises, training goes on without it."""

    def begin(
        self,
        folder: Path,
        recipe: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        known: str | None,
    ) -> str | None:
        """Training begins, or goes on, in a run folder, by a recipe; `about` says what is trained.

        What is returned is kept with the run, and is `known` when the run goes on after it was
        interrupted. Then all rows are told again from the first epoch.
        """
        ...

    def row(self, row: Row) -> None:
        """An epoch is over; `row["epoch"]` counts from 1 and names the step."""
        ...

    def end(self, evaluation: Mapping[str, Any], pictures: Sequence[Path]) -> None:
        """Training is over: how good the network is, in the form of --json, and its pictures."""
        ...


def measured(row: Row) -> dict[str, float]:
    """What a row says of its epoch, besides its number.

    >>> measured({"epoch": 2, "step": 8, "loss": 0.5})
    {'loss': 0.5}
    """
    return {name: float(value) for name, value in row.items() if name not in ("epoch", "step")}


def numbers(evaluation: Mapping[str, Any]) -> dict[str, float]:
    """What an evaluation says in single numbers.

    >>> numbers({"accuracy": 0.9, "interval": [0.8, 1.0], "top5": None, "count": 10})
    {'evaluation/accuracy': 0.9, 'evaluation/count': 10.0}
    """
    return {
        f"evaluation/{name}": float(value)
        for name, value in evaluation.items()
        if isinstance(value, int | float)
    }
