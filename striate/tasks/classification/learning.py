"""What a network that classifies learns: one number for each class, the right one highest."""

from torch import Tensor
from torch.nn.functional import cross_entropy

from striate.data.collection import Collection
from striate.errors import ShapeError
from striate.training import Recipe


def target(_x: Tensor, labels: Tensor) -> Tensor:
    """The number of the class of each image."""
    return labels


def loss(output: Tensor, target: Tensor, recipe: Recipe) -> Tensor:
    """The cross-entropy of each image's logits, some of each target spread over all classes."""
    return cross_entropy(output, target, label_smoothing=recipe.label_smoothing, reduction="none")


def measures(output: Tensor, target: Tensor) -> dict[str, Tensor]:
    """The cross-entropy of a batch and the number of images that are recognised."""
    return {
        "loss": cross_entropy(output, target, reduction="sum"),
        "accuracy": (output.argmax(1) == target).sum(),
    }


def check(output: Tensor, collection: Collection) -> None:
    """Raise ShapeError where a network does not give one number for each class."""
    wanted, found = len(collection.classes), tuple(output.shape[1:])
    if found != (wanted,):
        size = "x".join(map(str, found)) or "nothing"
        raise ShapeError(
            f"the network gives {size} for each image, and {collection.name} has {wanted} classes",
            help=["end the network in FC without a number: it takes the number of classes"],
        )
