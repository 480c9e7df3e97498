"""Trying: whether a network can take a step on these images, and with how many at once.

Everything is tried on copies; the network stays as it is.
"""

import contextlib
import copy
from collections.abc import Generator
from dataclasses import replace

import torch
from torch import Tensor, nn

from striate.data.collection import Collection
from striate.errors import ShapeError, StriateError
from striate.ops.room import free, gigabytes
from striate.training.learner import Learner
from striate.training.optimizer import trained
from striate.training.recipe import Recipe
from striate.training.room import Need, need
from striate.training.task import Task


def try_out(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task, *, fixed: bool
) -> tuple[int, str]:
    """See that the network can take a step and fits the task: the batch, and a remark on memory.

    A batch that is not `fixed` is halved until a step fits into the memory that is free. Raises
    ShapeError.
    """
    assert recipe.batch is not None
    if not trained(model):
        raise ShapeError(
            "the network has nothing to learn: no layer of it has weights",
            help=["give it a CONV or an FC"],
        )
    _require_tensors(model)
    with _told(recipe, collection):
        _check(recipe, collection, model, task)
        counted = need(recipe, collection, copy.deepcopy(model), task)
        most = replace(recipe, batch=min(recipe.batch, len(collection.splits["train"])))
        batch, remark = within_room(most, counted, free(recipe.device), fixed=fixed)
        batch = recipe.batch if fixed or not remark else batch
        while not _steps(replace(recipe, batch=batch), collection, model, task, fixed=fixed):
            batch //= 2
            remark = f"batches of {batch}, since {2 * batch} did not fit into memory"
    return batch, remark


def look_through(recipe: Recipe, collection: Collection, model: nn.Module, task: Task) -> None:
    """See that what the network gives for a few images fits the task. Raises ShapeError."""
    _require_tensors(model)
    with _told(recipe, collection):
        _check(recipe, collection, model, task)


def within_room(recipe: Recipe, counted: Need, room: int | None, *, fixed: bool) -> tuple[int, str]:
    """The batch of a recipe, halved until what was counted fits into `room` bytes; and why."""
    assert recipe.batch is not None
    each = replace(counted, image=counted.image / recipe.accumulate)
    batch = recipe.batch if room is None else each.batch(recipe.batch, room=room)
    if room is None or batch == recipe.batch:
        return recipe.batch, ""
    takes = f"a step of {recipe.batch} may take {gigabytes(each.bytes(recipe.batch))}, and "
    takes += f"{gigabytes(room)} are free"
    if fixed:
        parts = recipe.accumulate * -(-recipe.batch // batch)
        return recipe.batch, f"{takes}: accumulate = {parts} computes the same batch in parts"
    return batch, f"batches of {batch}, since {takes}"


def is_out_of_memory(error: Exception) -> bool:
    """Whether it was memory that an error is about; torch says so in a word for each device.

    >>> is_out_of_memory(RuntimeError("MPS backend out of memory"))
    True
    """
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(word in str(error) for word in words)


def _check(recipe: Recipe, collection: Collection, model: nn.Module, task: Task) -> None:
    """See that what the network gives fits the task."""
    learner = Learner(copy.deepcopy(model), collection, task, recipe)
    with torch.no_grad():
        output = learner.model(learner.prepare(learner.batches.at(0).images[:4]))
    if not isinstance(output, Tensor):
        raise ShapeError(
            f"the network gives {type(output).__name__}, not a tensor (image, ...)",
            help=["wrap it in a module that gives one of its outputs"],
        )
    task.check(output, collection)


def _require_tensors(model: nn.Module) -> None:
    """Raise ShapeError where a network has a state that no file of tensors holds."""
    for key, value in model.state_dict().items():
        if not isinstance(value, Tensor):
            raise ShapeError(
                f"the network has {type(value).__name__} for {key} in its state, and a run folder "
                "keeps tensors",
                help=["register it as a buffer, or leave get_extra_state out"],
            )


def _steps(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task, *, fixed: bool
) -> bool:
    """Whether there is memory for a step; the error of torch where the batch may not be halved."""
    try:
        loss, _ = Learner(copy.deepcopy(model), collection, task, recipe).step(0)
        loss.item()
    except RuntimeError as error:
        if fixed or recipe.batch == 1 or not is_out_of_memory(error):
            raise
    else:
        return True
    if recipe.device == "cuda":
        torch.cuda.empty_cache()
    return False


@contextlib.contextmanager
def _told(recipe: Recipe, collection: Collection) -> Generator[None]:
    """Tell an error of torch's as one about the network and the images."""
    try:
        yield
    except StriateError:
        raise
    except Exception as error:  # a module may raise anything
        size = "x".join(map(str, collection.splits["train"].images.shape[1:]))
        remedies = ["striate plan shows every size on the way through it"]
        if is_out_of_memory(error):
            parts = 2 * recipe.accumulate
            remedies = [f"accumulate = {parts} computes the same batch in {parts} parts"]
        raise ShapeError(
            f"the network cannot learn from images of {size} in batches of {recipe.batch}: {error}",
            help=[*remedies, "where memory is short, a smaller batch helps"],
        ) from error
