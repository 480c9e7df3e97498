"""Scripts: the kernels of compiled code, said in the words of the functions that call them.

A module in TorchScript calls no function of torch that could be seen, only kernels. What a kernel
is given stands in an order of its own; said as its function would be called, it means the same.
"""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

Spoken = tuple[str, tuple[Any, ...], dict[str, Any]]
"""The name of a function, and its arguments."""


def spoken(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Spoken:
    """A kernel as a call of a function.

    >>> import torch
    >>> x, w = torch.ones(1, 3, 5, 5), torch.ones(2, 3, 3, 3)
    >>> args = (x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
    >>> name, heard, _ = spoken(torch.ops.aten.convolution.default, args, {})
    >>> name, heard[3:]
    ('conv2d', ([1, 1], [0, 0], [1, 1], 1))
    """
    name = func._schema.name.partition("::")[2]
    says = _SAYS.get(name)
    if says is None:
        return name.strip("_"), args, kwargs
    return says(*args, **kwargs)


def overwritten(func: Any, args: tuple[Any, ...]) -> list[Tensor]:
    """What a kernel writes to."""
    pairs = zip(func._schema.arguments, args, strict=False)
    written = (arg for rule, arg in pairs if rule.alias_info and rule.alias_info.is_write)
    return [arg for arg in written if isinstance(arg, Tensor)]


def main_results(func: Any, made: Any) -> Any:
    """What a kernel gives to its function; the rest is for backward."""
    several = isinstance(made, tuple) and isinstance(made[0], Tensor)
    own = "native_" in func._schema.name or "_with_indices" in func._schema.name
    return made[0] if several and own else made


def _convolution(
    input: Tensor,
    weight: Tensor,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
    *_: Any,
) -> Spoken:
    axes = input.ndim - 2
    if transposed:
        args = (input, weight, bias, stride, padding, output_padding, groups, dilation)
        return f"conv_transpose{axes}d", args, {}
    return f"conv{axes}d", (input, weight, bias, stride, padding, dilation, groups), {}


def _batch_norm(
    input: Tensor, weight: Any, bias: Any, mean: Any, var: Any, *rest: Any, **_: Any
) -> Spoken:
    return "batch_norm", (input, mean, var, weight, bias, False, *rest[-2:]), {}


def _layer_norm(input: Tensor, shape: Any, weight: Any, bias: Any, eps: float) -> Spoken:
    return "layer_norm", (input, shape, weight, bias, eps), {}


def _linear(bias: Any, input: Tensor, turned: Tensor, **_: Any) -> Spoken:
    return "linear", (input, turned.t(), bias), {}


def _matrix(input: Tensor, turned: Tensor) -> Spoken:
    return "linear", (input, turned.t()), {}


def _padded(mode: str) -> Callable[..., Spoken]:
    def padded(input: Tensor, pad: Any, *value: Any) -> Spoken:
        return "pad", (input, pad, mode, *value), {}

    return padded


def _renamed(name: str) -> Callable[..., Spoken]:
    def renamed(*args: Any, **kwargs: Any) -> Spoken:
        return name, args, kwargs

    return renamed


def _enlarged(mode: str) -> Callable[..., Spoken]:
    def enlarged(input: Tensor, size: Any, *rest: Any, **_: Any) -> Spoken:
        corners = rest[0] if rest and isinstance(rest[0], bool) else None
        return "interpolate", (input, size, None, mode, corners), {}

    return enlarged


_SAYS: Mapping[str, Callable[..., Spoken]] = {
    **dict.fromkeys(("convolution", "_convolution"), _convolution),
    **dict.fromkeys(("native_batch_norm", "_native_batch_norm_legit_no_training"), _batch_norm),
    "native_layer_norm": _layer_norm,
    "addmm": _linear,
    "mm": _matrix,
    "max_pool2d_with_indices": _renamed("max_pool2d"),
    "max_pool3d_with_indices": _renamed("max_pool3d"),
    "_adaptive_avg_pool2d": _renamed("adaptive_avg_pool2d"),
    "_adaptive_avg_pool3d": _renamed("adaptive_avg_pool3d"),
    "constant_pad_nd": _padded("constant"),
    **{f"reflection_pad{n}d": _padded("reflect") for n in (1, 2, 3)},
    **{f"replication_pad{n}d": _padded("replicate") for n in (1, 2, 3)},
    **{f"upsample_nearest{n}d": _enlarged("nearest") for n in (1, 2, 3)},
    **{f"upsample_{k}linear{n}d": _enlarged(f"{k}linear") for k, n in (("bi", 2), ("tri", 3))},
    "upsample_linear1d": _enlarged("linear"),
    **dict.fromkeys(("_unsafe_view", "_reshape_alias"), _renamed("view")),
    **dict.fromkeys(("alias", "_to_copy", "detach"), _renamed("identity")),
}
