"""From a network to a torch module: one submodule for each path, one traced line for each node.

The result is a `torch.fx.GraphModule`: a plain `nn.Module` whose `forward` is generated Python
(`print(model.code)`), so compiling, exporting and copying see nothing unusual.
"""

from functools import lru_cache
from keyword import iskeyword

import torch
from torch import fx, nn

from striate.arithmetic.window import Size
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.nn.modules import module_of
from striate.ops import pad
from striate.ops.checking import check_axes


def build(network: Network) -> nn.Module:
    """A network as a module from (batch, *input) to logits; its keys are the paths.

    The start values come from torch's own generator. OptionError for a word that torch has no
    kernel for, and for a label that torch or Python keeps for itself.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x8x8 -> conv: CONV 4 3x3 -> RELU -> FC 2"), Settings())
    >>> sorted(build(network).state_dict())
    ['2.bias', '2.weight', 'conv.bias', 'conv.weight']
    """
    root, graph = nn.Module(), fx.Graph()
    values: list[fx.Node] = []
    for node in network.nodes:
        arriving = [values[number] for number in node.inputs]
        sizes = [network.nodes[number].size for number in node.inputs]
        try:
            values.append(_place(root, graph, node, arriving, sizes))
        except OptionError as error:
            message = f"{node.path}: {error.message}"
            raise OptionError(message, help=error.help, line=node.line) from None
    outputs = [values[number] for number in network.outputs]
    graph.output(outputs[0] if len(outputs) == 1 else tuple(outputs))
    return fx.GraphModule(root, graph, class_name=_class_name(network.name))


def _place(
    root: nn.Module, graph: fx.Graph, node: Node, arriving: list[fx.Node], sizes: list[Size]
) -> fx.Node:
    match node.layer:
        case L.Input():
            given = graph.placeholder("x")
            given.meta["size"] = node.size  # what parts the network can ask for it
            return given
        case L.Add():
            total = arriving[0]
            for other in arriving[1:]:
                total = graph.call_function(torch.add, (total, other))
            return total
        case L.Concatenate():
            return graph.call_function(torch.cat, (arriving, 1))
        case L.Scale(start):
            shape = (node.size[0], *(1,) * (len(node.size) - 1))
            _attach(root, node.path, nn.Parameter(torch.full(shape, start)))
            return graph.call_function(torch.mul, (arriving[0], graph.get_attr(node.path)))
        case L.Pad(padding, mode):
            check_axes(len(padding))
            return graph.call_function(pad, (arriving[0], padding, mode))
        case _:
            return _call(root, graph, node, arriving[0], sizes[0])


def _call(root: nn.Module, graph: fx.Graph, node: Node, value: fx.Node, size: Size) -> fx.Node:
    layer = node.layer
    _attach(root, node.path, module_of(layer, size, node.size))
    if isinstance(layer, L.Linear) and len(size) > 1:
        value = graph.call_function(torch.flatten, (value, 1))
    value = graph.call_module(node.path, (value,))
    if isinstance(layer, L.Linear) and len(node.size) > 1:
        value = graph.call_function(torch.unflatten, (value, 1, node.size))
    return value


def _attach(root: nn.Module, path: str, what: nn.Module | nn.Parameter) -> None:
    *levels, name = path.split(".")
    _check_labels(*levels, name)
    for level in levels:
        if not hasattr(root, level):
            root.add_module(level, nn.Module())
        root = root.get_submodule(level)
    if isinstance(what, nn.Parameter):
        root.register_parameter(name, what)
    else:
        root.add_module(name, what)


def _check_labels(*labels: str) -> None:
    for label in labels:
        if iskeyword(label) or label in _kept():
            who = "Python" if iskeyword(label) else "torch"
            help = [f"give it another label: {label}_"]
            raise OptionError(f"{who} keeps the name '{label}' for itself", help=help)


@lru_cache
def _kept() -> frozenset[str]:
    """The names that a torch module has already."""
    return frozenset((*dir(fx.GraphModule(nn.Module(), fx.Graph())), "self"))


def _class_name(name: str) -> str:
    letters = "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
    return letters if letters.isidentifier() else "Network"
