"""Functions that join several values: their sum, their channels side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from striate.inspection.calls import Call, Meaning, Said, Step
from striate.inspection.values import CHANNELS
from striate.language import layers as L


def add(call: Call, input: Tensor, other: Any, *, alpha: float = 1, **_: Any) -> Said:
    """x + y of two values of one size."""
    one, two = call.value(input), call.value(other)
    if one is None or two is None or one.roles != two.roles or input.shape != other.shape:
        return None
    return Step(L.Add(), (input, other), one.roles)


def joined(call: Call, tensors: Sequence[Tensor], dim: int = 0, **_: Any) -> Said:
    """torch.cat along the channels."""
    values = [call.value(tensor) for tensor in tensors]
    first = values[0]
    if first is None or any(value is None or value.roles != first.roles for value in values):
        return None
    if first.roles[dim] != CHANNELS or first.roles.count(CHANNELS) > 1:
        return None
    return Step(L.Concatenate(), tuple(tensors), first.roles)


def scaled(call: Call, input: Any, other: Any, **_: Any) -> Said:
    """x * w, with a learned factor for each channel."""
    weight, x = (input, other) if call.value(input) is None else (other, input)
    value = call.value(x)
    if not isinstance(weight, nn.Parameter) or value is None or not value.pictured:
        return None
    sizes = zip(weight.shape[::-1], value.roles[::-1], strict=False)
    wide = [role for n, role in sizes if n > 1]
    channels = call.size(x)[0]
    if weight.ndim > x.ndim or weight.numel() != channels:
        return None
    if wide != ([CHANNELS] if channels > 1 else []):
        return None
    return Step(L.Scale(), (x,), value.roles)


SUMS: Mapping[str, Meaning] = {
    **dict.fromkeys(("add", "iadd", "radd"), add),
    **dict.fromkeys(("cat", "concat", "concatenate"), joined),
}

MEANINGS: Mapping[str, Meaning] = {
    **SUMS,
    **dict.fromkeys(("mul", "imul", "rmul", "multiply"), scaled),
}
