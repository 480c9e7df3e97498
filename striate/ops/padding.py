"""Padding as a function of tensors, and its adjoint: what a gradient does on the way back.

    zeros      a frame of one number
    edge       each pixel of the frame is a copy of the nearest one
    reflect    of the one as far inside the edge as it is outside
    circular   of the one at the other end: the image goes round

The padding is (before, after) for each axis, as `Window.padding` holds it.
"""

from collections.abc import Sequence
from typing import get_args

import torch
from torch import Tensor
from torch.nn import functional as F

from striate.arithmetic.padding import Sides, halves
from striate.arithmetic.window import show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.ops.announcing import announced
from striate.ops.checking import check, check_choice, check_real

MODES = get_args(L.PaddingMode)


@announced
def pad(x: Tensor, sides: Sides, mode: L.PaddingMode = "zeros", value: float = 0.0) -> Tensor:
    """Add (before, after) pixels on each axis of x (batch, channel, *axes); x itself if none are.

    `value` is what the frame of mode zeros is filled with. The memory layout of x is kept.
    ShapeError where an image is too small to be mirrored or to go round that far.

    >>> pad(torch.tensor([[[1.0, 2.0, 3.0]]]), ((2, 1),), "reflect").tolist()
    [[[3.0, 2.0, 1.0, 2.0, 3.0, 2.0]]]
    """
    check_choice("mode", mode, MODES)
    check_real(x)
    check(L.Pad(sides, mode), x.shape)
    if not any(map(any, sides)):
        return x
    if mode in ("edge", "circular"):
        return _copied(x, sides, mode)
    flat = [side for pair in reversed(sides) for side in pair]
    if mode == "zeros":
        return F.pad(x, flat, "constant", value)
    return F.pad(x, flat, mode)


def unpad(y: Tensor, sides: Sides, mode: L.PaddingMode = "zeros") -> Tensor:
    """The adjoint of `pad`: the frame is cut off, and added to the pixels it was copied from.

    So <pad(x), y> = <x, unpad(y)> (for mode zeros with its value left at 0), and unpad takes a
    gradient for pad's output to the one for its input. Mode zeros only crops, and gives a view.

    >>> unpad(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), ((2, 1),), "edge").tolist()
    [[[10.0]]]
    """
    check_choice("mode", mode, MODES)
    check_real(y)
    check(L.Pad(sides), y.shape)
    axes = tuple(n - sum(pair) for n, pair in zip(y.shape[2:], sides, strict=True))
    if min(axes) < 1:
        raise ShapeError(f"nothing is left of {show(y.shape[2:])} without padding of {sides}")
    check(L.Pad(sides, mode), (*y.shape[:2], *axes))
    x = y
    for axis, (n, (before, after)) in enumerate(zip(axes, sides, strict=True), start=2):
        frame = x.narrow(axis, 0, before), x.narrow(axis, before + n, after)
        x = x.narrow(axis, before, n)
        if mode != "zeros" and before + after:
            places = _sources(n, (before, after), mode, x)
            x = x.clone().index_add_(axis, places, torch.cat(frame, axis))
    return x


@announced
def pad_channels(x: Tensor, channels: int) -> Tensor:
    """(batch, channel, *axes) to (batch, channels, *axes): zeros before and behind; x if none are.

    Half of them stand before the channels that arrive and half behind, the odd one behind. The
    memory layout of x is kept. ShapeError where more channels arrive.

    >>> pad_channels(torch.tensor([[1.0, 2.0]]), 5).tolist()
    [[0.0, 1.0, 2.0, 0.0, 0.0]]
    """
    check_real(x)
    check(L.ChannelPad(channels), x.shape)
    if channels == x.shape[1]:
        return x
    return F.pad(x, (*(0, 0) * (x.ndim - 2), *halves(channels - x.shape[1])))


@announced
def crop(x: Tensor, size: Sequence[int]) -> Tensor:
    """The middle of x (batch, channel, *axes): (batch, channel, *size), a view.

    >>> crop(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), (2,)).tolist()
    [[[2.0, 3.0]]]
    """
    for axis, n in enumerate(size, start=2):
        x = x.narrow(axis, (x.shape[axis] - n) // 2, n)
    return x


def _copied(x: Tensor, sides: Sides, mode: L.PaddingMode) -> Tensor:
    """Edge and circular padding axis by axis.

    Torch's own circular one forgets the memory layout, and compiled, the gradient of its edge one
    is told a layout that it has not.
    """
    for axis, (before, after) in enumerate(sides, start=2):
        n = x.shape[axis]
        if mode == "edge":
            first, last = x.narrow(axis, 0, 1), x.narrow(axis, n - 1, 1)
            parts = [first] * before + [x] + [last] * after
        else:
            parts = [x.narrow(axis, n - before, before), x, x.narrow(axis, 0, after)]
        x = torch.cat([part for part in parts if part.shape[axis]], axis)
    return x


def _sources(n: int, sides: tuple[int, int], mode: L.PaddingMode, like: Tensor) -> Tensor:
    """The places among n pixels that the frame before and after them was copied from."""
    before, after = sides
    outside = (torch.arange(-before, 0), torch.arange(n, n + after))
    places = torch.cat(outside).to(like.device)
    if mode == "edge":
        return places.clamp(0, n - 1)
    if mode == "circular":
        return places.remainder(n)
    return (n - 1) - ((n - 1) - places.abs()).abs()
