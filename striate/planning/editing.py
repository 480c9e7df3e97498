"""A tree with one word changed: what a fix would make of the text."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from striate.language.tree import (
    Bracket,
    Branches,
    Definition,
    Expression,
    Flow,
    Item,
    Name,
    Number,
    Tree,
    Word,
)
from striate.language.words import PADDING_WORDS, WORDS


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
    kept = tuple(option for option in word.options if option[0] != name)
    flags = tuple(f for f in word.flags if name != "pad" or f not in PADDING_WORDS)
    return replace(word, options=(*kept, (name, _expression(word, value))), flags=flags)


def with_argument(word: Word, name: str, value: int) -> Word | None:
    """A word with one number set; None if the ones before it are left out."""
    position = WORDS[word.word].arguments.index(name)
    if len(word.arguments) < position:
        return None
    arguments = list(word.arguments)
    arguments[position : position + 1] = [_expression(word, value)]
    return replace(word, arguments=tuple(arguments))


def _expression(word: Word, value: int | str) -> Expression:
    if isinstance(value, str):
        return Name(value, word.place)
    return Number(Fraction(value), word.place)
