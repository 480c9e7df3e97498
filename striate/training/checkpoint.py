"""A checkpoint: all that training needs to go on as if it had never stopped, in one file.

Weights, their mean, buffers and the optimizer's memory are tensors; everything else is JSON in the
same file. Nothing random is among it: order, augmentation and dropout are functions of the seed
and the step.
"""

import contextlib
import json
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from striate.errors import RunError
from striate.training.learner import Learner
from striate.training.results import Row
from striate.training.writing import write_whole

FORMAT = 1
NAME = "checkpoint.safetensors"


@dataclass
class Position:
    """Where training stands: `step` steps are done, and these rows are complete.

    `loss` is the sum of the losses of the images seen in the epoch that is under way.
    """

    loss: Tensor
    step: int = 0
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list[Row])


def save(folder: Path, learner: Learner, position: Position, conditions: dict[str, str]) -> None:
    """Write the checkpoint of a run folder. Raises OSError; then the one before is still whole."""
    facts = {
        "format": FORMAT,
        "step": position.step,
        "seconds": position.seconds,
        "rows": position.rows,
        "conditions": conditions,
    }
    write_whole(folder / NAME, packed(state(learner) | {"loss": position.loss}, facts))


def state(learner: Learner) -> dict[str, Tensor]:
    """Everything of a learner that its steps change, by name: the tensors themselves."""
    found = {f"network/{key}": value for key, value in learner.model.state_dict().items()}
    found |= {f"optimizer/{key}": value for key, value in learner.optimizer.memory.items()}
    return found | {f"mean/{key}": value for key, value in learner.mean.memory.items()}


def restore(folder: Path, learner: Learner, position: Position) -> None:
    """Put a learner and the position where the checkpoint of a folder says.

    Raises RunError where that is beyond the learner's last step.
    """
    tensors, facts = load_file(folder / NAME), read_facts(folder)
    if facts["step"] > learner.steps:
        raise RunError(
            f"{folder} has done {facts['step']} steps, and epochs = {learner.epochs} ends after "
            f"{learner.steps}",
            help=["bring back the epochs that it began with, or give it more"],
        )
    position.loss.copy_(tensors["loss"])
    position.step, position.seconds = facts["step"], facts["seconds"]
    position.rows = facts["rows"]
    learner.model.load_state_dict(_under("network/", tensors))
    learner.optimizer.remember(_under("optimizer/", tensors))
    learner.mean.remember(_under("mean/", tensors))


def read_facts(folder: Path) -> dict[str, Any]:
    """Everything but the tensors of a checkpoint. Raises RunError for one that cannot be used."""
    try:
        with safe_open(folder / NAME, framework="pt") as file:
            facts = json.loads(file.metadata()["striate"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{folder / NAME} cannot be read: {error}",
            help=["it was changed from outside; train anew"],
        ) from error
    if facts["format"] != FORMAT:
        raise RunError(
            f"{folder / NAME} has format {facts['format']}, and this striate reads {FORMAT}",
            help=["resume it with the version of striate that wrote it"],
        )
    return facts


def packed(tensors: dict[str, Tensor], facts: dict[str, Any] | None = None) -> bytes:
    """The bytes of a safetensors file with these tensors, and these facts as JSON."""
    whole = {
        key: value.detach().to("cpu", memory_format=torch.contiguous_format, copy=True)
        for key, value in tensors.items()
    }
    return to_bytes(whole, {"striate": json.dumps(facts)} if facts else None)


@contextlib.contextmanager
def writing_in(folder: Path) -> Generator[None]:
    """Turn an OSError into a RunError that says which steps are safe."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written: {error.strerror or error}; {last_kept(folder)}",
            help=["make room, or allow writing there", f"then: striate resume {folder}"],
        ) from error


def last_kept(folder: Path) -> str:
    """What there is to go on from, as part of a sentence."""
    if not (folder / NAME).exists():
        return "there is no checkpoint yet"
    return f"the last whole checkpoint is of step {read_facts(folder)['step']}"


def finish(folder: Path) -> None:
    """Declare a run finished: there is nothing to go on from."""
    (folder / NAME).unlink(missing_ok=True)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose key begins with a prefix, without it."""
    return {
        key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)
    }
