"""The torch module of each record, for what arrives there."""

from functools import singledispatch
from math import prod
from typing import Any

from torch import nn

from striate.arithmetic.window import Size
from striate.language import layers as L
from striate.language.spelling import word_of
from striate.nn.convolutions import Convolution, Transposed
from striate.nn.layers import ChannelNorm, ChannelPad, Crop, Dense
from striate.nn.pools import Adaptive, ChannelPool, Pool
from striate.nn.separable import Separable
from striate.nn.tiled import Tiled, Unshared
from striate.ops.checking import check_axes

_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leakyrelu": nn.LeakyReLU,
    "prelu": nn.PReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "hardtanh": nn.Hardtanh,
}


@singledispatch
def module_of(layer: L.Layer, arriving: Size, leaving: Size) -> nn.Module:
    """The module of a record, for a value of a size that makes one of another.

    >>> module_of(L.Dropout(0.2), (8,), (8,))
    Dropout(p=0.2, inplace=False)
    """
    raise AssertionError(f"{word_of(layer)} has no module")


def _axes(size: Size) -> int:
    """The number of axes less one, to choose a module by; OptionError if torch has none."""
    check_axes(len(size) - 1)
    return len(size) - 2


@module_of.register
def _(layer: L.Convolution, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    options: Any = {"groups": layer.groups, "table": layer.connect, **_ends(layer)}
    return Convolution(arriving[0], layer.filters, layer.window, **options)


@module_of.register
def _(layer: L.Unshared, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    return Unshared(arriving[0], layer.filters, layer.window, arriving[1:], **_ends(layer))


@module_of.register
def _(layer: L.Tiled, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    return Tiled(arriving[0], layer.filters, layer.window, layer.tiles, **_ends(layer))


@module_of.register
def _(layer: L.Separable, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    return Separable(arriving[0], layer.filters, layer.window, **_ends(layer))


@module_of.register
def _(layer: L.Transposed, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    added = layer.window.added(arriving[1:], leaving[1:])
    options: Any = {"added": added, "groups": layer.groups, "bias": layer.bias}
    return Transposed(arriving[0], layer.filters, layer.window, **options)


def _ends(layer: L.Convolution | L.Unshared | L.Tiled | L.Separable) -> dict[str, Any]:
    return {"bias": layer.bias, "mode": layer.mode}


@module_of.register
def _(layer: L.Pool, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(layer.window.rank)
    options = {"ceil": layer.ceil, "count_padding": layer.count_padding}
    return Pool(layer.window, layer.kind, mode=layer.mode, **options)


@module_of.register
def _(layer: L.Adaptive, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(len(layer.places))
    return Adaptive(layer.places, layer.kind)


@module_of.register
def _(layer: L.GlobalAverage, arriving: Size, leaving: Size) -> nn.Module:
    check_axes(len(leaving) - 1)
    return Adaptive(leaving[1:])


@module_of.register
def _(layer: L.ChannelPool, arriving: Size, leaving: Size) -> nn.Module:
    return ChannelPool(layer.channels)


@module_of.register
def _(layer: L.ChannelPad, arriving: Size, leaving: Size) -> nn.Module:
    return ChannelPad(layer.channels)


@module_of.register
def _(layer: L.Linear, arriving: Size, leaving: Size) -> nn.Module:
    return nn.Linear(prod(arriving), prod(leaving), layer.bias)


@module_of.register
def _(layer: L.Dense, arriving: Size, leaving: Size) -> nn.Module:
    return Dense(arriving[0], layer.features, layer.bias)


@module_of.register
def _(layer: L.Flatten, arriving: Size, leaving: Size) -> nn.Module:
    return nn.Flatten()


@module_of.register
def _(layer: L.Activation, arriving: Size, leaving: Size) -> nn.Module:
    kind = _ACTIVATIONS[layer.kind]
    return kind() if layer.slope is None else kind(layer.slope)


@module_of.register
def _(layer: L.BatchNorm, arriving: Size, leaving: Size) -> nn.Module:
    norm = nn.BatchNorm1d if len(arriving) == 1 else _NORMS[_axes(arriving)]
    return norm(arriving[0], layer.eps)


@module_of.register
def _(layer: L.LayerNorm, arriving: Size, leaving: Size) -> nn.Module:
    return ChannelNorm(arriving[0], layer.eps)


@module_of.register
def _(layer: L.LocalResponse, arriving: Size, leaving: Size) -> nn.Module:
    return nn.LocalResponseNorm(layer.size, layer.alpha, layer.beta, layer.k)


@module_of.register
def _(layer: L.Dropout, arriving: Size, leaving: Size) -> nn.Module:
    return nn.Dropout(layer.rate)


@module_of.register
def _(layer: L.Upsample, arriving: Size, leaving: Size) -> nn.Module:
    linear = ("linear", "bilinear", "trilinear")[_axes(arriving)]
    mode = linear if layer.mode == "linear" else "nearest"
    corners = False if layer.mode == "linear" else None
    return nn.Upsample(size=leaving[1:], mode=mode, align_corners=corners)


@module_of.register
def _(layer: L.Crop, arriving: Size, leaving: Size) -> nn.Module:
    return Crop(leaving[1:])


@module_of.register
def _(layer: L.Identity, arriving: Size, leaving: Size) -> nn.Module:
    return nn.Identity()
