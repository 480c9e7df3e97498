"""A tree with one word changed: what a fix would make of the text."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from striate.arithmetic.padding import WORDS as PADDING_WORDS
from striate.language.tree import (
    Bracket,
    Branches,
    Definition,
    Dimensions,
    Expression,
    Flow,
    Item,
    Name,
    Number,
    Tree,
    Word,
)
from striate.language.words import WORDS


def edited(tree: Tree, old: Item, new: Item) -> Tree:
    """The tree with one item in place of another, wherever it stands."""
    definitions: Mapping[str, Definition] = {
        name: replace(definition, body=_flow(definition.body, old, new))
        for name, definition in tree.definitions.items()
    }
    return replace(tree, definitions=definitions, body=_flow(tree.body, old, new))


def _flow(flow: Flow, old: Item, new: Item) -> Flow:
    return tuple(_item(item, old, new) for item in flow)


def _item(item: Item, old: Item, new: Item) -> Item:
    if item == old:
        return new
    if isinstance(item, Bracket):
        return replace(item, body=_flow(item.body, old, new))
    if isinstance(item, Branches):
        return replace(item, flows=tuple(_flow(flow, old, new) for flow in item.flows))
    return item


def with_option(word: Word, name: str, value: int | str) -> Word:
    """A word with one option set."""
    word = without_option(word, name)
    return replace(word, options=(*word.options, (name, _expression(word, value))))


def without_option(word: Word, name: str) -> Word:
    """A word with one option left out; padding may be a flag, too."""
    kept = tuple(option for option in word.options if option[0] != name)
    flags = tuple(f for f in word.flags if name != "pad" or f not in PADDING_WORDS)
    return replace(word, options=kept, flags=flags)


def with_argument(word: Word, name: str, value: int) -> Word | None:
    """A word with one number set; None if the ones before it are left out.

    A kernel that stands alone stays a size: CONV 5x5 becomes CONV 3x3.
    """
    position = WORDS[word.word].arguments.index(name)
    arguments = list(word.arguments)
    alone = arguments[0] if len(arguments) == 1 and name in ("filters", "kernel") else None
    new = _expression(word, value)
    if isinstance(alone, Dimensions) and position < 2 and word.word not in _POOLS:
        if name == "filters":
            return replace(word, arguments=(new, alone))
        return replace(word, arguments=(replace(alone, numbers=(value,) * len(alone.numbers)),))
    if len(arguments) < position:
        return None
    arguments[position : position + 1] = [new]
    return replace(word, arguments=tuple(arguments))


def number_in(word: Word, name: str, default: int) -> int:
    """The number that a word is given under a name, the largest of a size; else the default."""
    known = dict(zip(WORDS[word.word].arguments, word.arguments, strict=False)) | dict(word.options)
    match known.get(name):
        case Number(value):
            return int(value)
        case Dimensions(numbers):
            return max(numbers)
        case _:
            return default


_POOLS = ("POOL", "MAXPOOL", "MINPOOL", "AVGPOOL")


def _expression(word: Word, value: int | str) -> Expression:
    if isinstance(value, str):
        return Name(value, word.place)
    return Number(Fraction(value), word.place)
