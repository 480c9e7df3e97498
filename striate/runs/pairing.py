"""Pairing: weights, the network that they are for, and the images that both of them want.

Weights that do not say how their images were prepared are taken to want what most published ones
do: the mean and the deviation of ImageNet, the centre of what is an eighth larger.
"""

from dataclasses import replace
from pathlib import Path

from striate.data.images import margin
from striate.data.look import Look, Size
from striate.errors import OptionError
from striate.language import Tree
from striate.planning.entrance import input_size
from striate.runs.folder import RECIPE
from striate.runs.networks import Form
from striate.runs.record import read_record
from striate.runs.transferred import Asked
from striate.transfer.sources import open_weights
from striate.transfer.weights.record import Weights
from striate.zoo import entries, find

COMMON = (3, 224, 224)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of each channel over the photos of ImageNet, where 255 counts as 1."""


def opened(asked: Asked, network: Form) -> Weights | None:
    """The weights that are asked for. Raises WeightsError where they cannot be had or read."""
    return None if asked.weights is None else weights_for(network, asked.weights)


def weights_for(network: Form, source: str | Path) -> Weights:
    """The weights of a source for a network, with what a run folder knows of them if it is one."""
    name = network.name if isinstance(network, Tree) else ""
    weights, folder = open_weights(source, network=name), Path(source)
    if not (folder / RECIPE).is_file():
        return weights
    known = read_record(folder).images
    look = known.look or Look(known.size, margin(min(known.size[1:])), known.mean, known.std)
    return replace(weights, look=look, classes=known.classes)


def network_for(network: Form, weights: Weights | None) -> Form:
    """The network that is named, or the one that weights say they are for.

    Raises OptionError where weights are brought, and neither says which network they are for.
    """
    if network is not None or weights is None:
        return network
    if weights.network in {entry.name for entry in entries()}:
        return find(weights.network)
    raise OptionError(
        f"{weights.source} does not say which network it is for",
        help=["name it: --net resnet18; `striate zoo` lists networks"],
    )


def look_of(network: Form, asked: Size | None, weights: Weights | None) -> Look | Size | None:
    """What images are brought to: as asked, as the weights want it, or as the network's text says.

    None: as they are.
    """
    if weights is None:
        return written_size(network) if asked is None else asked
    look = weights.look or usual_look(written_size(network) or COMMON)
    if asked is None:
        return look
    if isinstance(asked, int):
        return look.sized(asked)
    return asked if isinstance(asked, Look) else replace(look.sized(min(asked[1:])), size=asked)


def usual_look(size: tuple[int, int, int]) -> Look:
    """How images are prepared for most published weights.

    >>> usual_look((3, 224, 224)).resize
    256
    """
    return Look(COMMON, margin(COMMON[1]), MEAN, DEVIATION).sized(min(size[1:]))


def written_size(network: Form) -> tuple[int, int, int] | None:
    """(channels, height, width) from the network's own text, if it says them."""
    if not isinstance(network, Tree) or not network.complete:
        return None
    size, _ = input_size(network, None)
    return (size[0], size[1], size[2]) if len(size) == 3 else None
