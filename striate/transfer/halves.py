"""Halves: the modules that a network is parted into, and the graphs that they compute."""

import copy
from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch import Tensor, fx, nn

from striate.transfer.boundary import Boundary
from striate.transfer.following import leading_to
from striate.transfer.freezing import hold_still

HOLDINGS = ("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set")
"""What a module keeps its tensors and its layers in."""


LYING = "lying_in_memory"


class Lying(nn.Module):
    """Images (image, channel, row, column) as they lie in memory where no body is left out.

    Dropout draws in the order of memory: a head draws what the whole network would.
    """

    layout = torch.contiguous_format

    def forward(self, x: Tensor) -> Tensor:
        """The same images."""
        return x.contiguous(memory_format=self.layout)


class Body(fx.GraphModule):
    """The frozen beginning of a network, always in evaluation mode."""

    def __init__(self, root: nn.Module, graph: fx.Graph) -> None:
        super().__init__(root, graph, class_name="Body")
        self.train()

    def train(self, mode: bool = True) -> "Body":
        """The body itself, which is never trained."""
        super().train(mode=False)
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "Body":
        return _in_place(self, lambda: super(Body, self)._apply(fn, recurse))


class Head(fx.GraphModule):
    """What follows the body, with all parameters and buffers of the network, under their keys.

    In training mode what is frozen of it stays in evaluation mode.
    """

    def __init__(self, root: nn.Module, graph: fx.Graph) -> None:
        if not hasattr(root, LYING):
            root.add_module(LYING, Lying())
        super().__init__(root, graph, class_name="Head")
        for name in HOLDINGS:
            vars(self)[name] = vars(root)[name]
        self.train(root.training)

    def train(self, mode: bool = True) -> "Head":
        """The head itself, in training mode but for what is frozen, or all in evaluation mode."""
        super().train(mode)
        hold_still(self)
        return self

    def to(self, *args: Any, **options: Any) -> Any:
        """The head itself, moved; what it makes of rows lies as its weights are to lie."""
        layout = options.get("memory_format")
        if layout is not None:
            getattr(self, LYING).layout = layout
        return super().to(*args, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Head":
        root = nn.Module()
        root.training = self.training
        for name in HOLDINGS:
            vars(root)[name] = copy.deepcopy(vars(self)[name], memo)
        memo[id(self)] = copied = Head(root, copy.deepcopy(self.graph))
        return copied

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "Head":
        return _in_place(self, lambda: super(Head, self)._apply(fn, recurse))


def before(graph: fx.Graph, cut: Boundary) -> fx.Graph:
    """What leads to a boundary, and ends in one row float32 for each image."""
    made, copies = fx.Graph(), dict[fx.Node, fx.Node]()
    rows: list[fx.Node] = []
    front = leading_to(cut.nodes)
    for node in filter(front.__contains__, graph.nodes):
        copies[node] = made.node_copy(node, copies.__getitem__)
    for node, size in zip(cut.nodes, cut.sizes, strict=True):
        row = copies[node]
        row = row if len(size) == 1 else made.call_function(torch.flatten, (row, 1))
        rows.append(made.call_method("float", (row,)))
    made.output(rows[0] if len(rows) == 1 else made.call_function(torch.cat, (rows, 1)))
    return made


def after(graph: fx.Graph, cut: Boundary) -> fx.Graph:
    """What goes on from rows behind a boundary: each value is given its size again."""
    made, copies, place = fx.Graph(), dict[fx.Node, fx.Node](), 0
    rows = made.placeholder("rows")
    for node, size, kind in zip(cut.nodes, cut.sizes, cut.types, strict=True):
        value, count = rows, prod(size)
        if len(cut.nodes) > 1:
            value = made.call_function(torch.narrow, (rows, 1, place, count))
        if len(size) > 1:
            value = made.call_function(torch.unflatten, (value, 1, size))
        if len(size) == 3:
            value = made.call_module(LYING, (value,))
        if kind != torch.float32:
            value = made.call_method("to", (value, kind))
        copies[node], place = value, place + count
    result = graph.output_node()
    behind = leading_to(result.all_input_nodes, frozenset(cut.nodes))
    for node in filter(behind.__contains__, graph.nodes):
        copies[node] = made.node_copy(node, copies.__getitem__)
    made.node_copy(result, copies.__getitem__)
    return made


def _in_place(module: Any, change: Callable[[], Any]) -> Any:
    """The module, changed; its buffers are the tensors that they were, for others have them too."""
    places = [(part, name, old) for part in module.modules() for name, old in _buffers(part)]
    change()
    for part, name, old in places:
        new = vars(part)["_buffers"][name]
        if new is not old:
            old.data = new.data
            vars(part)["_buffers"][name] = old
    return module


def _buffers(module: nn.Module) -> list[tuple[str, Tensor]]:
    held: dict[str, Tensor | None] = vars(module)["_buffers"]
    return [(name, tensor) for name, tensor in held.items() if tensor is not None]
