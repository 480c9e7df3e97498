"""What torch refuses to compute, but not where tensors have no numbers: the same sentences.

On its `meta` device torch checks less than anywhere else. What runs there and nowhere else is
refused here, so that a module that cannot run is never planned as if it could.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import Signature, signature
from typing import Any

import torch
from torch import Tensor

from striate.arithmetic.window import SPAN, UNDONE
from striate.inspection.meanings import MEANINGS

Arguments = Mapping[str, Any]

_MULTIPLIED = frozenset(("linear", "matmul", "rmatmul", "mm", "bmm"))


def named_arguments(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What a function of torch was given, by the names of its parameters, defaults included.

    >>> named_arguments("max_pool2d", ("x", 3), {"padding": 1})["padding"]
    1
    """
    if name not in MEANINGS:
        return dict(kwargs)
    try:
        bound = _line(name).bind(None, *args, **kwargs)
    except TypeError:
        return dict(kwargs)
    bound.apply_defaults()
    return {key: value for key, value in bound.arguments.items() if key != "call"}


@lru_cache(maxsize=256)
def _line(name: str) -> Signature:
    return signature(MEANINGS[name])


def refuse(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raises the RuntimeError that torch raises for tensors with numbers, if it would."""
    if name in _MULTIPLIED and not any(map(torch.is_autocast_enabled, ("cpu", "cuda"))):
        _same_kind(args)
    if name == "prelu" and len(args) > 1:
        _as_many(args[0], args[1])
    kind = name[:-2] if name.endswith(("1d", "2d", "3d")) else name
    if kind in REFUSALS and (given := named_arguments(name, args, kwargs)):
        try:
            said = REFUSALS[kind](given)
        except (TypeError, ValueError, IndexError, AttributeError):
            return  # given in a way that torch itself will speak about
        if said is not None:
            raise RuntimeError(said)


def _same_kind(args: tuple[Any, ...]) -> None:
    kinds = [arg.dtype for arg in args if isinstance(arg, Tensor)]
    if len(set(kinds)) > 1:
        raise RuntimeError(f"mat1 and mat2 must have the same dtype, but got {_kinds(kinds)}")


def _as_many(input: Tensor, slopes: Tensor) -> None:
    channels = input.shape[1] if input.ndim > 1 else 1
    if slopes.numel() not in (1, channels):
        raise RuntimeError(
            "Mismatch of parameter numbers and input channel size. "
            f"Found parameter numbers = {slopes.numel()} and channel size = {channels}."
        )


def _kinds(kinds: list[Any]) -> str:
    return " and ".join(str(kind).removeprefix("torch.") for kind in kinds[:2])


def each(given: Any, axes: int) -> tuple[int, ...]:
    """A number for each axis.

    >>> each(3, 2), each((1, 2), 2), each([4], 2)
    ((3, 3), (1, 2), (4, 4))
    """
    numbers = (given,) if isinstance(given, int) else tuple(given)
    return numbers * axes if len(numbers) == 1 else numbers


def _convolution(given: Arguments) -> str | None:
    weight, groups = given["weight"], given["groups"]
    if given["padding"] == "same" and max(each(given["stride"], 1)) > 1:
        return "padding='same' is not supported for strided convolutions"
    if weight.shape[0] % groups:
        return (
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, "
            f"but got weight of size {list(weight.shape)} instead"
        )
    return _biased(given, weight.shape[0])


def _biased(given: Arguments, filters: int) -> str | None:
    weight, bias = given["weight"], given["bias"]
    if not isinstance(bias, Tensor) or tuple(bias.shape) == (filters,):
        return None
    return (
        f"Given weight of size {list(weight.shape)}, expected bias to be 1-dimensional with "
        f"{filters} elements, but got bias of size {list(bias.shape)} instead"
    )


def _transposed(given: Arguments) -> str | None:
    input, weight = given["input"], given["weight"]
    axes = weight.ndim - 2
    if input.ndim > axes and input.shape[-axes - 1] != weight.shape[0]:
        return (
            f"Given transposed=1, weight of size {list(weight.shape)}, expected input"
            f"{list(input.shape)} to have {weight.shape[0]} channels, "
            f"but got {input.shape[-axes - 1]} channels instead"
        )
    added = each(given["output_padding"], axes)
    least = zip(each(given["stride"], axes), each(given["dilation"], axes), strict=True)
    if any(e >= max(pair) for e, pair in zip(added, least, strict=True)):
        return f"output padding must be smaller than either stride or dilation, but got {added}"
    return _vanished(given, axes) or _biased(given, weight.shape[1] * given["groups"])


def left_over(given: Arguments, axes: int) -> tuple[int, ...]:
    """The places that a transposed convolution leaves in each axis, of which none may be 0."""
    names = ("stride", "padding", "output_padding", "dilation")
    numbers = zip(*(each(given[name], axes) for name in names), strict=True)
    places, kernel = given["input"].shape[-axes:], given["weight"].shape[2:]
    return tuple(
        UNDONE["even"](N=n, S=s, P=p, F=SPAN(D=d, K=k).value, E=e).value
        for n, k, (s, p, e, d) in zip(places, kernel, numbers, strict=True)
    )


def _vanished(given: Arguments, axes: int) -> str | None:
    left = left_over(given, axes)
    if min(left) > 0:
        return None
    sizes = (given["input"].shape[-axes:], left)
    before, after = (" x ".join(map(str, size)) for size in sizes)
    return (
        f"Given input size per channel: ({before}). "
        f"Calculated output size per channel: ({after}). Output size is too small"
    )


def _pool(given: Arguments) -> str | None:
    kernel = each(given["kernel_size"], 1)
    dilation = each(given.get("dilation", 1), len(kernel))
    spans = [SPAN(D=d, K=k).value for d, k in zip(dilation, kernel, strict=False)]
    padding = each(given["padding"], len(spans))
    if any(2 * p > span for p, span in zip(padding, spans, strict=False)):
        return (
            "pad should be at most half of effective kernel size, "
            f"but got pad={padding[0]}, kernel_size={kernel[0]} and dilation={dilation[0]}"
        )
    return None


REFUSALS: Mapping[str, Callable[[Arguments], str | None]] = {
    "conv": _convolution,
    "conv_transpose": _transposed,
    "max_pool": _pool,
    "avg_pool": _pool,
}
