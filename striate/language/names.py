"""Are all names known? Checked once after reading, so that a slip is found before any size is."""

from collections.abc import Iterator

from striate.errors import LanguageError
from striate.language.cursor import complain
from striate.language.items import suggest
from striate.language.tree import Bracket, Branches, Call, Flow, Item, Tree
from striate.language.words import WORDS


def check_names(tree: Tree) -> None:
    """Raise a LanguageError at the first call of something that is nowhere defined."""
    for definition in tree.definitions.values():
        known = {*tree.definitions, *(parameter.name for parameter in definition.parameters)}
        for call in calls(definition.body):
            if call.name not in known:
                raise _unknown(tree, call, known)
    for call in calls(tree.body):
        if call.name not in tree.definitions:
            raise _unknown(tree, call, set(tree.definitions))


def calls(flow: Flow) -> Iterator[Call]:
    """All calls of a flow, however deep."""
    for item in walk(flow):
        if isinstance(item, Call):
            yield item


def walk(flow: Flow) -> Iterator[Item]:
    """All items of a flow, those in brackets and branches included."""
    for item in flow:
        yield item
        if isinstance(item, Bracket):
            yield from walk(item.body)
        elif isinstance(item, Branches):
            for branch in item.flows:
                yield from walk(branch)


def _unknown(tree: Tree, call: Call, known: set[str]) -> LanguageError:
    help = suggest(call.name.upper(), WORDS) or suggest(call.name, known)
    message = f"'{call.name}' is neither a word nor defined in this text"
    return complain(tree.text, tree.source, call.place, message, help)
