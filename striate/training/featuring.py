"""Featuring: what the frozen beginning of a network gives for every image, computed once and kept.

A frozen layer gives the same for the same view of an image, however often it is asked. So it is
asked once for each view; from then on its results, the features, stand in the place of the images.
They are kept under a name that follows from all that they follow from: the weights, the content of
the images, how they are looked at and changed, and the machine.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from striate.data.collection import Collection, Split
from striate.data.features import Features
from striate.errors import OptionError
from striate.training.batches import Preparation
from striate.training.conditions import device_name, processor_name
from striate.training.evaluating import autocast, placed, still
from striate.training.learner import surroundings
from striate.training.progress import Counting
from striate.training.recipe import Recipe
from striate.training.task import Task
from striate.training.viewing import Places, Views
from striate.transfer.features import features_key, keep_features
from striate.transfer.parting import Parts, part

if TYPE_CHECKING:
    from rich.console import Console

FORMAT = 1
"""The version of what is computed here; what another one computed is not read."""

AT_ONCE = {"cpu": 8}
"""So many images are computed at a time: what lies between two layers stays in the cache."""

MOST = 256
"""And so many on any other device."""


def featured(
    parts: Parts,
    collection: Collection,
    recipe: Recipe,
    *,
    say: Callable[[str], None],
    console: "Console | None" = None,
) -> Collection:
    """The same collection with features for images: `recipe.views` of `train`, one of the others.

    The recipe leaves nothing open. Longer than two seconds are told: by a bar on a terminal, else
    by a line to `say`. Raises OptionError where views are not counted, or are to be mixed.
    """
    require_countable(recipe)
    body = placed(parts.body, recipe)
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    with surroundings(recipe), still(body):
        way = features_key(body, *_way(collection, recipe))
        looks = {
            name: _Looked(body, prepare, split, recipe if name == "train" else _once(recipe), way)
            for name, split in collection.splits.items()
        }
        total = sum(looked.rows for looked in looks.values())
        with Counting(total, "the frozen layers", say=say, console=console) as counting:
            splits = {name: looked.kept(counting.add) for name, looked in looks.items()}
    return replace(collection, splits=splits)


def parts_for(model: nn.Module, collection: Collection, recipe: Recipe, task: Task) -> Parts | None:
    """The parts of a network whose frozen beginning is to be computed once; None for any other.

    Where a task compares with the images themselves, features cannot stand in their place. Raises
    OptionError where the recipe shows what cannot be computed beforehand.
    """
    known = isinstance(collection.splits["train"].images, Features)
    frozen = not all(value.requires_grad for value in model.parameters())
    if known or not frozen or not recipe.cache or not recipe.views or not task.head:
        return None
    parts = part(model, collection.size)
    if parts is not None:
        require_countable(recipe)
    return parts


def standing_in(parts: Parts, collection: Collection, views: int) -> Collection:
    """The same collection with rows of nothing for images: what a head is tried and timed with."""
    splits: dict[str, Split] = {}
    for name, split in collection.splits.items():
        rows = torch.zeros(1, 1, parts.number).expand(views, len(split), parts.number)
        content = torch.zeros((len(split), 32), dtype=torch.uint8)
        splits[name] = replace(split, images=Features(rows, content))
    return replace(collection, splits=splits)


def require_countable(recipe: Recipe) -> None:
    """Raise OptionError where a recipe shows what cannot be computed beforehand."""
    remedy = "or compute all layers in every step: --no-cache (cache = False)"
    if not recipe.views:
        raise OptionError(
            "views = 0 makes new views in every epoch, and frozen layers cannot be computed once",
            help=["count them: --views 1 shows the images as they are", remedy],
        )
    for name in ("mixup", "cutmix"):
        if getattr(recipe, name):
            raise OptionError(
                f"{name} = {getattr(recipe, name):g} mixes images, and frozen layers are computed "
                "once for each image alone",
                help=[f"leave it out: --{name} 0", remedy],
            )


class _Looked:
    """A split as a recipe looks at it, and a body that is asked about it."""

    def __init__(
        self, body: nn.Module, prepare: Preparation, split: Split, recipe: Recipe, way: str
    ) -> None:
        self.body, self.prepare, self.split, self.recipe = body, prepare, split, recipe
        self.views = Views.of(split.images, recipe)
        changed = repr((self.views.change, recipe.seed, recipe.views)) if recipe.views > 1 else ""
        self.way = f"{way} {changed}".encode()
        self.rows = recipe.views * len(split)

    def kept(self, told: Callable[[int], None]) -> Split:
        """The split with features for images; `told` hears of every batch of rows."""
        content = self._content()
        name = hashlib.sha256(self.way + content.numpy().tobytes()).hexdigest()
        shape = (self.recipe.views, len(self.split), self._width())
        values = keep_features(name, partial(self._batches, told), shape)
        return Split(Features(values, content), self.split.labels, self.split.files)

    def _content(self) -> Tensor:
        """What each row follows from, as a digest: uint8 (image, 32)."""
        images = self.split.images
        levels = images.flatten(1) if isinstance(images, Tensor) else images.content
        digests = (hashlib.sha256(self.way + row.data).digest() for row in levels.cpu().numpy())
        joined = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 32)
        return torch.from_numpy(joined.copy())

    def _width(self) -> int:
        """How many numbers the body gives for an image."""
        none = torch.zeros((1, *self.split.images.shape[1:]), dtype=torch.uint8)
        return self._row(none).shape[1]

    def _batches(self, told: Callable[[int], None]) -> Iterator[Tensor]:
        """The rows of every image in the first view, then in the next: float32, cpu."""
        few = AT_ONCE.get(self.recipe.device, MOST)
        for view in range(self.recipe.views):
            for start in range(0, len(self.split), few):
                places: Places = np.arange(start, min(start + few, len(self.split)))
                yield self._row(self.views.view(view, places)).cpu()
                told(len(places))

    @torch.no_grad()
    def _row(self, images: Tensor) -> Tensor:
        """What the body gives for a few images."""
        with autocast(self.recipe):
            return self.body(self.prepare(images)).float()


def _once(recipe: Recipe) -> Recipe:
    """The recipe of a split that is looked at as it is."""
    return replace(recipe, views=1)


def _way(collection: Collection, recipe: Recipe) -> Iterator[str]:
    """What features follow from besides weights and images, whichever the split."""
    yield repr((FORMAT, collection.size, collection.mean, collection.std, collection.look))
    yield repr((recipe.precision, recipe.layout, recipe.threads, device_name(recipe.device)))
    yield repr((processor_name(), torch.backends.cpu.get_cpu_capability()))
