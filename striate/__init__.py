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

    from striate.drawing.films import Film
    from striate.drawing.gallery.making import Gallery
    from striate.drawing.networks.drawing import Drawing
    from striate.language import Network, Tree
    from striate.planning import Plan
    from striate.planning.comparison import Comparison
    from striate.reference import Written
    from striate.tasks.verbs import (
        check,
        filter,
        find_rate,
        load,
        pretrained,
        repeat,
        resume,
        shard,
        train,
        trainable,
    )

    Source = str | Path | Tree | Network | nn.Module

__version__ = "0.1.0"
__all__ = [
    "build",
    "check",
    "compare",
    "draw",
    "filter",
    "find_rate",
    "load",
    "matrix",
    "plan",
    "pretrained",
    "read",
    "repeat",
    "resolve",
    "resume",
    "shard",
    "train",
    "trainable",
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
    source: "Source",
    *,
    input: Any = None,
    classes: int | None = None,
    strict: bool = False,
    **arguments: int,
) -> "Network":
    """A network with all sizes filled in, for an input of (channels, *axes).

    A torch module, or the name of what makes one, is inspected; it may have several inputs.
    """
    from striate.opening import sized

    network = sized(source, input, classes, arguments, strict=strict)
    if network.error is not None:
        raise network.error
    return network


def write(source: "Source", *, input: Any = None) -> str:
    """Write a network as canonical text: expanded where its input size is known, else as it stands.

    Of a torch module the size of its `input` is needed. Raises LanguageError where the language
    has no word for something in it.

    >>> import striate
    >>> striate.write("INPUT 1x8x8 - [conv 8,relu]*2 - fc")
    'INPUT 1x8x8 -> CONV 8 3x3 pad=1 -> RELU -> CONV 8 3x3 pad=1 -> RELU -> FC classes\\n'
    """
    from striate.language import Network, write, write_tree
    from striate.opening import is_module

    given: Any = resolve(source, input=input) if is_module(source) else source
    if isinstance(given, Network):
        return write(given)
    tree = read(given)
    return write(resolve(tree)) if tree.complete else write_tree(tree)


def plan(
    source: "Source",
    *,
    input: Any = None,
    classes: int | None = None,
    strict: bool = False,
    **arguments: int,
) -> "Plan":
    """What a network will cost before it is built, and the working behind every number.

    An input with letters, "3xHxW", is any size: a FreePlan has closed forms, and which sizes fit.

    >>> import striate
    >>> striate.plan("lenet5").totals["parameters"].value
    60806
    >>> print(striate.plan("lenet5", input="1xHxW").row("s2").size[1])
    H//2 - 2
    """
    from striate.opening import in_letters, sized
    from striate.planning import plan as planned

    if isinstance(input, tuple | list) and any(isinstance(n, str) for n in input):
        input = "x".join(map(str, input))
    if isinstance(input, str):
        return in_letters(source, input, classes, arguments, strict=strict)
    return planned(sized(source, input, classes, arguments, strict=strict))


def compare(
    *networks: "str | Path | Tree | Network | Plan",
    input: Sequence[int] | None = None,
    classes: int | None = None,
    share: Sequence[str] = (),
    layers: bool | None = None,
) -> "Comparison":
    """Networks side by side, and how many times as much each costs as the first.

    `share` are words or patterns of paths whose part of the parameters is shown; `layers` puts
    layers beside each other (None: if all networks have equally many).

    >>> import striate
    >>> made = striate.compare("INPUT 1x16x16 -> FC 100", "INPUT 1x16x16 -> CONV 100 3x3")
    >>> made.as_dict()["ratios"][0]["parameters"] == 1000 / 25700
    True
    """
    from striate.planning import Plan
    from striate.planning.comparison import compare as compared
    from striate.planning.comparison import name_of

    plans = [
        one if isinstance(one, Plan) else plan(resolve(one, input=input, classes=classes))
        for one in networks
    ]
    names = [name_of(one, made.network) for one, made in zip(networks, plans, strict=True)]
    return compared(plans, names, share=share, layers=layers)


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


def draw(
    what: "Source", *, unit: tuple[str, Sequence[int]] | None = None, **options: Any
) -> "Film | Drawing | Gallery":
    """A film of a window that slides, a network drawn, or the gallery; in notebooks they show.

    A film is asked for by its kind (conv, unshared, tiled, transpose, separable, pool, adaptive,
    channels, gradients, matrix, shift, stride); its options are those of `striate draw`, the fields
    of `striate.drawing.films.scenes.options.Options`. That of a layer is "lenet5#c3". Of a network
    the options are `input`, `classes` and the numbers of its text; `unit` is a layer's path and a
    place in it, traced back to the input. "gallery" is every worked example of the textbook.

    >>> import striate
    >>> film = striate.draw("conv", matrix="1,2,-1,0", kernel="2,0,-1")
    >>> film.written(film.frames[0].sums[0])
    '1*2 + 2*0 + (-1)*(-1) = 3'
    """
    from striate.drawing.asking import ask

    def planned(*asked: Any) -> "Plan":
        from striate.opening import followed_plan  # a film needs no planner

        return followed_plan(*asked)

    return ask(what, unit, options, planned)


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
