"""environment.json: the machine and the versions that a run was trained with."""

import json
import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from striate.runs.folder import ENVIRONMENT
from striate.training import Recipe
from striate.training.conditions import device_name, processor_name
from striate.training.writing import write_whole


def write_environment(folder: Path, recipe: Recipe, processes: int = 1) -> None:
    """Write environment.json."""
    facts = {
        "striate": _own_version(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor_name(),
        "threads": recipe.threads,
        "processes": processes,
        "device": device_name(recipe.device),
        "precision": recipe.precision,
        "layout": recipe.layout,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    write_whole(folder / ENVIRONMENT, json.dumps(facts, indent=2) + "\n")


def _own_version() -> str:
    """The version of striate that is installed."""
    try:
        return version("striate")
    except PackageNotFoundError:  # used from a checkout
        return "unknown"
