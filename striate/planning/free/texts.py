"""A text planned for every input size."""

from dataclasses import replace

from striate.arithmetic.window import Size
from striate.errors import ShapeError
from striate.language.names import walk
from striate.language.network import Network
from striate.language.tree import Tree, Word
from striate.planning.entrance import written_size
from striate.planning.expansion import Settings, expand, usual_classes
from striate.planning.free.letters import FreeSize
from striate.planning.free.making import free_of
from striate.planning.free.plan import FreePlan
from striate.planning.free.trying import Networks
from striate.planning.misfit import Misfit

_PHOTO = 224


def free_plan(tree: Tree, size: FreeSize | str, settings: Settings | None = None) -> FreePlan:
    """The plan of a text for inputs with letters; the example is the input that the text names.

    >>> from striate.language import read
    >>> made = free_plan(read("CONV 8 7x7 stride=2 pad=3 -> POOL 3 stride=2 pad=1"), "3xHxW")
    >>> print(made.row("1").size[1])
    (H - 1)//4 + 1
    """
    size = FreeSize.of(size) if isinstance(size, str) else size
    settings = settings or Settings()
    written = written_size(tree)
    example = None if written is None else size.numbers(written)
    if settings.classes is None:
        usual = size.at(example or dict.fromkeys(size.letters, _PHOTO))
        settings = replace(settings, classes=usual_classes(tree, usual))
    return free_of(networks_of(tree, settings), size, example=example, steady=_steady(tree))


def networks_of(tree: Tree, settings: Settings) -> Networks:
    """The network of a text for each input size; without fixes where it does not fit."""

    def network(size: Size) -> Network:
        try:
            return expand(tree, replace(settings, input=size, sure=True))
        except Misfit as misfit:
            where = f"{misfit.path} (line {misfit.item.place.line})"
            raise ShapeError(f"{where}: {misfit.error.message}") from None

    return network


def _steady(tree: Tree) -> bool:
    """Whether no word is left out where its window does not fit."""
    bodies = [tree.body, *(definition.body for definition in tree.definitions.values())]
    words = (item for body in bodies for item in walk(body) if isinstance(item, Word))
    return not any(word.optional for word in words)
