"""The torch module of each record, for what arrives there."""

from functools import singledispatch
from math import prod
from typing import Any, cast

from torch import nn

from striate.arithmetic.window import Size
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.spelling import word_of
from striate.nn.layers import ChannelNorm, ChannelPool, Crop, Dense, MinPool, Restricted

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_POOLS: dict[str, tuple[type[nn.Module], ...]] = {
    "max": (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
    "average": (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
}
_ADAPTIVE: dict[str, tuple[type[nn.Module], ...]] = {
    "average": (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
    "max": (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
}
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


def plain_padding(layer: L.Convolution | L.Pool) -> Size | None:
    """The padding that torch's own kernel can do; None where it has to be added before it."""
    window = layer.window
    even = all(before == after for before, after in window.padding)
    short = all(
        before <= k // 2 for (before, _), k in zip(window.padding, window.kernel, strict=True)
    )
    fits = isinstance(layer, L.Convolution) or short
    if layer.mode != "zeros" or not even or not fits:
        return None
    return tuple(before for before, _ in window.padding)


@singledispatch
def module_of(layer: L.Layer, arriving: Size, leaving: Size) -> nn.Module:
    """The module of a record; OptionError where a word can be planned but not built.

    >>> module_of(L.Dropout(0.2), (8,), (8,))
    Dropout(p=0.2, inplace=False)
    """
    raise OptionError(
        f"{word_of(layer)} can be planned but not built yet",
        help=["use CONV in its place to train the network"],
    )


def check_axes(size: Size) -> int:
    """The number of axes less one, to choose a module by; OptionError if torch has none."""
    if len(size) > 4:
        raise OptionError(f"torch slides along 1 to 3 axes, found {len(size) - 1}")
    return len(size) - 2


@module_of.register
def _(layer: L.Convolution, arriving: Size, leaving: Size) -> nn.Module:
    window, channels = layer.window, arriving[0]
    dense = _CONVOLUTIONS[check_axes(arriving)](
        channels,
        layer.filters,
        cast(Any, window.kernel),
        cast(Any, window.stride),
        cast(Any, plain_padding(layer) or 0),
        cast(Any, window.dilation),
        layer.groups,
        layer.bias,
    )
    return dense if layer.connect is None else Restricted(channels, layer.connect, dense)


@module_of.register
def _(layer: L.Transposed, arriving: Size, leaving: Size) -> nn.Module:
    window = layer.window
    if any(before != after for before, after in window.padding):
        raise OptionError("DECONV takes the same padding on both sides")
    return _TRANSPOSED[check_axes(arriving)](
        arriving[0],
        layer.filters,
        cast(Any, window.kernel),
        cast(Any, window.stride),
        cast(Any, tuple(before for before, _ in window.padding)),
        cast(Any, window.added(arriving[1:], leaving[1:])),
        layer.groups,
        layer.bias,
        cast(Any, window.dilation),
    )


@module_of.register
def _(layer: L.Pool, arriving: Size, leaving: Size) -> nn.Module:
    window, axes = layer.window, check_axes(arriving)
    options: dict[str, Any] = {"padding": plain_padding(layer) or 0, "ceil_mode": layer.ceil}
    if layer.kind == "average":
        if set(window.dilation) != {1}:
            raise OptionError("AVGPOOL takes no dilation")
        return _POOLS["average"][axes](window.kernel, window.stride, **options)
    pool = _POOLS["max"][axes](window.kernel, window.stride, dilation=window.dilation, **options)
    return MinPool(pool) if layer.kind == "min" else pool


@module_of.register
def _(layer: L.Adaptive, arriving: Size, leaving: Size) -> nn.Module:
    return _ADAPTIVE[layer.kind][check_axes(arriving)](layer.places)


@module_of.register
def _(layer: L.GlobalAverage, arriving: Size, leaving: Size) -> nn.Module:
    return _ADAPTIVE["average"][check_axes(arriving)](1)


@module_of.register
def _(layer: L.ChannelPool, arriving: Size, leaving: Size) -> nn.Module:
    return ChannelPool(layer.channels)


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
    norm = nn.BatchNorm1d if len(arriving) == 1 else _NORMS[check_axes(arriving)]
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
    linear = ("linear", "bilinear", "trilinear")[check_axes(arriving)]
    mode = linear if layer.mode == "linear" else "nearest"
    corners = False if layer.mode == "linear" else None
    return nn.Upsample(size=leaving[1:], mode=mode, align_corners=corners)


@module_of.register
def _(layer: L.Crop, arriving: Size, leaving: Size) -> nn.Module:
    return Crop(leaving[1:])


@module_of.register
def _(layer: L.Identity, arriving: Size, leaving: Size) -> nn.Module:
    return nn.Identity()
