"""What comes in: the input size from the text or from outside, and whether it makes sense."""

from striate.arithmetic.window import Size, show
from striate.errors import LanguageError, OptionError
from striate.language.cursor import complain
from striate.language.tree import Dimensions, Number, Tree, Word, first_item


def input_size(tree: Tree, given: Size | None) -> tuple[Size, str | None]:
    """The size of the input, channels first, and a note if it reads like a slip.

    A size from outside goes before the one in the text.
    """
    size = given or _written(tree)
    if size is None:
        help = ["write it in the text, INPUT 3x224x224, or give it: --input 3x224x224"]
        raise LanguageError("the network has no input size", help=help)
    if min(size) < 1:
        raise OptionError(f"an input size is at least 1 in every number, found {show(size)}")
    _check_order(size)
    return size, _slip(size)


def _written(tree: Tree) -> Size | None:
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
