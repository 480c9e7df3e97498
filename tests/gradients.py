"""Which pixels move a unit: the support of its gradient, for fields and regions to be judged by.

Weights are made positive and what is not linear in an image is left out (activations, norms over
channels, which look nowhere else) or averages (pools), so that nothing that is seen can cancel.
"""

from dataclasses import replace

import torch

from striate.language import layers as L
from striate.nn import build
from striate.nn.pools import ChannelPool
from striate.planning.sizes import output

LEFT_OUT = (L.Activation, L.LayerNorm, L.LocalResponse, L.Dropout)


def averaged(layer):
    if isinstance(layer, (L.Pool, L.Adaptive)):
        return replace(layer, kind="average")
    return L.Identity() if isinstance(layer, LEFT_OUT) else layer


def positive(network):
    """The module that gives all values of a network, in float64, and only ever adds."""
    nodes = tuple(replace(node, layer=averaged(node.layer)) for node in network.nodes)
    made = build(replace(network, nodes=nodes, outputs=(*range(len(nodes)),)))
    model = made.double().eval()
    for module in model.modules():
        if isinstance(module, ChannelPool):
            module.kind = "average"
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.abs() + 0.1)
    return model


def thin(layer):
    """The same layer with one filter."""
    match layer:
        case L.Input(size):
            return L.Input((1, *size[1:]))
        case L.Convolution():
            return replace(layer, filters=1, groups=1, connect=None)
        case L.Transposed():
            return replace(layer, filters=1, groups=1)
        case L.Linear(shape):
            return replace(layer, shape=(1, *shape[1:]))
        case L.Dense():
            return replace(layer, features=1)
        case L.ChannelPad():
            return L.ChannelPad(1)
        case _:
            return layer


def thinned(network):
    """The same network with one filter in each layer: it sees the same, and takes little time."""
    nodes = []
    for node in network.nodes:
        layer = thin(node.layer)
        sizes = tuple(nodes[number].size for number in node.inputs)
        size = tuple(quantity.value for quantity in output(layer, sizes))
        nodes.append(replace(node, layer=layer, size=size))
    return replace(network, nodes=tuple(nodes))


def run(model, size):
    """An image of ones, and what a model makes of it: the values of all its nodes."""
    x = torch.ones(1, *size, dtype=torch.float64, requires_grad=True)
    return x, list(model(x))


def moved(x, value, unit, least=0.0):
    """The pixels that move one unit, all its channels: true where they do, along the axes."""
    place = value[(0, slice(None), *unit)]
    if not place.requires_grad:
        return torch.zeros(x.shape[2:], dtype=torch.bool)
    (gradient,) = torch.autograd.grad(place.sum(), x, retain_graph=True)
    found = gradient[0].abs().sum(0)
    return found > least * found.max()


def box(pixels):
    """The first and the last pixel along each axis; none if there is none."""
    if not pixels.any():
        return None
    places = pixels.nonzero()
    return tuple(
        (int(a), int(b)) for a, b in zip(places.min(0).values, places.max(0).values, strict=True)
    )
