"""Weights & Biases: a training as a run of a project there, "striate" unless WANDB_PROJECT is set.

An account and its key are that program's own matter: `wandb login`, or WANDB_MODE=offline.
"""

import importlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from striate.training.loggers.logger import measured, numbers
from striate.training.results import Row


class WeightsAndBiases:
    """Logs a training; one that goes on continues the same run there."""

    def __init__(self) -> None:
        self._wandb: Any = importlib.import_module("wandb")
        self._run: Any = None
        self._first = 0

    def begin(
        self,
        folder: Path,
        recipe: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        known: str | None,
    ) -> str | None:
        """Begin a run, or go on with the one that is known; its id."""
        self._run = self._wandb.init(
            project=os.environ.get("WANDB_PROJECT", "striate"),
            name=folder.name,
            dir=str(folder),
            id=known,
            resume="allow",
            config={"recipe": dict(recipe), **about},
        )
        self._first = self._run.step if known else 0
        return self._run.id

    def row(self, row: Row) -> None:
        """Log an epoch that is not there yet."""
        if row["epoch"] >= self._first:
            self._run.log(measured(row), step=int(row["epoch"]))

    def end(self, evaluation: Mapping[str, Any], pictures: Sequence[Path]) -> None:
        """Log the evaluation and the pictures, and finish the run."""
        self._run.summary.update(numbers(evaluation))
        self._run.log({path.stem: self._wandb.Image(str(path)) for path in pictures})
        self._run.finish()
