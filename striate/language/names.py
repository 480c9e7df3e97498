"""Are all names known? Checked once after reading, so that a slip is found before any size is."""

from collections.abc import Iterable, Iterator

from striate.errors import LanguageError, OptionError
from striate.language.cursor import complain
from striate.language.items import suggest
from striate.language.tree import (
    Argument,
    Bracket,
    Branches,
    Call,
    Definition,
    Expression,
    Flow,
    Item,
    Name,
    Operation,
    Tree,
    Word,
)
from striate.language.words import RESERVED, WORDS


def check_names(tree: Tree) -> None:
    """Raise a LanguageError at the first call of something that is nowhere defined."""
    callable = {*tree.blocks, *tree.definitions}
    for definition in tree.definitions.values():
        known = {*callable, *(parameter.name for parameter in definition.parameters)}
        _check(tree, calls((*_defaults(definition), *definition.body)), known)
    _check(tree, calls(tree.body), callable)


def check_arguments(tree: Tree) -> None:
    """Raise an OptionError for an argument from outside that the text does not ask for."""
    wanted = _free(tree.body)
    for definition in tree.definitions.values():
        own = {parameter.name for parameter in definition.parameters}
        wanted |= _free(definition.body) - own
        wanted |= own if definition.name == tree.name else set()
    for name in tree.arguments:
        if name not in wanted - {*RESERVED, *tree.definitions}:
            message = f"the text has no number '{name}' that could be given"
            raise OptionError(message, help=suggest(name, wanted) or ["leave it out"])


def calls(flow: Flow) -> Iterator[Call]:
    """All calls of a flow, however deep, those that are arguments of others included."""
    for item in walk(flow):
        if isinstance(item, Call):
            yield item
            yield from calls(tuple(_called(item.arguments)))


def walk(flow: Flow) -> Iterator[Item]:
    """All items of a flow, those in brackets and branches included."""
    for item in flow:
        yield item
        if isinstance(item, Bracket):
            yield from walk(item.body)
        elif isinstance(item, Branches):
            for branch in item.flows:
                yield from walk(branch)


def numbers(item: Item) -> Iterator[Expression]:
    """The expressions that stand with an item itself."""
    match item:
        case Word():
            yield from item.arguments
            yield from (value for _, value in item.options)
        case Call():
            yield from (a.value for a in item.arguments if not isinstance(a.value, Call))
            for call in _called(item.arguments):
                yield from numbers(call)
        case Bracket(repeat=repeat) | Branches(repeat=repeat) if repeat is not None:
            yield repeat
        case _:
            return


def names(expression: Expression) -> Iterator[str]:
    """The names in an expression."""
    if isinstance(expression, Name):
        yield expression.name
    elif isinstance(expression, Operation):
        yield from names(expression.left)
        yield from names(expression.right)


def _free(flow: Flow) -> set[str]:
    return {name for item in walk(flow) for given in numbers(item) for name in names(given)}


def _called(arguments: Iterable[Argument]) -> Iterator[Call]:
    return (argument.value for argument in arguments if isinstance(argument.value, Call))


def _defaults(definition: Definition) -> Iterator[Call]:
    defaults = (parameter.default for parameter in definition.parameters)
    return (default for default in defaults if isinstance(default, Call))


def _check(tree: Tree, found: Iterable[Call], known: set[str]) -> None:
    for call in found:
        if call.name not in known:
            raise _unknown(tree, call, known)


def _unknown(tree: Tree, call: Call, known: set[str]) -> LanguageError:
    help = suggest(call.name.upper(), [*WORDS, *tree.blocks]) or suggest(call.name, known)
    message = f"'{call.name}' is neither a word nor defined in this text"
    return complain(tree.text, tree.source, call.place, message, help)
