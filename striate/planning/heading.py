"""The head: the last layer gives a number for each class; whether it has to be added."""

from collections.abc import Sequence
from math import prod

from striate.language.network import Node, is_open, is_tall
from striate.language.tree import Word
from striate.planning.evaluation import Scope, evaluate


def missing(nodes: Sequence[Node], last: int, scope: Scope, *, softmax: bool) -> str | None:
    """The word to add at the end: FC where nothing says the classes, or FLATTEN; else None.

    What says them is their name, an FC that stands last, or a SOFTMAX over as many numbers.
    """
    named = "classes" in scope.used
    says = softmax and prod(nodes[last].size) == scope.classes
    if is_open(nodes, last, softmax=softmax) and not named and not says:
        return "FC"
    return "FLATTEN" if is_tall(nodes[last], softmax=softmax) else None


def takes_head(item: Word, scope: Scope) -> bool:
    """Whether one may be added: not where INPUT says head=no, as it does in what was expanded."""
    value = dict(item.options).get("head")
    says = "yes" if value is None else evaluate(value, scope)
    if value is not None and says not in ("yes", "no"):
        raise scope.complain(value.place, "INPUT: head is one of yes, no")
    return says == "yes"
