"""Evaluating: what a network answers, and how well, without changing it."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence

import torch
from torch import Tensor, nn

from striate.data.collection import Split
from striate.data.features import Features
from striate.data.photos.collected import Images
from striate.training.batches import LAYOUTS, Preparation
from striate.training.gathering import Measured, added, turns
from striate.training.recipe import Recipe
from striate.training.task import Task

MOST = 512
"""The most images that are looked at at once: more would not be faster."""


def evaluate(
    model: nn.Module, split: Split, task: Task, recipe: Recipe, prepare: Preparation
) -> dict[str, float]:
    """Each measure of a task over all images of a split.

    In the precision in which the network is trained; weights, buffers and modes stay as they are.
    Several processes share the work, and come to the numbers of one, bit for bit.
    """
    found: list[Measured] = []
    starts = _starts(len(split), recipe)
    mine = [starts[turn] for turn in turns(len(starts))]
    labels = split.labels.to(prepare.scale.device)
    with still(model), torch.inference_mode():
        for start, x, output in _answers(model, split.images, recipe, prepare, mine):
            target = task.target(x, labels[start : start + len(x)])
            found.append(task.measures(output, target))
        sums = added(found, len(starts), prepare.scale.device)
    return task.finish(sums, len(split))


def outputs(
    model: nn.Module,
    images: Images | Features,
    recipe: Recipe,
    prepare: Preparation,
    *,
    told: Callable[[int], object] = bool,
) -> Tensor:
    """What a network makes of images (image, channel, height, width) of bytes: float32, cpu.

    Or of features, if it is the rest of a network. `told` hears how many more are done.
    """
    parts: list[Tensor] = []
    with still(model), torch.inference_mode():
        answers = _answers(model, images, recipe, prepare, _starts(len(images), recipe))
        for _, _, output in answers:
            parts.append(output.cpu())
            told(len(output))
    return torch.cat(parts)


def autocast(recipe: Recipe) -> torch.autocast:
    """The context in which the products of a recipe are computed."""
    return torch.autocast(recipe.device, torch.bfloat16, enabled=recipe.precision == "bfloat16")


def placed(model: nn.Module, recipe: Recipe) -> nn.Module:
    """The model itself, on the device of a recipe and in its layout."""
    layout = LAYOUTS[recipe.layout]
    return model.to(recipe.device, memory_format=layout)  # pyright: ignore[reportCallIssue]


@contextlib.contextmanager
def still(model: nn.Module) -> Generator[None]:
    """The model in evaluation mode; afterwards every part is in the mode in which it was."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _answers(
    model: nn.Module,
    images: Images | Features,
    recipe: Recipe,
    prepare: Preparation,
    starts: Sequence[int],
) -> Iterator[tuple[int, Tensor, Tensor]]:
    """(place of the first, prepared images, outputs) of the large batches that start there."""
    for start in starts:
        x = prepare(images[start : start + _size(recipe)])
        with autocast(recipe):
            output = model(x)
        yield start, x, output.float()


def _starts(count: int, recipe: Recipe) -> range:
    """Where the large batches of so many images start; no images are one empty batch."""
    return range(0, max(1, count), _size(recipe))


def _size(recipe: Recipe) -> int:
    """How many images a large batch has: without gradients an image takes far less memory."""
    assert recipe.batch is not None
    return min(MOST, 4 * recipe.batch)
