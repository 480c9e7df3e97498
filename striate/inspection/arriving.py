"""What arrives at a module: tensors without numbers, in whatever its forward takes them in."""

from collections.abc import Mapping, Sequence
from inspect import Parameter, signature
from typing import Any

import torch
from torch import Tensor, nn

from striate.inspection.twin import Twin

Given = Sequence[int] | Tensor | Sequence[Any] | Mapping[str, Any]
"""An input: its size (channels, *axes), or a tensor (batch, ...); several in a list, or by name."""

Called = tuple[tuple[Any, ...], dict[str, Any]]


def inputs_of(input: Given, made: Twin) -> Called:
    """What the module is called with: tensors without numbers, of one image.

    Several inputs are arguments of its forward, or a list or a dictionary if it takes only one.
    """
    weights = (w for w in made.parameters.values() if w.is_floating_point())
    kind = next((weight.dtype for weight in weights), torch.get_default_dtype())
    given = _blank(input, kind)
    if isinstance(given, Mapping):
        known = _takes_names(made.module, given)
        return ((), dict(given)) if known else ((given,), {})
    if isinstance(given, Tensor):
        return (given,), {}
    several = _takes(made.module) >= len(given)
    return (tuple(given), {}) if several else ((given,), {})


def _blank(given: Any, kind: torch.dtype) -> Any:
    """Tensors without numbers in place of sizes and of tensors."""
    if isinstance(given, Tensor):
        return torch.empty_like(given[:1] if given.ndim else given, device="meta")
    if isinstance(given, Mapping):
        return {name: _blank(value, kind) for name, value in given.items()}
    if all(isinstance(number, int) for number in given):
        return torch.empty((1, *given), device="meta", dtype=kind)
    return type(given)(_blank(value, kind) for value in given)


def _parameters(module: nn.Module) -> list[Parameter]:
    """What forward takes; nothing is known of what is compiled."""
    try:
        return list(signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return [Parameter("args", Parameter.VAR_POSITIONAL)]


def _takes(module: nn.Module) -> float:
    """How many arguments a forward takes at most."""
    kinds = [parameter.kind for parameter in _parameters(module)]
    if Parameter.VAR_POSITIONAL in kinds:
        return float("inf")
    return sum(
        kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds
    )


def _takes_names(module: nn.Module, names: Mapping[str, Any]) -> bool:
    parameters = _parameters(module)
    if any(parameter.kind == Parameter.VAR_KEYWORD for parameter in parameters):
        return True
    return names.keys() <= {parameter.name for parameter in parameters}
