"""Following: the graph of a network, and which beginning of it stays the same while it is trained.

That beginning depends on the input and on frozen parameters alone. Dropout belongs to it only where
a frozen layer stands behind it: the last dropout before a trained layer is there to train that.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from torch import fx, nn

DRAWING = (
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
    nn.RReLU,
    nn.FractionalMaxPool2d,
    nn.FractionalMaxPool3d,
)
"""What draws at random while it is trained."""

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)
MOVING = (*BATCH_NORMS, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)
"""What follows its inputs while it is trained."""

Nodes = frozenset[fx.Node]


@dataclass(frozen=True)
class Beginning:
    """The nodes of a graph that depend on nothing that is trained.

    `needed` are those that a frozen layer needs, itself included: no network computes them twice.
    `constant` do not depend on the input either.
    """

    inside: Nodes
    needed: Nodes
    constant: Nodes


def trace(model: nn.Module) -> fx.Graph | None:
    """The graph of a model, which stays as it is; None where it cannot be followed.

    >>> graph = trace(nn.Sequential(nn.Linear(4, 2), nn.ReLU()))
    >>> [node.op for node in graph.nodes]
    ['placeholder', 'call_module', 'call_module', 'output']
    """
    if isinstance(model, fx.GraphModule):
        return model.graph
    try:
        return _Tracer().trace(sharing(model))
    except Exception:  # noqa: BLE001 (a module may raise anything)
        return None


def sharing(model: nn.Module) -> Any:
    """A copy of a model, with modes of its own, whose parameters and buffers are the model's own.

    >>> model = nn.Linear(4, 2)
    >>> sharing(model).weight is model.weight
    True
    """
    tensors = [*model.parameters(), *model.buffers()]
    return copy.deepcopy(model, {id(tensor): tensor for tensor in tensors})


def beginning(model: nn.Module, graph: fx.Graph) -> Beginning:
    """What of the graph of a model stays the same while the model is trained."""
    inside = _following(graph, lambda node: _is_fixed(model, node))
    constant = _following(graph, lambda node: node.op != "placeholder") & inside
    layers = [node for node in inside if _is_layer(model, node)]
    needed = leading_to(layers)
    restless = {node for node in inside - needed if _is(model, node, (*DRAWING, *MOVING))}
    settled = _following(graph, lambda node: node in inside and node not in restless)
    return Beginning(settled, needed, constant)


def still(model: nn.Module) -> frozenset[str]:
    """The paths of the modules without parameters that lie before a frozen layer, inside of what
    is frozen; by the graph, or by the order of modules where there is none."""
    graph = trace(model)
    if graph is None:
        return _still_in_order(model)
    paths: set[str] = set()
    for node in beginning(model, graph).needed:
        stack: dict[str, tuple[str, Any]] = node.meta.get("nn_module_stack") or {}
        paths |= {path for path, _ in stack.values()}
        paths |= {str(node.target)} if node.op == "call_module" else set()
    return frozenset(path for path in paths if path and not _weights(model.get_submodule(path)))


def _still_in_order(model: nn.Module) -> frozenset[str]:
    """The same, where every module is taken to follow the one before it."""
    found: set[str] = set()
    waiting: set[str] = set()
    for path, module in model.named_modules():
        own = list(module.parameters(recurse=False))
        if any(weight.requires_grad for weight in own):
            break
        if own:
            found |= waiting
        elif not _weights(module):
            waiting.add(path)
    return frozenset(found)


def _following(graph: fx.Graph, holds: Any) -> Nodes:
    """The nodes for which something holds, and for all that they follow from."""
    found: set[fx.Node] = set()
    for node in graph.nodes:
        if node.op != "output" and holds(node) and found.issuperset(node.all_input_nodes):
            found.add(node)
    return frozenset(found)


def _is_fixed(model: nn.Module, node: fx.Node) -> bool:
    """Whether a node, for the same inputs, gives the same at every step and in every batch."""
    if node.op == "get_attr":
        return not getattr(attribute(model, str(node.target)), "requires_grad", False)
    if node.op != "call_module":
        return True
    module = model.get_submodule(str(node.target))
    mixes = isinstance(module, BATCH_NORMS) and module.running_mean is None
    return not mixes and not any(weight.requires_grad for weight in module.parameters())


def _is_layer(model: nn.Module, node: fx.Node) -> bool:
    """Whether a node computes with parameters."""
    if node.op == "call_module":
        return bool(_weights(model.get_submodule(str(node.target))))
    given = [str(other.target) for other in node.all_input_nodes if other.op == "get_attr"]
    return any(isinstance(attribute(model, path), nn.Parameter) for path in given)


def _is(model: nn.Module, node: fx.Node, kinds: tuple[type[nn.Module], ...]) -> bool:
    """Whether a node calls a module of one of these kinds."""
    return node.op == "call_module" and isinstance(model.get_submodule(str(node.target)), kinds)


def _weights(module: nn.Module) -> list[nn.Parameter]:
    return list(module.parameters())


def attribute(model: nn.Module, path: str) -> Any:
    """What stands at a path of a model: a module, a parameter, a tensor."""
    found: Any = model
    for name in path.split("."):
        found = getattr(found, name)
    return found


def layer_of(model: nn.Module, path: str) -> str:
    """The path of the layer that a parameter belongs to; its own where that holds layers too.

    >>> layer_of(nn.Sequential(nn.Linear(4, 2)), "0.weight")
    '0'
    """
    level = path.rpartition(".")[0]
    if isinstance(model.get_submodule(level), nn.ParameterList):
        level = level.rpartition(".")[0]
    below = model.get_submodule(level).children()
    alone = all(isinstance(module, nn.ParameterList) for module in below)
    return level if level and alone else path


def leading_to(nodes: Iterable[fx.Node], known: Nodes = frozenset()) -> Nodes:
    """These nodes, and all that they follow from; but nothing that is known, or is in front of it.

    >>> graph = trace(nn.Sequential(nn.Linear(4, 2), nn.ReLU()))
    >>> sorted(node.op for node in leading_to(graph.output_node().all_input_nodes))
    ['call_module', 'call_module', 'placeholder']
    """
    found, waiting = set[fx.Node](), list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found and node not in known:
            found.add(node)
            waiting += node.all_input_nodes
    return frozenset(found)


class _Tracer(fx.Tracer):
    """Follows a module as far as the layers, of torch or of striate."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Whether a module is called as a whole."""
        own = type(m).__module__.startswith("striate.nn.")
        return own or super().is_leaf_module(m, module_qualified_name)
