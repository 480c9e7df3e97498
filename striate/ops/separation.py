"""Separable convolution as a function of tensors: channels mixed, then an axis at a time."""

from collections.abc import Sequence

from torch import Tensor

from striate.arithmetic.flattening import along_axis, point
from striate.arithmetic.window import Window
from striate.language import layers as L
from striate.ops.announcing import announced
from striate.ops.convolution import convolve


@announced
def separate(
    x: Tensor,
    mix: Tensor,
    along: Sequence[Tensor],
    window: Window,
    bias: Tensor | None = None,
    *,
    mode: L.PaddingMode = "zeros",
) -> Tensor:
    """(batch, channel, *axes) to (batch, filter, *places): 1x1, then one 1-D kernel for each axis.

    The weights are `mix` (filter, channel, 1, ...) and `along`, for each axis (filter, 1, kernel)
    with ones for the other axes; the bias, one number for each filter, is added at the end.

    >>> import torch
    >>> along = [torch.ones(2, 1, 3, 1), torch.ones(2, 1, 1, 3)]
    >>> window = Window.of(3, rank=2)
    >>> separate(torch.ones(1, 3, 5, 5), torch.ones(2, 3, 1, 1), along, window)[0, 0, 0, 0]
    tensor(27.)
    """
    x = convolve(x, mix, point(window.rank))
    filters = len(mix)
    for axis, weight in enumerate(along):
        added = bias if axis + 1 == len(along) else None
        x = convolve(x, weight, along_axis(window, axis), added, groups=filters, mode=mode)
    return x
