"""Boundary: where a frozen beginning is cut off, so that as few numbers as can be cross.

Every frozen layer is in front of the boundary. What has no parameters is on the side that makes it
narrower: a pool in front of it, an enlargement behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, fx, nn

from striate.arithmetic.window import Size
from striate.transfer.following import Beginning, Nodes, sharing

Kinds = Mapping[fx.Node, tuple[Size, torch.dtype] | None]
"""The size for one image, and the type, of the value of a node; None of what cannot cross."""


@dataclass(frozen=True)
class Boundary:
    """The values that cross, in the order of the graph, and the size and type of each."""

    nodes: tuple[fx.Node, ...]
    sizes: tuple[Size, ...]
    types: tuple[torch.dtype, ...]


def boundary(model: nn.Module, graph: fx.Graph, start: Beginning, size: Size) -> Boundary | None:
    """The narrowest boundary that is found behind all frozen layers, for inputs of a size.

    None where something would have to cross that is not a value of each image.
    """
    kinds = _kinds(model, graph, start, size)

    def cost(front: Nodes) -> tuple[int, int, int]:
        return (*_cost(_crossing(front, start.constant), kinds), -len(front))

    front = start.inside
    while (narrower := min([front, *_smaller(graph, front, start)], key=cost)) is not front:
        front = narrower
    crossing = _crossing(front, start.constant)
    nodes = tuple(node for node in graph.nodes if node in crossing)
    known = [kind for node in nodes if (kind := kinds[node]) is not None]
    if len(known) < len(nodes):
        return None
    return Boundary(nodes, tuple(size for size, _ in known), tuple(kind for _, kind in known))


def _crossing(front: Nodes, constant: Nodes) -> Nodes:
    """The nodes of the front whose values are used behind it."""
    return frozenset(
        node
        for node in front
        if node not in constant and any(user not in front for user in node.users)
    )


def _cost(crossing: Nodes, kinds: Kinds) -> tuple[int, int]:
    """How many values cross that cannot, and how many numbers do for each image."""
    known = [kind for node in crossing if (kind := kinds[node]) is not None]
    return len(crossing) - len(known), sum(prod(size) for size, _ in known)


def _smaller(graph: fx.Graph, front: Nodes, start: Beginning) -> list[Nodes]:
    """Fronts that give up what follows from one of the nodes, with that node and without."""
    found: list[Nodes] = []
    for node in graph.nodes:
        varies = node in front and node not in start.constant
        if not varies or any(user in start.needed for user in node.users):
            continue
        behind = _behind(node, front)
        for given_up in (behind, behind | {node}):
            if given_up and not given_up & start.needed:
                found.append(front - given_up)
    return found


def _behind(node: fx.Node, front: Nodes) -> Nodes:
    """What of the front follows from a node."""
    found, waiting = set[fx.Node](), [node]
    while waiting:
        users = [user for user in waiting.pop().users if user in front and user not in found]
        found.update(users)
        waiting += users
    return frozenset(found)


def _kinds(model: nn.Module, graph: fx.Graph, start: Beginning, size: Size) -> Kinds:
    """What the nodes of a beginning give for one image of zeros."""
    weight = next((tensor for tensor in model.parameters() if tensor.is_floating_point()), None)
    assert weight is not None
    runner = _Runner(sharing(model).eval(), graph=graph)
    runner.wanted = start.inside
    with torch.no_grad():
        runner.run(torch.zeros(1, *size, dtype=weight.dtype, device=weight.device))
    return runner.kinds


class _Runner(fx.Interpreter):
    """Computes the wanted nodes of a graph, and keeps what kind of value each gives."""

    wanted: Nodes = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kinds: dict[fx.Node, tuple[Size, torch.dtype] | None] = {}

    def run_node(self, n: fx.Node) -> Any:
        """The value of a node; none of one that is not wanted."""
        if n not in self.wanted:
            return None
        value = super().run_node(n)
        crosses = isinstance(value, Tensor) and value.is_floating_point() and value.ndim > 1
        kind = (tuple(value.shape[1:]), value.dtype) if crosses and len(value) == 1 else None
        self.kinds[n] = kind
        return value
