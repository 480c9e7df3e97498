"""Naming: the path of each node, from the modules that were called and the functions in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from striate.inspection.book import Operation
from striate.language import layers as L
from striate.language.network import Node
from striate.planning.levels import number_joins

_JOINS: Mapping[type[L.Layer], str] = {L.Add: "+", L.Concatenate: "|"}


def named(operations: Sequence[Operation]) -> tuple[Node, ...]:
    """Nodes with their paths, and with notes on weights that are those of an earlier node.

    A module that calls no other gives its path to what it computes: to the only node, or to the
    one that its weights are used in; all else is named by its function behind that path.
    """
    visits = Counter((id(operation.visit), operation.own) for operation in operations)
    alone = Counter(id(operation.visit) for operation in operations)
    nodes: list[Node] = []
    for operation in operations:
        key = id(operation.visit)
        mine = alone[key] == 1 or (operation.own and visits[key, True] == 1)
        nodes.append(replace(operation.node, path=_path(operation, mine=mine)))
    return _shared(operations, _told_apart(number_joins(nodes)))


def _path(operation: Operation, *, mine: bool) -> str:
    visit, layer = operation.visit, operation.node.layer
    if isinstance(layer, L.Input):
        return "input"
    if isinstance(layer, L.Scale) and len(operation.weights) == 1:
        return next(iter(operation.weights))
    if visit.compiled and (owner := _owner(operation)):
        return owner
    if visit.leaf and mine:
        return visit.called() or operation.name
    name = _JOINS.get(type(layer), operation.name)
    return f"{visit.called()}.{name}" if visit.path else name


def _owner(operation: Operation) -> str:
    """The module whose weights are used: inside compiled code that is all that can be known."""
    owners = {weight.rpartition(".")[0] for weight in operation.weights}
    return owners.pop() if len(owners) == 1 else ""


def _told_apart(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Equal paths numbered from the second on."""
    seen, taken = Counter[str](), {node.path for node in nodes}
    made: list[Node] = []
    for node in nodes:
        seen[node.path] += 1
        path = node.path
        while seen[node.path] > 1 and (path := f"{node.path}#{seen[node.path]}") in taken:
            seen[node.path] += 1
        taken.add(path)
        made.append(node if path == node.path else replace(node, path=path))
    return tuple(made)


def _shared(operations: Sequence[Operation], nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes that say whose weights they use, where those are counted elsewhere."""
    made: list[Node] = []
    for operation, node in zip(operations, nodes, strict=True):
        if operation.shares:
            first = ", ".join(nodes[number].path for number in operation.shares)
            notes = (*node.notes, f"its weights are those of {first}, and counted there")
            node = replace(node, notes=notes)
        made.append(node)
    return tuple(made)
