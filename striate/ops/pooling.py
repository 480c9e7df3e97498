"""Pooling as a function of tensors: the largest, the smallest or the average of each window.

Where torch has the kernel it is called as it is. Elsewhere (sides that differ, a frame wider than
half a window, gaps in an average) the image is framed first, with what is never the largest or
with zeros, and so far that the partial windows are whole. Where pixels tie, the first one gets the
gradient. Torch's kernels are about ten times faster in channels_last; converting there and back
costs more than it gains on large images, so the layout that comes in is the one that is used.
"""

from functools import reduce
from math import inf
from typing import Any, get_args

import torch
from torch import Tensor
from torch.nn import functional as F

from striate.arithmetic.padding import Sides
from striate.arithmetic.window import Size, Window
from striate.language import layers as L
from striate.ops.announcing import announced
from striate.ops.checking import check, check_choice, check_real
from striate.ops.padding import MODES, pad

KINDS = get_args(L.PoolKind)
_MAXIMA: Any = (F.max_pool1d, F.max_pool2d, F.max_pool3d)
_AVERAGES: Any = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)
_ADAPTIVE_MAXIMA: Any = (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d)
_ADAPTIVE_AVERAGES: Any = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)


@announced
def pool(
    x: Tensor,
    window: Window,
    kind: L.PoolKind = "max",
    *,
    ceil: bool = False,
    count_padding: bool = True,
    mode: L.PaddingMode = "zeros",
) -> Tensor:
    """One number for each place of the window on x (batch, channel, *axes).

    With `ceil` a last window that hangs over the end is kept, as `Window.places(ceil=True)` says.
    The padding of mode zeros is never the largest or the smallest; in an average it counts as
    zeros, or with `count_padding=False` not at all; other modes make pixels of it. What a partial
    window covers beyond the padding never counts. ShapeError if the window does not fit.

    >>> x = torch.tensor([[[0.25, 1.0, 0.5, 0.25, 0.0, 0.25]]])
    >>> pool(x, Window.of(3, stride=2), ceil=True).tolist()
    [[[1.0, 0.5, 0.25]]]
    """
    check_choice("kind", kind, KINDS)
    check_choice("mode", mode, MODES)
    check_real(x)
    layer = L.Pool(kind, window, ceil, mode, count_padding)
    check(layer, x.shape)
    if kind == "average":
        return _average(x, layer)
    return _largest(x, layer) if kind == "max" else -_largest(-x, layer)


@announced
def pool_channels(x: Tensor, channels: int, kind: L.PoolKind = "max") -> Tensor:
    """(batch, channel, *axes) to (batch, channel/channels, *axes), over neighbouring channels.

    Of channels that tie, the first one gets the gradient: that is the rule of `pool`, and its
    way back is two to four times faster than sharing. ShapeError where a group is not full.

    >>> pool_channels(torch.tensor([[1.0, 3.0, 2.0, 0.0]]), 2).tolist()
    [[3.0, 2.0]]
    """
    check_choice("kind", kind, KINDS)
    check_real(x)
    check(L.ChannelPool(channels), x.shape)
    axis, within = (-1, -1) if x.stride(1) == 1 else (1, 2)  # channels_last stays channels_last
    groups = x.movedim(1, axis).unflatten(axis, (x.shape[1] // channels, channels))
    if kind == "average":
        return groups.mean(within).movedim(axis, 1)
    return (groups.max if kind == "max" else groups.min)(within).values.movedim(axis, 1)


@announced
def adaptive(x: Tensor, places: Size, kind: L.PoolKind = "average") -> Tensor:
    """Pool x (batch, channel, *axes) into (batch, channel, *places), whatever its size.

    Place i of b reaches over n pixels from floor(i*n/b) to ceil((i + 1)*n/b).

    >>> adaptive(torch.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0]]]), (2,)).tolist()
    [[[2.0, 4.0]]]
    """
    check_choice("kind", kind, KINDS)
    check_real(x)
    check(L.Adaptive(places, kind), x.shape)
    if kind == "average":
        return _ADAPTIVE_AVERAGES[len(places) - 1](x, places)
    largest = _ADAPTIVE_MAXIMA[len(places) - 1]
    return largest(x, places) if kind == "max" else -largest(-x, places)


def pool_globally(x: Tensor, kind: L.PoolKind = "average") -> Tensor:
    """One number for each channel: (batch, channel, *axes) to (batch, channel, 1, ...).

    >>> pool_globally(torch.tensor([[[1.0, 2.0], [3.0, 5.0]]])).tolist()
    [[[1.5], [4.0]]]
    """
    check(L.GlobalAverage(), x.shape)
    return adaptive(x, (1,) * (x.ndim - 2), kind)


def _largest(x: Tensor, layer: L.Pool) -> Tensor:
    window, largest = layer.window, _MAXIMA[layer.window.rank - 1]
    if _plain(layer):
        before = [pair[0] for pair in window.padding]
        steps = (window.kernel, window.stride, before, window.dilation)
        return largest(x, *steps, ceil_mode=layer.ceil)
    framed = pad(x, window.padding, layer.mode, -inf)
    framed = pad(framed, _overhang(layer, x.shape[2:]), value=-inf)
    return largest(framed, window.kernel, window.stride, 0, window.dilation)


def _average(x: Tensor, layer: L.Pool) -> Tensor:
    window, average = layer.window, _AVERAGES[layer.window.rank - 1]
    missing = max(window.dilation) > 1 or (window.rank == 3 and x.dtype.itemsize == 2)
    if _plain(layer) and not missing:
        before = [pair[0] for pair in window.padding]
        return average(x, window.kernel, window.stride, before, layer.ceil, layer.count_padding)
    over = _overhang(layer, x.shape[2:])
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    sums = _sums(pad(pad(wide, window.padding, layer.mode), over), window)
    counted = float(layer.count_padding or layer.mode != "zeros")
    ones = wide.new_ones((1, 1, *x.shape[2:]))
    counts = _sums(pad(pad(ones, window.padding, value=counted), over), window)
    return (sums / counts).to(x.dtype)


def _sums(x: Tensor, window: Window) -> Tensor:
    """The sum under each window, an axis at a time."""
    steps = zip(window.kernel, window.stride, window.dilation, strict=True)
    for axis, (k, s, d) in enumerate(steps, start=2):
        starts, ahead = x.shape[axis] - (k - 1) * d, (slice(None),) * axis
        x = reduce(torch.add, (x[(*ahead, slice(t * d, starts + t * d, s))] for t in range(k)))
    return x


def _plain(layer: L.Pool) -> bool:
    """Whether torch's own kernels can do the padding: zeros, equal sides, at most half a window."""
    pairs = zip(layer.window.padding, layer.window.kernel, strict=True)
    even = all(before == after <= k // 2 for (before, after), k in pairs)
    return layer.mode == "zeros" and even


def _overhang(layer: L.Pool, axes: Size) -> Sides:
    """How far the last window hangs over the end of the padded axes: (0, n) for each.

    A partial window is kept if it starts before the padding after, and the one a step before it
    did not reach the end: what `Window.places` counts, in numbers that a compiler can trace.
    """
    window = layer.window
    if not layer.ceil:
        return ((0, 0),) * window.rank
    steps = zip(window.kernel, window.stride, window.dilation, strict=True)
    over: list[tuple[int, int]] = []
    for n, (before, after), (k, s, d) in zip(axes, window.padding, steps, strict=True):
        end, reach = before + n + after, (k - 1) * d + 1
        last = (min(before + n, end - reach + s) - 1) // s * s
        over.append((0, max(0, last + reach - end)))
    return tuple(over)
