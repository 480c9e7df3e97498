"""A twin: the same module in everything, but that its weights take no memory.

The twin is what is run. It may count its calls, keep what it saw and learn the sizes of lazy
layers; the module that was given stays as it is. Tensors of the twin are on torch's `meta` device:
they have a shape and a type, and no numbers.
"""

import copy
from collections import OrderedDict
from dataclasses import dataclass
from types import CellType, FunctionType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter, is_lazy

from striate.inspection.calls import tensors_in

_Kinds: Any = torch._C  # pyright: ignore[reportPrivateUsage]

_FEW = 1 << 16
"""So many numbers that are no weights, such as indices, are left as they are."""

_PLAIN = frozenset((bool, int, float, str, type(None)))
_BAGS = frozenset((dict, OrderedDict, set, list))


@dataclass(frozen=True, eq=False)
class Twin:
    """The twin of a module, and the names of its weights: those that are trained, and buffers."""

    module: nn.Module
    parameters: dict[str, nn.Parameter]
    buffers: dict[str, Tensor]


def twin(module: nn.Module) -> Twin:
    """A copy without memory of a module, in evaluation mode.

    >>> made = twin(nn.Linear(10**6, 10**6, device="meta"))
    >>> made.module, made.parameters["weight"].is_meta
    (Linear(in_features=1000000, out_features=1000000, bias=True), True)
    """
    made = _twin_of(module, {})
    made.eval()
    return Twin(made, dict(made.named_parameters()), dict(made.named_buffers()))


def _twin_of(module: nn.Module, memo: dict[int, Any]) -> nn.Module:
    if id(module) in memo:
        return memo[id(module)]
    _remember(module, memo)
    tried = dict(memo)
    try:
        made = copy.deepcopy(module, tried)
        memo.update(tried)
    except Exception:  # noqa: BLE001 (whatever a module holds may refuse to be copied)
        made = _copied(module, memo)
    for part in made.modules():
        if not isinstance(part, torch.jit.ScriptModule):
            _close(part, memo)
    return made


def _remember(module: nn.Module, memo: dict[int, Any]) -> None:
    """What weighs anything is copied beforehand, without its weight."""
    for part in module.modules():
        if isinstance(part, torch.jit.ScriptModule):
            if id(part) not in memo:
                memo[id(part)] = _scripted(part)
            continue
        compiled = (v for v in vars(part).values() if isinstance(v, torch.jit.ScriptFunction))
        memo.update((id(function), function) for function in compiled)
        held = [value for value in vars(part).values() if type(value) not in _PLAIN]
        bags = (value for value in held if type(value) in _BAGS and not value)
        memo.update((id(bag), type(bag)()) for bag in bags)  # copy.deepcopy is slow at these
        for tensor in tensors_in(held):
            if id(tensor) not in memo and not _small(tensor):
                memo[id(tensor)] = _weightless(tensor)


def _scripted(module: torch.jit.ScriptModule) -> nn.Module:
    """The twin of a module in TorchScript, which can only be copied with its weights."""
    jit: Any = torch.jit
    return jit._recursive.wrap_cpp_module(_compiled(module._c))


def _compiled(module: Any) -> Any:
    made, kinds = copy.copy(module), _Kinds
    for name, part in kinds.ModuleDict(module).items():
        made.setattr(name, _compiled(part))
    for tensors in (kinds.ParameterDict(module), kinds.BufferDict(module)):
        for name, tensor in tensors.items():
            made.setattr(name, _weightless(tensor))
    return made


def _small(tensor: Tensor) -> bool:
    """Whether a tensor is a mask or a table of indices, whose numbers are no weights."""
    return not (tensor.is_floating_point() or tensor.is_complex() or is_lazy(tensor)) and (
        tensor.numel() <= _FEW
    )


def _close(module: nn.Module, memo: dict[int, Any]) -> None:
    """Functions that a module holds, its hooks among them, close over the twin's things."""
    held = vars(module)
    for holder in (held["_forward_hooks"], held["_forward_pre_hooks"], held):
        for name, value in list(holder.items()):
            if isinstance(value, FunctionType) and value.__closure__:
                holder[name] = _closed_over(value, memo)


def _closed_over(function: FunctionType, memo: dict[int, Any]) -> FunctionType:
    cells = tuple(CellType(*_contents(cell, memo)) for cell in function.__closure__ or ())
    name, defaults = function.__name__, function.__defaults__
    made = FunctionType(function.__code__, function.__globals__, name, defaults, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _contents(cell: CellType, memo: dict[int, Any]) -> tuple[Any, ...]:
    try:
        held = cell.cell_contents
    except ValueError:  # nothing yet
        return ()
    return (_part(held, memo),)


def _weightless(tensor: Tensor) -> Tensor:
    """A tensor of the same shape, type and kind, without memory."""
    if is_lazy(tensor):
        weight = isinstance(tensor, nn.Parameter)
        kind: Any = UninitializedParameter if weight else UninitializedBuffer
        return kind(requires_grad=tensor.requires_grad, device="meta", dtype=tensor.dtype)
    bare = tensor.detach()
    if bare.layout == torch.strided:  # torch's rule for empty_like loads sympy, for a second
        made = torch.empty_strided(bare.shape, bare.stride(), dtype=bare.dtype, device="meta")
    else:
        made = torch.empty_like(bare, device="meta")
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(made, tensor.requires_grad)
    return made.requires_grad_(tensor.requires_grad)


def _copied(module: nn.Module, memo: dict[int, Any]) -> nn.Module:
    """A copy part by part; what cannot be copied is shared with the module."""
    if id(module) in memo:
        return memo[id(module)]
    made = memo[id(module)] = module.__new__(type(module))
    for name, value in vars(module).items():
        made.__dict__[name] = _part(value, memo)
    return made


def _part(value: Any, memo: dict[int, Any]) -> Any:
    if isinstance(value, nn.Module):
        return _twin_of(value, memo)
    if isinstance(value, dict) and any(isinstance(v, nn.Module) for v in value.values()):
        return type(value)((name, _part(part, memo)) for name, part in value.items())
    try:
        return copy.deepcopy(value, memo)
    except Exception:  # noqa: BLE001 (as above)
        return value
