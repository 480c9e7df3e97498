"""Functions that slide a window: convolution, its transpose, pooling; and padding, enlarging."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from striate.arithmetic.padding import halves
from striate.arithmetic.window import Window
from striate.inspection.calls import Call, Meaning, Said, Step
from striate.inspection.values import ordered
from striate.language import layers as L

Steps = int | Sequence[int]


def plain_step(call: Call, layer: L.Layer, input: Tensor) -> Said:
    """A layer of a plain value that gives a plain value."""
    rank = input.ndim - 2
    return Step(layer, (input,), ordered(rank)) if call.plain(input) else None


def convolution(
    call: Call,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Steps = 1,
    padding: Any = 0,
    dilation: Steps = 1,
    groups: int = 1,
) -> Said:
    """F.conv1d, conv2d, conv3d."""
    filters, *kernel = weight.shape[0], *weight.shape[2:]
    if weight.shape[1] * groups != input.shape[1] or weight.ndim != input.ndim:
        return None
    window = _window(kernel, stride, padding, dilation)
    layer = L.Convolution(filters, window, groups, bias=bias is not None)
    return plain_step(call, layer, input)


def transposed(
    call: Call,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Steps = 1,
    padding: Steps = 0,
    output_padding: Steps = 0,
    groups: int = 1,
    dilation: Steps = 1,
) -> Said:
    """F.conv_transpose1d, 2d, 3d."""
    window = _window(weight.shape[2:], stride, padding, dilation)
    added = max([output_padding] if isinstance(output_padding, int) else output_padding)
    to = tuple(call.made[0].shape[2:]) if added else None
    layer = L.Transposed(weight.shape[1] * groups, window, groups, bias is not None, to)
    return plain_step(call, layer, input)


def max_pool(
    call: Call,
    input: Tensor,
    kernel_size: Steps,
    stride: Steps | None = None,
    padding: Steps = 0,
    dilation: Steps = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Said:
    """F.max_pool1d, 2d, 3d."""
    kernel = _sides(kernel_size, input)
    window = _window(kernel, stride or kernel, padding, dilation)
    return plain_step(call, L.Pool("max", window, ceil_mode), input)


def average_pool(
    call: Call,
    input: Tensor,
    kernel_size: Steps,
    stride: Steps | None = None,
    padding: Steps = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Said:
    """F.avg_pool1d, 2d, 3d."""
    kernel = _sides(kernel_size, input)
    window = _window(kernel, stride or kernel, padding, 1)
    if divisor_override is not None:
        return None
    return plain_step(call, L.Pool("average", window, ceil_mode, "zeros", count_include_pad), input)


def adaptive_average(call: Call, input: Tensor, output_size: Any) -> Said:
    """F.adaptive_avg_pool1d, 2d, 3d: to one place it is the global average."""
    axes = tuple(input.shape[2:])
    wanted = output_size if isinstance(output_size, tuple | list) else (output_size,) * len(axes)
    places = tuple(n if to is None else int(to) for to, n in zip(wanted, axes, strict=True))
    one = set(places) == {1}
    return plain_step(call, L.GlobalAverage() if one else L.Adaptive(places, "average"), input)


def adaptive_max(call: Call, input: Tensor, output_size: Any, return_indices: bool = False) -> Said:
    """F.adaptive_max_pool1d, 2d, 3d."""
    return plain_step(call, L.Adaptive(tuple(call.made[0].shape[2:]), "max"), input)


MODES: Mapping[str, L.PaddingMode] = {
    "constant": "zeros",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "circular",
}


def pad(
    call: Call, input: Tensor, pad: Sequence[int], mode: str = "constant", value: Any = None
) -> Said:
    """F.pad of the axes, or of the channels by halves; its pairs begin with the last axis."""
    pairs = [(pad[place], pad[place + 1]) for place in range(0, len(pad), 2)][::-1]
    axes = input.ndim - 2
    if len(pairs) == axes + 1 and mode == "constant" and not value:
        return _more_channels(call, input, pairs)
    if len(pairs) > axes or min(pad) < 0 or (mode == "constant" and value):
        return None
    sides = ((0, 0),) * (axes - len(pairs)) + tuple(pairs)
    return plain_step(call, L.Pad(sides, MODES[mode]), input)


def _more_channels(call: Call, input: Tensor, pairs: Sequence[tuple[int, int]]) -> Said:
    """Zeros beside the channels, as CHANNELPAD adds them, and beside nothing else."""
    added = sum(pairs[0])
    if any(map(any, pairs[1:])) or added < 0 or pairs[0] != halves(added):
        return None
    return plain_step(call, L.ChannelPad(input.shape[1] + added), input)


def interpolate(
    call: Call,
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Said:
    """F.interpolate, where it enlarges as UP does."""
    linear = mode in ("linear", "bilinear", "trilinear")
    if antialias or align_corners or not (linear or mode == "nearest"):
        return None
    before, after = tuple(input.shape[2:]), tuple(call.made[0].shape[2:])
    factors = {a / b for a, b in zip(after, before, strict=True)}
    factor = factors.pop()
    whole = not factors and factor == int(factor)
    to = None if whole and size is None else after
    layer = L.Upsample(max(1, int(factor)), "linear" if linear else "nearest", to)
    return plain_step(call, layer, input)


def _sides(steps: Steps, input: Tensor) -> tuple[int, ...]:
    """A number for each axis."""
    axes = input.ndim - 2
    sides = (steps,) * axes if isinstance(steps, int) else tuple(steps)
    return sides * axes if len(sides) == 1 else sides


def _window(kernel: Sequence[int], stride: Steps, padding: Any, dilation: Steps) -> Window:
    """A window from what torch is given: a number for all axes, or one for each, or a word."""
    kernel = tuple(kernel)
    return Window.of(kernel, stride=stride, padding=padding, dilation=dilation)


def _each(name: str, meaning: Meaning) -> dict[str, Meaning]:
    return {f"{name}{axes}d": meaning for axes in (1, 2, 3)}


MEANINGS: Mapping[str, Meaning] = {
    **_each("conv", convolution),
    **_each("conv_transpose", transposed),
    **_each("max_pool", max_pool),
    **_each("avg_pool", average_pool),
    **_each("adaptive_avg_pool", adaptive_average),
    **_each("adaptive_max_pool", adaptive_max),
    **{f"max_pool{axes}d_with_indices": max_pool for axes in (1, 2, 3)},
    **{f"adaptive_max_pool{axes}d_with_indices": adaptive_max for axes in (1, 2, 3)},
    "pad": pad,
    "interpolate": interpolate,
}
