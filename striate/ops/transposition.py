"""The transposed convolution as a function of tensors: every value is sent back to what it saw.

It takes the weight of the convolution that it undoes the sizes of, so that for all x and y
    <convolve(x, weight), y> = <x, transpose(y, weight)>.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from striate.arithmetic.padding import even
from striate.arithmetic.window import Size, Window
from striate.language import layers as L
from striate.ops.announcing import announced
from striate.ops.convolution import add_bias, cast
from striate.ops.fitting import check_transposition
from striate.ops.padding import unpad
from striate.ops.tiling import spread

_TRANSPOSED = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)


@announced
def transpose(
    y: Tensor,
    weight: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    to: Size | None = None,
    groups: int = 1,
    mode: L.PaddingMode = "zeros",
) -> Tensor:
    """Send y (batch, filter, *places) back: (batch, channel, *to).

    The weight is (filter, channel/groups, *kernel), as torch has it too, or tiled or unshared. As
    several sizes have the same places, `to` tells which is returned: the smallest if it is left
    out; a ShapeError names those that can be. The bias is (channel,), or has places as well.

    >>> y, weight = torch.ones(1, 1, 2), torch.ones(1, 1, 3)
    >>> transpose(y, weight, Window.of(3, stride=2), to=(6,)).tolist()
    [[[1.0, 1.0, 2.0, 1.0, 1.0, 0.0]]]
    """
    check_transposition((y, weight, bias), window, groups, mode, to)
    padded = None if to is None else _padded(to, window)
    plain = weight.ndim == 2 + window.rank and mode == "zeros" and even(window.padding)
    if plain and not torch.compiler.is_compiling():  # which cannot read formulas
        return add_bias(_cut(y, weight, window, groups, to), bias)
    if weight.ndim == 2 + window.rank:
        back = _shared(y, weight, window, groups, padded)
    else:
        back = _tiled(y, weight, window, groups, padded)
    return add_bias(unpad(back, window.padding, mode), bias)


def _cut(y: Tensor, weight: Tensor, window: Window, groups: int, to: Size | None) -> Tensor:
    """Torch's own transposed convolution: with as much padding on both sides it cuts it off."""
    run, places = _TRANSPOSED[window.rank - 1], tuple(y.shape[2:])
    padding = [before for before, _ in window.padding]
    more = (0,) * window.rank if to is None else window.added(places, to)
    return run(y, weight, None, window.stride, padding, more, groups, window.dilation)


def _shared(y: Tensor, weight: Tensor, window: Window, groups: int, padded: Size | None) -> Tensor:
    """Torch's own transposed convolution, brought to the padded size: what no window saw is 0."""
    run, nothing = _TRANSPOSED[window.rank - 1], (0,) * window.rank
    back = run(y, weight, None, window.stride, nothing, nothing, groups, window.dilation)
    if padded is None or padded == back.shape[2:]:
        return back
    more = [n - found for n, found in zip(padded, back.shape[2:], strict=True)]
    return F.pad(back, [side for after in reversed(more) for side in (0, after)])


def _tiled(y: Tensor, weight: Tensor, window: Window, groups: int, padded: Size | None) -> Tensor:
    y, weight = cast(y, weight)
    padded = padded or _padded(window.undone(tuple(y.shape[2:])), window)
    steps = (padded, window.stride, window.dilation)
    if groups == 1:
        return spread(y, weight, *steps)
    parts = zip(y.chunk(groups, 1), weight.chunk(groups), strict=True)
    return torch.cat([spread(*part, *steps) for part in parts], 1)


def _padded(size: Size, window: Window) -> Size:
    return tuple(n + sum(pair) for n, pair in zip(size, window.padding, strict=True))
