"""What a network that reconstructs learns: its own input, as it was prepared and augmented."""

from torch import Tensor

from striate.arithmetic.window import show
from striate.data.collection import Collection
from striate.errors import ShapeError
from striate.training import Recipe


def target(x: Tensor, _labels: Tensor) -> Tensor:
    """The images that the network is given."""
    return x


def loss(output: Tensor, target: Tensor, _recipe: Recipe) -> Tensor:
    """The mean squared error of each image, over channels and pixels."""
    return errors(output, target)


def errors(output: Tensor, target: Tensor) -> Tensor:
    """The mean squared error of each image: (image,)."""
    return (output - target).square().flatten(1).mean(1)


def measures(output: Tensor, target: Tensor) -> dict[str, Tensor]:
    """The errors of a batch, summed, and what they leave of the variance.

    Prepared training images have variance 1 in every channel, so the error of an image is the share
    of their variance that is not explained. (An evaluation divides by the variance of the very
    images that it judges.)
    """
    error = errors(output, target)
    return {"loss": error.sum(), "explained": (1 - error).sum()}


def check(output: Tensor, collection: Collection) -> None:
    """Raise ShapeError where a network does not give images of the size of its input."""
    wanted, found = collection.size, tuple(output.shape[1:])
    if found != wanted:
        channels, height, width = wanted
        raise ShapeError(
            f"the network gives {show(found) or 'nothing'} for each image, and the images of "
            f"{collection.name} are {show(wanted)}",
            help=[
                f"end the network in DECONV {channels} to={height}x{width}: `to` is the size that "
                "it gives back",
                "the zoo's autoencoder gives back images of any size: --net autoencoder",
            ],
        )
