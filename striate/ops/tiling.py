"""Tiled and unshared convolution: the three operators that suffice for training.

    correlate(x, weight)   every place adds up what its kernel sees
    spread(y, weight)      every pixel adds up what the windows over it send back: the transpose
    collect(x, y)          every weight adds up what it saw times what came of it

with x (batch, channel, *pixels), padded already, y (batch, filter, *places) and weight (filter,
channel, *tiles, *kernel); the kernel of place p is that of tile p % tiles, so that unshared is as
many tiles as places. Each is linear in both of its arguments, so that its derivatives are the
other two, and those of any order are too.

Values lie channels last and weights place-major, [tile][tap][channel][filter].
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function, forward_ad
from torch.library import custom_op

from striate.arithmetic.window import Size, show
from striate.errors import OptionError, ShapeError
from striate.ops import blocks, native
from striate.ops.geometry import Geometry, geometry

_modes: Callable[[], int] = torch._C._len_torch_dispatch_stack  # pyright: ignore
_is_functional: Callable[[Tensor], bool] = torch._is_functional_tensor  # pyright: ignore

Steps = Sequence[int]
Sizes = Sequence[int]
Derivatives = tuple[Callable[[], Tensor], Callable[[], Tensor]]


def _run_correlate(x: Tensor, weight: Tensor, stride: Steps, dilation: Steps) -> Tensor:
    _check_alike(x, weight)
    g = _geometry(weight.shape, x.shape[2:], stride, dilation)
    _check_size(x, (len(x), weight.shape[1], *g.pixels))
    how = native if native.takes(x, g) else blocks
    return _first(how.correlate(_last(x), placed(weight), g))


def _run_spread(y: Tensor, weight: Tensor, pixels: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    _check_alike(y, weight)
    g = _geometry(weight.shape, pixels, stride, dilation)
    _check_size(y, (len(y), weight.shape[0], *g.places))
    how = native if native.takes(y, g) else blocks
    return _first(how.spread(_last(y), placed(weight), g))


def _run_collect(x: Tensor, y: Tensor, shape: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    _check_alike(x, y)
    g = _geometry(shape, x.shape[2:], stride, dilation)
    _check_size(x, (len(x), shape[1], *g.pixels))
    _check_size(y, (len(x), shape[0], *g.places))
    how = native if native.takes(x, g) else blocks
    return logical(how.collect(_last(x), _last(y), g))


_correlate = custom_op("striate::correlate", _run_correlate, mutates_args=())
_spread = custom_op("striate::spread", _run_spread, mutates_args=())
_collect = custom_op("striate::collect", _run_collect, mutates_args=())


@_correlate.register_fake
def _(x: Tensor, weight: Tensor, stride: Steps, dilation: Steps) -> Tensor:
    rank = len(stride)
    kernel = x.new_empty(1, x.shape[1], *weight.shape[2 + rank :])
    none = [0] * rank
    seen = torch.convolution(x, kernel, None, stride, none, dilation, False, none, 1)
    return _first(x.new_empty(x.shape[0], *seen.shape[2:], weight.shape[0]))


@_spread.register_fake
def _(y: Tensor, weight: Tensor, pixels: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    return _first(y.new_empty(y.shape[0], *pixels, weight.shape[1]))


@_collect.register_fake
def _(x: Tensor, y: Tensor, shape: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    return logical(x.new_empty(*shape[2:], shape[1], shape[0]))


def correlate(x: Tensor, weight: Tensor, stride: Steps, dilation: Steps) -> Tensor:
    """What every place adds up: y (batch, filter, *places)."""
    return _apply(_correlate, _Correlate, x, weight, stride, dilation)


def spread(y: Tensor, weight: Tensor, pixels: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    """What every pixel adds up: x (batch, channel, *pixels)."""
    return _apply(_spread, _Spread, y, weight, pixels, stride, dilation)


def collect(x: Tensor, y: Tensor, shape: Sizes, stride: Steps, dilation: Steps) -> Tensor:
    """What every weight adds up: a weight of this shape, (filter, channel, *tiles, *kernel)."""
    return _apply(_collect, _Collect, x, y, shape, stride, dilation)


def placed(weight: Tensor) -> Tensor:
    """A weight as it lies, (*tiles, *kernel, channel, filter); copied if it lies otherwise."""
    return weight.movedim((1, 0), (-2, -1)).contiguous()


def logical(weight: Tensor) -> Tensor:
    """A weight (*tiles, *kernel, channel, filter), seen as (filter, channel, *tiles, *kernel).

    >>> logical(torch.zeros(2, 2, 3, 3, 4, 8)).shape
    torch.Size([8, 4, 2, 2, 3, 3])
    """
    return weight.movedim((-2, -1), (1, 0))


def _of_correlate(u: Tensor, x: Tensor, weight: Tensor, *steps: Steps) -> Derivatives:
    return (
        lambda: spread(u, weight, x.shape[2:], *steps),
        lambda: collect(x, u, weight.shape, *steps),
    )


def _of_spread(u: Tensor, y: Tensor, weight: Tensor, _: Sizes, *steps: Steps) -> Derivatives:
    return (
        lambda: correlate(u, weight, *steps),
        lambda: collect(u, y, weight.shape, *steps),
    )


def _of_collect(u: Tensor, x: Tensor, y: Tensor, _: Sizes, *steps: Steps) -> Derivatives:
    return (
        lambda: spread(y, u, x.shape[2:], *steps),
        lambda: correlate(x, u, *steps),
    )


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    first, second, *ctx.rest = inputs
    ctx.save_for_backward(first, second)
    ctx.save_for_forward(first, second)


def _remember_compiled(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    first, second, *ctx.rest = inputs
    ctx.save_for_backward(first, second)


def _bilinear(
    operator: Any, run: Callable[..., Tensor], derivatives: Callable[..., Derivatives]
) -> type[Function]:
    """An operator that is linear in its first two arguments, with derivatives of every kind.

    As a `Function` it has forward mode and the transforms of `torch.func`, which torch's compiler
    does not follow; compiled, the operator itself has the same derivatives. Where nobody traces,
    what it does is run at once: finding the way to it would take as long as a small layer.
    """

    def forward(*arguments: Any) -> Tensor:
        return (run if _is_plain(*arguments[:2]) else operator)(*arguments)

    def backward(ctx: Any, u: Tensor) -> tuple[Tensor | None, ...]:
        found = derivatives(u, *ctx.saved_tensors, *ctx.rest)
        wanted = ctx.needs_input_grad
        return (
            *(each() if want else None for each, want in zip(found, wanted, strict=False)),
            *(None for _ in ctx.rest),
        )

    def jvp(ctx: Any, first: Tensor | None, second: Tensor | None, *_: None) -> Tensor:
        a, b = ctx.saved_tensors
        along = None if first is None else made.apply(first, b, *ctx.rest)
        across = None if second is None else made.apply(a, second, *ctx.rest)
        return torch.stack([part for part in (along, across) if part is not None]).sum(0)

    def vmap(info: Any, axes: tuple[int | None, ...], *given: Any) -> tuple[Tensor, int]:
        pairs = [
            value.unbind(axis) if axis is not None else (value,) * info.batch_size
            for value, axis in zip(given[:2], axes, strict=False)
        ]
        return torch.stack([made.apply(*pair, *given[2:]) for pair in zip(*pairs, strict=True)]), 0

    members: dict[str, Callable[..., Any]] = {
        "forward": forward,
        "setup_context": _remember,
        "backward": backward,
        "jvp": jvp,
        "vmap": vmap,
    }
    made: Any = type("Bilinear", (Function,), {k: staticmethod(f) for k, f in members.items()})
    operator.register_autograd(backward, setup_context=_remember_compiled)
    return made


_Correlate = _bilinear(_correlate, _run_correlate, _of_correlate)
_Spread = _bilinear(_spread, _run_spread, _of_spread)
_Collect = _bilinear(_collect, _run_collect, _of_collect)


def _is_plain(*tensors: Tensor) -> bool:
    """Whether tensors are memory, and not stand-ins by which somebody traces."""
    kinds = all(type(tensor) in (Tensor, nn.Parameter) for tensor in tensors)
    here = all(tensor.device.type == "cpu" for tensor in tensors)
    return kinds and here and not (_modes() or any(map(_is_functional, tensors)))


def _apply(operator: Any, function: Any, *arguments: Any) -> Tensor:
    if not torch.compiler.is_compiling():
        return function.apply(*arguments)
    if forward_ad._current_level >= 0:  # pyright: ignore[reportPrivateUsage]
        raise OptionError("a compiled graph has no forward mode here: its tangent would be zero")
    return operator(*arguments)


def _check_alike(one: Tensor, other: Tensor) -> None:
    """The kernels work on one type on one device: what else comes would be read as if it were."""
    if (one.dtype, one.device) != (other.dtype, other.device):
        raise OptionError(
            f"values of {one.dtype} on {one.device} cannot meet {other.dtype} on {other.device}"
        )


def _check_size(value: Tensor, wanted: Size) -> None:
    """A compiled graph comes here unjudged, and what is read has to be there."""
    if value.shape != wanted:
        raise ShapeError(f"values of {show(value.shape)} arrive where {show(wanted)} fit")


def _geometry(weight: Sizes, pixels: Sizes, stride: Steps, dilation: Steps) -> Geometry:
    return geometry(tuple(weight), tuple(pixels), tuple(stride), tuple(dilation))


def _last(x: Tensor) -> Tensor:
    """Channels last in memory; copied if they are not."""
    return x.movedim(1, -1).contiguous()


def _first(x: Tensor) -> Tensor:
    return x.movedim(-1, 1)
