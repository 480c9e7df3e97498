"""Choosing: what a recipe leaves open is settled once, before the first step, and said.

Most of it follows from the images and the machine. Precision and layout are timed, bfloat16 only
where the device multiplies in it; so are the epochs, where training may take so much time.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from striate.data.collection import Collection
from striate.errors import OptionError
from striate.training.augmenting import settle_augmentation
from striate.training.batches import LAYOUTS
from striate.training.budget import Budget
from striate.training.conditions import choose_device
from striate.training.featuring import parts_for, standing_in
from striate.training.learner import surroundings
from striate.training.optimizer import DECAYS, RATES
from striate.training.recipe import Recipe
from striate.training.task import Task
from striate.training.telling import sentence
from striate.training.timing import Way, fastest, time_steps
from striate.training.trying import look_through, try_out

SEEN = (
    *("precision", "layout", "device", "threads", "augment", "flip", "shift", "crop", "erase"),
    *("mixup", "cutmix"),
)
"""The fields that what a frozen beginning gives follows from."""


def choose(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task
) -> tuple[Recipe, str]:
    """A recipe that leaves nothing open, and a sentence on it.

    The network is tried on the images first; it and all random state stay as they are. Raises
    ShapeError where it does not fit images or task, OptionError where a device is missing. Without
    epochs there is nothing to time, and the network is only looked through. Where its frozen
    beginning is computed once, the rest is tried, over rows of nothing.
    """
    if recipe.epochs == 0:
        chosen = settle_whole(recipe, collection, model)
        parts_for(model, collection, chosen, task)  # which says so where that cannot be
        with surroundings(chosen):
            look_through(chosen, collection, model, task)
        return chosen, sentence(chosen, {})
    parts = parts_for(model, collection, recipe, task)
    if parts is not None:
        whole = settle_whole(recipe, collection, model)
        known = {name: getattr(whole, name) for name in SEEN}
        recipe = replace(recipe, **known)
        rows = standing_in(parts, collection, recipe.views)
        return choose(recipe, rows, parts.head, task)
    budget = Budget(collection, model, task, begun=time.perf_counter())
    plain = next(iter(ways(settle(recipe, collection, model)).values()))
    with surroundings(plain):
        fixed = recipe.batch is not None
        batch, remark = try_out(plain, collection, model, task, fixed=fixed)
        recipe = replace(recipe, batch=batch if batch < (plain.batch or 0) else recipe.batch)
        recipes = ways(settle(recipe, collection, model))
        times = time_steps(recipes, collection, model, task) if len(recipes) > 1 else {}
        chosen = recipes[fastest(times) if times else next(iter(recipes))]
        if recipe.time:
            asked = replace(recipe, precision=chosen.precision, layout=chosen.layout)
            settled = partial(settle, collection=collection, model=model)
            chosen = within_time(asked, chosen, budget.fitted, settled)
    return chosen, " ".join(filter(None, (sentence(chosen, times), remark)))


def within_time(
    recipe: Recipe,
    settled: Recipe,
    fitted: Callable[[Recipe, int | None], Recipe],
    settle: Callable[[Recipe], Recipe],
) -> Recipe:
    """The recipe with the epochs that fit into its time, and what else follows from their number.

    `fitted` times a settled recipe and gives it the epochs that fit, at most so many. Raises
    OptionError where not even one fits.
    """
    asked = replace(recipe, epochs=fitted(settled, recipe.epochs).epochs)
    again = settle(asked)
    if again.batch == settled.batch:
        return again
    try:
        return fitted(again, asked.epochs)  # another batch has another pace
    except OptionError:
        return settle(replace(asked, batch=settled.batch))


def settle(recipe: Recipe, collection: Collection, model: nn.Module) -> Recipe:
    """Settle what follows from images, network and machine: all but precision and layout."""
    images = len(collection.splits["train"])
    epochs = epochs_for(images) if recipe.epochs is None else recipe.epochs
    batch = recipe.batch or batch_for(images, epochs)
    optimizer = recipe.optimizer
    if optimizer == "auto":
        optimizer = "sgd" if normalises(model) else "adamw"
    return replace(
        settle_augmentation(replace(recipe, epochs=epochs), collection),
        batch=batch,
        optimizer=optimizer,
        lr=recipe.lr or rate_for(optimizer, min(batch, images)),
        weight_decay=DECAYS[optimizer] if recipe.weight_decay is None else recipe.weight_decay,
        device=choose_device(recipe.device),
        threads=recipe.threads or torch.get_num_threads(),
    )


def settle_whole(recipe: Recipe, collection: Collection, model: nn.Module) -> Recipe:
    """Settle all, and nothing of it by the clock: for what is computed before the first step.

    A frozen part is in float32, as it will be when it answers. Convolutions of a processor are
    faster where the channels of a place lie side by side.
    """
    settled = settle(recipe, collection, model)
    layout = "channels_last" if settled.device == "cpu" else "contiguous"
    return replace(
        settled,
        precision="float32" if recipe.precision == "auto" else recipe.precision,
        layout=layout if recipe.layout == "auto" else recipe.layout,
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
