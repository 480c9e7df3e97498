"""striate: convolutional networks, from the first window sliding over an image to a served model.

    striate.plan("lenet5")                        sizes, parameters, products, fields, and why
    striate.check("photos/")                      every file decoded, duplicates, counts
    striate.train("digits")                       a run folder with weights, charts and measures
    striate.load("runs/digits-small1").predict("photo.png")

Everything is loaded when first used: importing striate costs nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from striate.language import Network, Tree
    from striate.planning import Plan
    from striate.reference import Written
    from striate.tasks.verbs import check, find_rate, load, repeat, resume, shard, train

__version__ = "0.1.0"
__all__ = [
    "build",
    "check",
    "find_rate",
    "load",
    "matrix",
    "plan",
    "read",
    "repeat",
    "resolve",
    "resume",
    "shard",
    "train",
    "write",
]


def read(source: "str | Path | Tree", *, network: str | None = None, **arguments: int) -> "Tree":
    """Read a network from its text, a `.cnn` file, or a name from the zoo.

    `network` asks for one of a text's definitions; the text's free numbers are given by name.

    >>> import striate
    >>> striate.read("INPUT 1x8x8 -> [CONV 8 -> RELU]*N -> FC", N=2).arguments
    {'N': 2}
    """
    from striate.zoo import find

    return find(source, arguments, network=network)


def resolve(
    source: "str | Path | Tree | Network",
    *,
    input: Sequence[int] | None = None,
    classes: int | None = None,
    strict: bool = False,
    **arguments: int,
) -> "Network":
    """A network with all sizes filled in, for an input of (channels, *axes)."""
    from striate.language import Network
    from striate.planning import Settings
    from striate.planning import resolve as filled
    from striate.planning.entrance import check_input
    from striate.zoo import find

    size = None if input is None else tuple(input)
    if isinstance(source, Network):
        check_input(source, size)
        return source
    tree = find(source, arguments)
    return filled(tree, Settings(size, classes, strict=strict))


def write(source: "str | Path | Tree | Network") -> str:
    """Write a network as canonical text: expanded where its input size is known, else as it stands.

    >>> import striate
    >>> striate.write("INPUT 1x8x8 - [conv 8,relu]*2 - fc")
    'INPUT 1x8x8 -> CONV 8 3x3 pad=1 -> RELU -> CONV 8 3x3 pad=1 -> RELU -> FC classes\\n'
    """
    from striate.language import Network, write, write_tree

    if isinstance(source, Network):
        return write(source)
    tree = read(source)
    return write(resolve(tree)) if tree.complete else write_tree(tree)


def plan(
    source: "str | Path | Tree | Network",
    *,
    input: Sequence[int] | None = None,
    classes: int | None = None,
    strict: bool = False,
    **arguments: int,
) -> "Plan":
    """What a network will cost before it is built, and the working behind every number.

    >>> import striate
    >>> striate.plan("lenet5").totals["parameters"].value
    60806
    """
    from striate.planning import plan as planned

    network = resolve(source, input=input, classes=classes, strict=strict, **arguments)
    return planned(network)


def matrix(input: Sequence[int], kernel: "str | int | Sequence[int]", **options: Any) -> "Written":
    """A convolution as the matrix that it is, for inputs of a size; printed, it shows itself.

    The kernel is a size, the name of a classical one, or its rows as text: "1,0;0,1". Options are
    `stride`, `padding` and `dilation`, the numbers of `channels` and `filters`, and `transposed`
    for the transposed convolution, with the size `to` return where several can be.

    >>> import striate
    >>> print(striate.matrix((4,), "1,-1"))
    1 -1  .  .
    .  1 -1  .
    .  .  1 -1
    3 x 4: 6 of 12 entries are weights, copies of 2
    """
    from striate.arithmetic.matrices import matrix as written

    return written(input, kernel, **options)


def build(
    source: "str | Path | Tree | Network",
    *,
    input: Sequence[int] | None = None,
    classes: int | None = None,
    **arguments: int,
) -> "nn.Module":
    """A network as a plain torch module whose `state_dict` keys are the paths; it gives logits.

    >>> import striate, torch
    >>> striate.build("INPUT 1x8x8 -> CONV 8 3x3 -> RELU -> FC 10")(torch.zeros(2, 1, 8, 8)).shape
    torch.Size([2, 10])
    """
    from striate.nn import build as built

    return built(resolve(source, input=input, classes=classes, strict=False, **arguments))


def __getattr__(name: str) -> Any:
    """The verbs that work on images, which are loaded when one is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'striate' has no attribute {name!r}")
    from striate.tasks import verbs

    return getattr(verbs, name)
