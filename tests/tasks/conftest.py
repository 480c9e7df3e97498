"""Trainings for the task that gives images back."""

import pytest
from rich.console import Console

from striate import runs
from striate.tasks import reconstruct
from striate.training import Manner, Recipe
from striate.zoo import find


@pytest.fixture(scope="session")
def train(tmp_path_factory):
    """Train quietly to reconstruct: the auto-encoder of the zoo on digits, or something else."""

    def run(source="digits", network="autoencoder", size=None, **options):
        options = {"precision": "float32", "layout": "contiguous", "threads": 1} | options
        project = tmp_path_factory.mktemp("project") / "runs"
        manner = Manner(console=Console(quiet=True))
        recipe = Recipe(**options)
        return runs.train(
            source, find(network), reconstruct, recipe, project=project, size=size, manner=manner
        )

    return run


@pytest.fixture(scope="session")
def finished(train):
    """A finished run on digits, all of its recipe left open but the way to compute."""
    return train()
