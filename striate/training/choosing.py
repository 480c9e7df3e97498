"""Choosing: what a recipe leaves open is settled once, before the first step, and said.

Most of it follows from the images and the machine. Precision and layout are timed, bfloat16 only
where the device multiplies in it.
"""

import copy
from dataclasses import replace

import torch
from torch import nn

from striate.data.collection import Collection
from striate.errors import ShapeError
from striate.training.batches import LAYOUTS
from striate.training.conditions import choose_device
from striate.training.learner import Learner, surroundings
from striate.training.optimizer import DECAYS, RATES, trained
from striate.training.recipe import Recipe
from striate.training.task import Task
from striate.training.timing import Times, Way, fastest, time_steps


def choose(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task
) -> tuple[Recipe, str]:
    """A recipe that leaves nothing open, and a sentence on it.

    The network is tried on the images first; it and all random state stay as they are. Raises
    ShapeError where it does not fit images or task, OptionError where a device is missing.
    """
    recipes = ways(settle(recipe, collection, model))
    plain = next(iter(recipes.values()))
    with surroundings(plain):
        _try_out(plain, collection, model, task)
        times = time_steps(recipes, collection, model, task) if len(recipes) > 1 else {}
    chosen = recipes[fastest(times)] if times else plain
    return chosen, _sentence(chosen, times)


def settle(recipe: Recipe, collection: Collection, model: nn.Module) -> Recipe:
    """Settle what follows from images, network and machine: all but precision and layout."""
    images = len(collection.splits["train"])
    epochs = recipe.epochs or epochs_for(images)
    batch = recipe.batch or batch_for(images, epochs)
    optimizer = recipe.optimizer
    if optimizer == "auto":
        optimizer = "sgd" if normalises(model) else "adamw"
    augment = recipe.augment
    if augment == "auto":
        augment = "light" if epochs > 2 else "none"  # it pays only where images come back often
    changed = augment != "none"
    return replace(
        recipe,
        epochs=epochs,
        batch=batch,
        optimizer=optimizer,
        lr=recipe.lr or rate_for(optimizer, batch),
        weight_decay=DECAYS[optimizer] if recipe.weight_decay is None else recipe.weight_decay,
        augment=augment,
        flip=collection.flip and changed if recipe.flip is None else recipe.flip,
        shift=collection.shift * changed if recipe.shift is None else recipe.shift,
        crop=1.0 if recipe.crop is None else recipe.crop,
        mixup=0.0 if recipe.mixup is None else recipe.mixup,
        cutmix=0.0 if recipe.cutmix is None else recipe.cutmix,
        device=choose_device(recipe.device),
        threads=recipe.threads or torch.get_num_threads(),
    )


def ways(recipe: Recipe) -> dict[Way, Recipe]:
    """The recipe with each precision and layout that are open to it, the plainest first."""
    precisions = ("float32", "bfloat16") if has_bfloat16(recipe.device) else ("float32",)
    return {
        (precision, layout): replace(recipe, precision=precision, layout=layout)
        for precision in (precisions if recipe.precision == "auto" else (recipe.precision,))
        for layout in (LAYOUTS if recipe.layout == "auto" else (recipe.layout,))
    }


def has_bfloat16(device: str) -> bool:
    """Whether a device multiplies in bfloat16 itself."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    found: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return device == "cpu" and any(found.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def epochs_for(images: int) -> int:
    """From 16 epochs to 60: about 50,000 images seen, and small sets often.

    >>> [epochs_for(images) for images in (200, 1257, 55_000)]
    [60, 39, 16]
    """
    return min(60, max(16, 50_000 // images))


def batch_for(images: int, epochs: int) -> int:
    """128 images, 64 where they are seen once; fewer where that gives under 8 steps an epoch.

    >>> [batch_for(images, 16) for images in (5, 200, 1257, 55_000)], batch_for(55_000, 1)
    ([16, 16, 128, 128], 64)
    """
    power = 1 << max(1, images // 8).bit_length() - 1
    return min(128 if epochs > 1 else 64, max(16, power))


def rate_for(optimizer: str, batch: int) -> float:
    """The highest learning rate: for sgd it grows with the batch, for the others with its root.

    >>> rate_for("sgd", 64), rate_for("adamw", 32)
    (0.1, 0.0015)
    """
    share = batch / 128
    return RATES[optimizer] * (share if optimizer == "sgd" else share**0.5)


def normalises(model: nn.Module) -> bool:
    """Whether a network normalises batches, which lets it bear large learning rates."""
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    return any(isinstance(module, norms) for module in model.modules())


def _try_out(recipe: Recipe, collection: Collection, model: nn.Module, task: Task) -> None:
    """See that a copy of the network can take a step, and that what it gives fits the task."""
    if not trained(model):
        raise ShapeError(
            "the network has nothing to learn: no layer of it has weights",
            help=["give it a CONV or an FC"],
        )
    learner = Learner(copy.deepcopy(model), collection, task, recipe)
    images = learner.batches.at(0).images
    try:
        with torch.no_grad():
            task.check(learner.model(learner.prepare(images)), collection)
        learner.step(0)
    except (RuntimeError, ValueError) as error:
        channels, height, width = collection.size
        raise ShapeError(
            f"the network cannot learn from {len(images)} images of "
            f"{channels}x{height}x{width} at once: {error}",
            help=[
                "striate plan shows every size on the way through it",
                "where memory is short, a smaller batch helps",
            ],
        ) from error


def _sentence(recipe: Recipe, times: Times) -> str:
    """What training is going to be, in one sentence."""
    way = (recipe.precision, recipe.layout)
    others = ", ".join(
        f"{precision} {layout} {1e3 * seconds:.1f}"
        for (precision, layout), seconds in times.items()
        if (precision, layout) != way
    )
    timed = f" ({1e3 * times[way]:.1f} ms a step; {others})" if times else ""
    return (
        f"{_counted(recipe.epochs, 'epoch')} in batches of {recipe.batch} on {recipe.device} with "
        f"{_counted(recipe.threads, 'thread')}, in {recipe.precision} and {recipe.layout}{timed}; "
        f"{recipe.optimizer} with a learning rate up to {recipe.lr:g}."
    )


def _counted(number: int | None, noun: str) -> str:
    """A number of things.

    >>> _counted(1, "epoch"), _counted(2, "epoch")
    ('1 epoch', '2 epochs')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
