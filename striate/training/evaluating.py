"""Evaluating: what a network answers, and how well, without changing it."""

import contextlib
from collections.abc import Generator, Iterator

import torch
from torch import Tensor, nn

from striate.data.collection import Split
from striate.training.batches import LAYOUTS, Preparation
from striate.training.recipe import Recipe
from striate.training.task import Task

MOST = 512
"""The most images that are looked at at once: more would not be faster."""


def evaluate(
    model: nn.Module, split: Split, task: Task, recipe: Recipe, prepare: Preparation
) -> dict[str, float]:
    """Each measure of a task, its mean over all images of a split.

    In the precision in which the network is trained; weights, buffers and modes stay as they are.
    """
    sums: dict[str, Tensor] = {}
    labels = split.labels.to(prepare.scale.device)
    with still(model), torch.inference_mode():
        for start, x, output in _answers(model, split.images, recipe, prepare):
            target = task.target(x, labels[start : start + len(x)])
            for name, value in task.measures(output, target).items():
                sums[name] = sums[name] + value if name in sums else value
    return {name: float(value) / len(split) for name, value in sums.items()}


def outputs(model: nn.Module, images: Tensor, recipe: Recipe, prepare: Preparation) -> Tensor:
    """What a network makes of images (image, channel, height, width) of bytes: float32, cpu."""
    with still(model), torch.inference_mode():
        parts = [output.cpu() for _, _, output in _answers(model, images, recipe, prepare)]
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
    model: nn.Module, images: Tensor, recipe: Recipe, prepare: Preparation
) -> Iterator[tuple[int, Tensor, Tensor]]:
    """(place of the first, prepared images, outputs) of one large batch after the other."""
    assert recipe.batch is not None
    size = min(MOST, 4 * recipe.batch)  # without gradients an image takes far less memory
    for start in range(0, max(1, len(images)), size):  # no images are one empty batch
        x = prepare(images[start : start + size])
        with autocast(recipe):
            output = model(x)
        yield start, x, output.float()
