"""Balance: making up for classes that have far fewer images than others.

Two ways. `weights`: the loss of an image counts n / (classes * images of its class), so that each
class counts the same, and the mean over all images is 1. `sampling`: an epoch shows each class as
often as the others, and so some images several times and others not at all (see
`data.chance.balanced`). The loss of `val` is never weighed, nor are its images chosen.
"""

import torch
from torch import Tensor

from striate.data.collection import Collection
from striate.training.recipe import Recipe

LARGER = 3
"""How many times the images of the smallest class the largest may have before it is said."""


def class_weights(labels: Tensor) -> Tensor:
    """What an image of each class counts, float32 (class,): 0 for a class without images.

    >>> class_weights(torch.tensor([0, 0, 0, 2])).tolist()
    [0.6666666865348816, 0.0, 2.0]
    """
    counts = torch.bincount(labels).double()
    weights = len(labels) / (counts.count_nonzero() * counts)
    return torch.where(counts > 0, weights, 0).float()


def weigher(recipe: Recipe, labels: Tensor) -> Tensor | None:
    """The weight of each class, on the device of a recipe; None where all images count alike."""
    return class_weights(labels).to(recipe.device) if recipe.balance == "weights" else None


def about_balance(collection: Collection, recipe: Recipe) -> list[str]:
    """A sentence if some class has far fewer training images than another, and none otherwise."""
    counts = torch.bincount(
        collection.splits["train"].labels, minlength=len(collection.classes)
    ).tolist()
    most, least = max(counts), min(counts)
    if most <= LARGER * least:
        return []
    large, small = (collection.classes[counts.index(count)] for count in (most, least))
    done = {
        "none": "--balance weights or --balance sampling makes up for it",
        "weights": "the loss of each image is weighed so that every class counts the same",
        "sampling": "each epoch shows every class as often as the others",
    }[recipe.balance]
    return [f"{large} has {most} training images and {small} has {least}: {done}"]
