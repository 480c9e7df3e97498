"""What a network that classifies learns: one number for each class, the right one highest."""

from collections.abc import Mapping
from math import prod

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from striate.data.collection import Collection
from striate.errors import ShapeError
from striate.training import Recipe
from striate.training.task import means


def target(_x: Tensor, labels: Tensor) -> Tensor:
    """The number of the class of each image."""
    return labels


def loss(output: Tensor, target: Tensor, recipe: Recipe) -> Tensor:
    """The cross-entropy of each image's logits, some of each target spread over all classes."""
    return cross_entropy(output, target, label_smoothing=recipe.label_smoothing, reduction="none")


def measures(output: Tensor, target: Tensor) -> dict[str, Tensor]:
    """The cross-entropy of a batch, the images recognised, and those of each class beside all.

    "balanced_accuracy" is int64 (2, class): how many are recognised, and how many there are.
    """
    right, classes = output.argmax(1) == target, output.shape[1]
    of_each = [torch.bincount(labels, minlength=classes) for labels in (target[right], target)]
    return {
        "loss": cross_entropy(output, target, reduction="sum"),
        "accuracy": right.sum(),
        "balanced_accuracy": torch.stack(of_each),
    }


def finish(sums: Mapping[str, Tensor], count: int) -> dict[str, float]:
    """The mean loss, the accuracy, and its mean over the classes that occur."""
    right, there = sums["balanced_accuracy"].cpu().double()
    plain = {name: value for name, value in sums.items() if name != "balanced_accuracy"}
    recalls = (right / there)[there > 0]
    return means(plain, count) | {"balanced_accuracy": float(recalls.mean())}


def check(output: Tensor, collection: Collection) -> None:
    """Raise ShapeError where a network does not give one number for each class."""
    wanted, found = len(collection.classes), tuple(output.shape[1:])
    if found != (wanted,):
        size = "x".join(map(str, found)) or "nothing"
        remedy = "end the network in FC without a number: it takes the number of classes"
        if found and prod(found) == wanted:
            remedy = "end the network in FLATTEN, or in SOFTMAX, which adds it"
        raise ShapeError(
            f"the network gives {size} for each image, and {collection.name} has {wanted} classes",
            help=[remedy],
        )
