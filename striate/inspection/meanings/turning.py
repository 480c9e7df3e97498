"""Functions that turn a tensor about or give it another shape: the same value in other roles."""

from collections.abc import Mapping
from math import prod
from typing import Any

import torch
from torch import Tensor

from striate.arithmetic.window import Size
from striate.inspection.calls import Call, Meaning, Said, Step, Turned
from striate.inspection.values import BATCH, CHANNELS, LOST, ordered, reshaped
from striate.language import layers as L


def same(call: Call, input: Tensor, *_: Any, **__: Any) -> Said:
    """contiguous, clone, detach, to, float: the same value."""
    return Turned(call.values[id(input)].roles)


def turned(call: Call, input: Tensor, *_: Any, **__: Any) -> Said:
    """permute, transpose, movedim, .T: found by turning a tensor whose lengths tell its axes."""
    value, lengths = call.values[id(input)], range(2, input.ndim + 2)
    told = torch.empty(tuple(lengths), device="meta")
    func: Any = getattr(told, call.name)
    if call.made[0].ndim != input.ndim:
        return None
    moved: Any = func if isinstance(func, Tensor) else func(*call.args[1:], **call.kwargs)
    return Turned(tuple(value.roles[length - 2] for length in moved.shape))


def shaped(call: Call, input: Tensor, *_: Any, **__: Any) -> Said:
    """view, reshape, flatten, unflatten, squeeze, unsqueeze."""
    value, made = call.values[id(input)], call.made[0]
    before: Size = tuple(input.shape)
    after: Size = tuple(made.shape)
    if value.roles == (BATCH, CHANNELS) and len(after) > 2:
        one = prod(after[2:]) == 1 and after[:2] == before
        return Turned(ordered(len(after) - 2)) if one else None  # features become an image
    roles = reshaped(before, value.roles, after)
    flat = value.plain and made.ndim == 2 and after[:1] == before[:1] == (1,)
    if flat and CHANNELS not in roles:  # one channel alone, whose places become features
        return Step(L.Flatten(), (input,), (BATCH, CHANNELS))
    if LOST not in roles or (LOST in value.roles and len(roles) >= len(before)):
        return Turned(roles)
    if flat:
        return Step(L.Flatten(), (input,), (BATCH, CHANNELS))
    return None


def mean(call: Call, input: Tensor, dim: Any = None, keepdim: bool = False, **__: Any) -> Said:
    """x.mean over all axes: the global average."""
    value = call.value(input)
    if value is None or not value.pictured or dim is None or not value.axes:
        return None
    axes = {d % input.ndim for d in ([dim] if isinstance(dim, int) else dim)}
    if {value.roles[d] for d in axes} != set(range(value.axes)):
        return None
    kept = tuple(role for d, role in enumerate(value.roles) if keepdim or d not in axes)
    return Step(L.GlobalAverage(), (input,), kept)


def widened(call: Call, input: Tensor, index: Any) -> Said:
    """x[:, :, None]: dimensions of length 1 added, and nothing else."""
    entries = index if isinstance(index, tuple) else (index,)
    plain = all(entry is None or entry is Ellipsis or entry == slice(None) for entry in entries)
    return shaped(call, input) if plain else None


MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(("contiguous", "clone", "detach", "to", "float", "type", "identity"), same),
    **dict.fromkeys(("cpu", "cuda", "data", "requires_grad", "alias", "double", "half"), same),
    **dict.fromkeys(("permute", "transpose", "swapaxes", "swapdims", "movedim"), turned),
    **dict.fromkeys(("moveaxis", "t", "T", "mT", "H", "mH", "adjoint"), turned),
    **dict.fromkeys(("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze"), shaped),
    **dict.fromkeys(("ravel", "view_as", "reshape_as"), shaped),
    "getitem": widened,
    "mean": mean,
}
