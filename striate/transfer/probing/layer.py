"""The last layer of a head: where all that is trained is one linear map, which, and what it sees.

A head computes logits from rows of features. It can be fitted like a logistic regression where it
ends in [dropout] (linear or 1x1 convolution) [ReLU] [global average] [flatten] and nothing else
of it is trained: an average over places and a linear map may change places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from striate.nn.convolutions import Convolution
from striate.nn.pools import Adaptive

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_AVERAGES = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
_AVERAGING = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)
_DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
_DROPPING = (F.dropout, F.dropout1d, F.dropout2d, F.dropout3d)
_FLATTENING = (torch.flatten, "flatten")
_CLIPPING = (torch.relu, F.relu, "relu")


@dataclass(frozen=True, eq=False)
class Last:
    """The one layer of a head that is trained, and what lies around it."""

    path: str
    module: nn.Module
    reading: Callable[[Tensor], Tensor]
    """From rows (image, number) to what the layer sees (image, feature, *place), dropout off."""
    clipped: bool
    """Whether a ReLU stands behind it."""
    averaged: bool
    """Whether what leaves it is averaged over all places."""

    @property
    def weight(self) -> nn.Parameter:
        """(class, feature), with any number of axes of 1 behind."""
        weight: Any = self.module.weight
        return weight

    @property
    def bias(self) -> nn.Parameter | None:
        """(class,), or None."""
        bias: Any = self.module.bias
        return bias


def find_last(head: nn.Module) -> Last | None:
    """The last layer of a head, if it is the one thing that is trained and can be fitted.

    >>> graph = fx.Graph()
    >>> _ = graph.output(graph.call_module("fc", (graph.placeholder("rows"),)))
    >>> find_last(fx.GraphModule(nn.ModuleDict({"fc": nn.Linear(3, 2)}), graph)).path
    'fc'
    """
    if not isinstance(head, fx.GraphModule):
        return None
    found = _behind(head)
    if found is None:
        return None
    node, clipped, averaged = found
    module = head.get_submodule(str(node.target))
    trained = {id(number) for number in head.parameters() if number.requires_grad}
    own = {id(number) for number in module.parameters()}
    if trained != own or (clipped and len(own) < 2) or not _alone(head, node, own):
        return None
    if not isinstance(module, nn.Linear) and not averaged:
        return None
    seen = node.args[0]
    assert isinstance(seen, fx.Node)
    return Last(str(node.target), module, _reading(head, seen), clipped, averaged)


def _behind(head: fx.GraphModule) -> tuple[fx.Node, bool, bool] | None:
    """The linear node from which nothing but [ReLU] [average] [flatten] leads to the output."""
    node: Any = next(iter(reversed(head.graph.nodes))).args[0]
    averaged = clipped = False
    while isinstance(node, fx.Node) and len(node.users) == 1:
        module = _module(head, node)
        if _is_linear(module):
            return node, clipped, averaged
        if isinstance(module, nn.ReLU) or _calls(node, _CLIPPING):
            if clipped:
                return None
            clipped = True
        elif clipped:
            return None  # the ReLU comes straight behind the layer
        elif _is_average(module, node):
            averaged = True
        elif not (isinstance(module, nn.Flatten | nn.Identity) or _calls(node, _FLATTENING)):
            return None
        node = node.args[0] if node.args else None
    return None


def _module(head: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    return head.get_submodule(str(node.target)) if node.op == "call_module" else None


def _calls(node: fx.Node, functions: tuple[Any, ...]) -> bool:
    return node.op in ("call_function", "call_method") and node.target in functions


def _is_linear(module: nn.Module | None) -> bool:
    """A linear layer, at every place the same and looking at one place."""
    if isinstance(module, Convolution):
        plain = module.groups == 1 and module.table is None
        window = module.window
        steps = {*window.kernel, *window.stride} == {1} and not any(map(any, window.padding))
        return plain and steps
    if isinstance(module, _CONVOLUTIONS):
        still = module.padding in (0, "valid", (0,) * len(module.kernel_size))
        return module.groups == 1 and {*module.kernel_size, *module.stride} == {1} and still
    return isinstance(module, nn.Linear)


def _is_average(module: nn.Module | None, node: fx.Node) -> bool:
    """Whether a node averages over all places."""
    if isinstance(module, Adaptive):
        return module.kind == "average" and set(module.places) == {1}
    if isinstance(module, _AVERAGES):
        return _ones(module.output_size)
    if _calls(node, _AVERAGING):
        return _ones(node.args[1] if len(node.args) > 1 else node.kwargs.get("output_size"))
    if _calls(node, (torch.mean, "mean")):
        axes: Any = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
        return isinstance(axes, list | tuple) and sorted(axes) in ([-2, -1], [2, 3])
    return False


def _ones(size: Any) -> bool:
    return set(size if isinstance(size, tuple | list) else (size,)) == {1}


def _alone(head: fx.GraphModule, last: fx.Node, own: set[int]) -> bool:
    """Whether the layer's numbers are used there and nowhere else."""
    for node in head.graph.nodes:
        held: Any = ()
        if node.op == "call_module":
            held = head.get_submodule(str(node.target)).parameters()
        elif node.op == "get_attr":
            path, _, name = str(node.target).rpartition(".")
            held = [getattr(head.get_submodule(path), name)]
        if node is not last and any(id(number) in own for number in held):
            return False
    return True


def _reading(head: fx.GraphModule, seen: fx.Node) -> fx.GraphModule:
    """The part of a head that ends in one of its nodes, without its dropouts."""
    graph = fx.Graph()
    copied: dict[fx.Node, Any] = {}
    for node in head.graph.nodes:
        if isinstance(_module(head, node), _DROPOUTS) or _calls(node, _DROPPING):
            copied[node] = copied[node.args[0]]
        else:
            copied[node] = graph.node_copy(node, copied.__getitem__)
        if node is seen:
            break
    graph.output(copied[seen])
    return fx.GraphModule(head, graph)
