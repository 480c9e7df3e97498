"""What comes in: the input size from the text or from outside, and whether it makes sense."""

from striate.arithmetic.window import Size, show
from striate.errors import LanguageError, OptionError, ShapeError
from striate.language import layers as L
from striate.language.cursor import complain
from striate.language.network import Network
from striate.language.tree import Dimensions, Number, Tree, Word, first_item


def input_size(tree: Tree, given: Size | None, *, sure: bool = False) -> tuple[Size, str | None]:
    """The size of the input, channels first, and a note if it reads like a slip.

    A size from outside goes before the one in the text; `sure` if its order is beyond doubt.
    """
    size = given or written_size(tree)
    if size is None:
        help = ["write it in the text, INPUT 3x224x224, or give it: --input 3x224x224"]
        name = "the network" if tree.name == "network" else tree.name
        raise LanguageError(f"{name} has no input size", help=help)
    if min(size) < 1:
        raise OptionError(f"an input size is at least 1 in every number, found {show(size)}")
    if not sure:
        _check_order(size)
    return size, _slip(size)


def check_input(network: Network, given: Size | None) -> None:
    """A network of known sizes is for one input size: a ShapeError for another."""
    if given in (None, network.input):
        return
    fixed = next((node for node in network.nodes if isinstance(node.layer, L.Unshared)), None)
    what = f"{network.name} has sizes that were counted"
    if fixed is not None:
        what = f"{fixed.path} (line {fixed.line}): UNSHARED has a kernel for each place that it has"
    raise ShapeError(
        f"{what} for an input of {show(network.input)}, not of {show(given)}",
        help=[f"read the text of the network again, for an input of {show(given)}"],
    )


def written_size(tree: Tree) -> Size | None:
    """The size that stands behind INPUT in the text; None if there is none."""
    match first_item(tree):
        case Word("INPUT", arguments=(Dimensions(numbers),)):
            return numbers
        case Word("INPUT", arguments=(Number(value),)) if value.denominator == 1:
            return (value.numerator,)
        case Word("INPUT", place, arguments=(_,)):
            help = ["for example INPUT 3x224x224"]
            message = "the size of INPUT is written in whole numbers"
            raise complain(tree.text, tree.source, place, message, help)
        case _:
            return None


def written_classes(tree: Tree) -> int | None:
    """How many classes INPUT says that there are where nobody gives a number; None if it does not.

    >>> from striate.language import read
    >>> written_classes(read("INPUT 3x256x256 classes=2 -> CONV classes 1x1"))
    2
    """
    match first_item(tree):
        case Word("INPUT", options=options) if "classes" in dict(options):
            said = dict(options)["classes"]
            if isinstance(said, Number) and said.value.denominator == 1 and said.value > 0:
                return said.value.numerator
            message = "INPUT: classes is a whole number, at least 1"
            raise complain(tree.text, tree.source, said.place, message)
        case _:
            return None


def _check_order(size: Size) -> None:
    if len(size) > 1 and size[-1] in (1, 3, 4) and min(size[:-1]) > size[-1]:
        right = show((size[-1], *size[:-1]))
        raise OptionError(
            f"channels come first: {show(size)} would be {size[0]} channels",
            help=[f"write {right}"],
        )


def _slip(size: Size) -> str | None:
    if len(size) == 2 and size[0] == size[1]:
        grey = show((1, *size))
        return f"{show(size)} is {size[0]} channels along one axis: a grey image would be {grey}"
    return None
