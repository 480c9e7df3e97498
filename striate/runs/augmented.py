"""augmented.png: what the network sees of a few training images, epoch after epoch."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from striate.data import Collection, Split
from striate.drawing import charts
from striate.runs.folder import AUGMENTED
from striate.training import Recipe
from striate.training.augmenting import about_augmentation
from striate.training.batches import Batch, Batches
from striate.training.writing import write_whole

IMAGES, VIEWS, EPOCHS = 6, 5, 20
"""How many images are drawn, how many views of each, and in how many epochs these are sought."""


def write_augmented(folder: Path, collection: Collection, recipe: Recipe) -> None:
    """Draw a few images and views of each, where a recipe changes images at all."""
    if not about_augmentation(recipe):
        return
    split = collection.splits["train"]
    batches = Batches(split, replace(recipe, device="cpu"))
    pictures: list[Tensor] = []
    captions: list[list[str]] = []
    for image in of_each_class(split):
        views, beneath = _views(batches, image, collection.classes)
        views.insert(0, split.images[image : image + 1])
        blank = torch.full_like(views[0], 255)
        missing = VIEWS + 1 - len(views)
        pictures.append(torch.cat([*views, *[blank] * missing]))
        name = collection.classes[int(split.labels[image])]
        captions.append([name, *beneath, *[""] * missing])
    write_whole(folder / AUGMENTED, charts.views(torch.stack(pictures).numpy(), captions))


def of_each_class(split: Split) -> list[int]:
    """The places of the first few images: the first of each class, then the second, and so on.

    >>> labels = torch.tensor([0, 0, 0, 1, 1])
    >>> of_each_class(Split(torch.zeros(5, 1, 2, 2, dtype=torch.uint8), labels, tuple("abcde")))
    [0, 3, 1, 4, 2]
    """
    labels = split.labels.numpy()
    sort = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[sort], labels[sort])
    turn = np.arange(len(labels)) - starts
    return sort[np.argsort(turn, kind="stable")][:IMAGES].tolist()


def _views(batches: Batches, image: int, classes: Sequence[str]) -> tuple[list[Tensor], list[str]]:
    """The first views of an image, each (1, channel, height, width), and what they are."""
    views: list[Tensor] = []
    captions: list[str] = []
    for epoch in range(min(EPOCHS, batches.recipe.epochs or 1)):
        batch = batches.shown(epoch, image)
        views += batch.images.unsqueeze(1)  # image by image; there may be none
        captions += [f"epoch {epoch + 1}{mixed}" for mixed in _mixed(batch, classes)]
        if len(views) >= VIEWS:
            break
    return views[:VIEWS], captions[:VIEWS]


def _mixed(batch: Batch, classes: Sequence[str]) -> list[str]:
    """How much of each image is of another class, in words."""
    if batch.others is None or batch.share is None:
        return [""] * len(batch)
    return [
        f", {share:.0%} {classes[other]}" if share > 0 else ""
        for share, other in zip((1 - batch.share).tolist(), batch.others.tolist(), strict=True)
    ]
