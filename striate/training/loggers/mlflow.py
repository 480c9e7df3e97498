"""MLflow: a training as a run of an experiment, "striate" unless MLFLOW_EXPERIMENT_NAME is set.

Where it is kept is that program's own matter: MLFLOW_TRACKING_URI.
"""

import importlib
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from striate.training.loggers.logger import measured, numbers
from striate.training.results import Row

LONGEST = 500
"""How many letters a value may have that describes a run."""


class MLflow:
    """Logs a training; one that goes on continues the same run there."""

    def __init__(self) -> None:
        self._mlflow: Any = importlib.import_module("mlflow")
        self._client: Any = self._mlflow.MlflowClient()
        self._run = ""
        self._there: set[int] = set()

    def begin(
        self,
        folder: Path,
        recipe: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        known: str | None,
    ) -> str | None:
        """Begin a run, or go on with the one that is known; its id."""
        if known:
            self._run = known
            self._client.update_run(known, status="RUNNING")
            self._there = {one.step for one in self._client.get_metric_history(known, "loss")}
            return known
        self._run = self._client.create_run(self._experiment(), run_name=folder.name).info.run_id
        for name, value in {**recipe, **about}.items():
            self._client.log_param(self._run, name, str(value)[:LONGEST])
        return self._run

    def row(self, row: Row) -> None:
        """Log an epoch that is not there yet."""
        epoch = int(row["epoch"])
        if epoch not in self._there:
            self._log(measured(row), epoch)

    def end(self, evaluation: Mapping[str, Any], pictures: Sequence[Path]) -> None:
        """Log the evaluation and the pictures, and finish the run."""
        self._log(numbers(evaluation), 0)
        for path in pictures:
            self._client.log_artifact(self._run, str(path))
        self._client.set_terminated(self._run)

    def _log(self, values: Mapping[str, float], step: int) -> None:
        """Log numbers of one step, all of them or none."""
        now, metric = int(1000 * time.time()), self._mlflow.entities.Metric
        metrics = [metric(name, value, now, step) for name, value in values.items()]
        self._client.log_batch(self._run, metrics=metrics)

    def _experiment(self) -> str:
        """The id of the experiment, made where it is not there."""
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", "striate")
        found = self._client.get_experiment_by_name(name)
        return found.experiment_id if found else self._client.create_experiment(name)
