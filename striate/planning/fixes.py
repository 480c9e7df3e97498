"""Fixes: changes after which the whole network fits, each tried by expanding it."""

from collections.abc import Iterator
from dataclasses import replace

from striate.arithmetic.window import Size, show
from striate.errors import StriateError
from striate.language.names import walk
from striate.language.tree import Tree
from striate.planning.changes import LAST_RESORT, Change, changes
from striate.planning.editing import edited
from striate.planning.expansion import Settings, expand
from striate.planning.misfit import Misfit

_SHOWN = 4
_TRIES = 400
_ITEMS = 10_000


def checked_fixes(tree: Tree, settings: Settings, misfit: Misfit) -> list[str]:
    """The first few changes that help, each in words with the size that it gives."""
    fixes: dict[frozenset[str], str] = {}
    left = _tries(misfit)
    for change in _sensible(tree, settings, misfit):
        if len(fixes) == _SHOWN:
            break
        needed = not any(helped <= change.parts for helped in fixes)
        if needed and (left > 0 or change.kind == LAST_RESORT):
            left -= 1
            size = _size_after(change, tree, settings, misfit.path)
            if size is not None:
                fixes[change.parts] = f"{change.says} gives {show(size)}"
    return list(fixes.values())


def _tries(misfit: Misfit) -> int:
    """How many changes may be tried: fewer where a try goes through many items."""
    return max(1, min(_TRIES, _ITEMS // misfit.visited))


def _sensible(tree: Tree, settings: Settings, misfit: Misfit) -> Iterator[Change]:
    """Changes of what stands in the text (a block does not) that fit at least by themselves."""
    flows = [tree.body, *(definition.body for definition in tree.definitions.values())]
    written = {item for flow in flows for item in walk(flow)}
    for change in changes(misfit):
        says_something = change.old in written and change.new not in (None, change.old)
        if change.input or (says_something and _fits_alone(change, tree, settings, misfit)):
            yield change


def _fits_alone(change: Change, tree: Tree, settings: Settings, misfit: Misfit) -> bool:
    """Whether the item in trouble fits what arrives, as far as that is known without others."""
    if change.new is None or change.old != misfit.item or len(misfit.inputs) > 1:
        return True
    alone = replace(settings, input=misfit.arriving[0], head=False)
    try:
        expand(replace(tree, body=(change.new,)), alone)
    except Misfit:
        return False
    except StriateError:
        return True
    return True


def _size_after(change: Change, tree: Tree, settings: Settings, path: str) -> Size | None:
    """The size that the item in trouble, or the network, has after a change; None if it fails."""
    if change.old is not None and change.new is not None:
        tree = edited(tree, change.old, change.new)
    if change.input is not None:
        settings = replace(settings, input=change.input)
    try:
        network = expand(tree, settings)
    except (Misfit, StriateError):
        return None
    joins = {path, path.replace("+", "|")}
    for node in network.nodes:
        if node.path == path or (path[-1] in "+|" and node.path.rstrip("0123456789") in joins):
            return node.size
    return network.output
