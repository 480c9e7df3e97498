"""Functions that work at each place, or read all of it: norms, activations, dropout, linear."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from striate.inspection.calls import Call, Meaning, Said, Step
from striate.inspection.values import BATCH, CHANNELS, ordered
from striate.language import layers as L


def _same(call: Call, layer: L.Layer, input: Tensor) -> Said:
    """A layer after which every dimension is what it was."""
    value = call.value(input)
    return Step(layer, (input,), value.roles) if value is not None and value.pictured else None


def _activation(kind: str) -> Meaning:
    def activation(call: Call, input: Tensor, *rest: Any, **named: Any) -> Said:
        usual = _USUAL.get(kind, ())
        told = (given for given in (*rest, *named.values()) if not isinstance(given, bool | Tensor))
        return _same(call, L.Activation(kind), input) if all(t in usual for t in told) else None

    return activation


def hardtanh(
    call: Call,
    input: Tensor,
    min_val: float = -1.0,
    max_val: float = 1.0,
    inplace: bool = False,
) -> Said:
    """F.hardtanh, which from 0 to 6 is relu6."""
    kind = {(-1.0, 1.0): "hardtanh", (0.0, 6.0): "relu6"}.get((min_val, max_val))
    return None if kind is None else _same(call, L.Activation(kind), input)


def leaky(call: Call, input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Said:
    """F.leaky_relu."""
    return _same(call, L.Activation("leakyrelu", negative_slope), input)


def dropout(
    call: Call, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Said:
    """F.dropout, which does nothing in evaluation."""
    return _same(call, L.Dropout(p), input)


def batch_norm(
    call: Call,
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Said:
    """F.batch_norm."""
    given = (running_mean, running_var, weight, bias)
    fits = all(each is None or each.numel() == input.shape[1] for each in given)
    return _same(call, L.BatchNorm(eps), input) if call.plain(input) and fits else None


def layer_norm(
    call: Call,
    input: Tensor,
    normalized_shape: Any,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Said:
    """F.layer_norm over the channels alone, wherever they stand."""
    value = call.value(input)
    alone = value is not None and value.roles[-1] == CHANNELS == value.roles[-len(normalized_shape)]
    return _same(call, L.LayerNorm(eps), input) if alone else None


def local_response(
    call: Call,
    input: Tensor,
    size: int,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 1.0,
) -> Said:
    """F.local_response_norm."""
    return _same(call, L.LocalResponse(size, alpha, beta, k), input)


def linear(call: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Said:
    """F.linear: of features it joins all, of channels at the end those of each place."""
    value = call.value(input)
    if value is None or not value.pictured or value.roles[-1] != CHANNELS:
        return None
    if weight.ndim != 2 or weight.shape[1] != input.shape[-1]:
        return None
    if value.roles == (BATCH, CHANNELS):
        layer = L.Linear((weight.shape[0],), bias is not None)
        return Step(layer, (input,), ordered(0))
    if value.roles.count(CHANNELS) > 1:
        return None
    return Step(L.Dense(weight.shape[0], bias is not None), (input,), value.roles)


ACTIVATIONS = {
    **{name: name for name in ("relu", "relu6", "prelu", "elu", "selu", "gelu", "silu", "mish")},
    **{name: name for name in ("tanh", "sigmoid", "softplus", "hardswish", "hardsigmoid")},
}

_USUAL = {"gelu": ("none",), "elu": (1,), "softplus": (1, 20)}
"""What activations are told beside their input where they are those of the language."""

MEANINGS: Mapping[str, Meaning] = {
    **{name: _activation(kind) for name, kind in ACTIVATIONS.items()},
    "hardtanh": hardtanh,
    "leaky_relu": leaky,
    "dropout": dropout,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "local_response_norm": local_response,
    "linear": linear,
}
