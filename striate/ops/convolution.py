"""Convolution as a function of tensors, in any number of axes: the weight's shape names the kind.

    (filter, channel, *kernel)            shared: one kernel everywhere, torch's own layout
    (filter, channel, *tiles, *kernel)    tiled: kernels repeat every `tiles` places
    (filter, channel, *places, *kernel)   unshared: a kernel for every place

Behind a connection table a weight has one axis, connection, in place of the first two.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from striate.arithmetic.window import Window, show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.ops.announcing import announced
from striate.ops.checking import check
from striate.ops.fitting import casts, check_convolution
from striate.ops.padding import pad
from striate.ops.tiling import correlate

_CONVOLUTIONS = (F.conv1d, F.conv2d, F.conv3d)


@announced
def convolve(
    x: Tensor,
    weight: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    groups: int = 1,
    table: L.Table | None = None,
    mode: L.PaddingMode = "zeros",
) -> Tensor:
    """Cross-correlate x (batch, channel, *axes) with a weight: (batch, filter, *places).

    The bias is (filter,), or (filter, *tiles) repeated as the kernels are, or (filter, *places).
    With groups, a filter sees the channels of its own; with a table, for each filter the channels
    that it is connected to, the weight is (connection, *kernel) in the table's order. What the
    window covers beyond the image is filled as `ops.pad` does. ShapeError where sizes do not fit.

    >>> x, window = torch.ones(1, 3, 6, 6), Window.of(3, rank=2)
    >>> convolve(x, torch.ones(2, 3, 3, 3), window)[0, :, 0, 0].tolist()
    [27.0, 27.0]
    >>> convolve(x, torch.ones(2, 3, 4, 4, 3, 3), window).shape
    torch.Size([1, 2, 4, 4])
    """
    if table is not None:
        weight = connected(weight, table, x.shape[1])
    check_convolution((x, weight, bias), window, groups, mode)
    if weight.ndim == 2 + window.rank:
        return _shared(x, weight, window, bias, groups, mode)
    x, weight = cast(x, weight)
    x = pad(x, window.padding, mode)
    steps = (window.stride, window.dilation)
    if groups == 1:
        return add_bias(correlate(x, weight, *steps), bias)
    parts = zip(x.chunk(groups, 1), weight.chunk(groups), strict=True)
    return add_bias(torch.cat([correlate(*part, *steps) for part in parts], 1), bias)


@announced
def connect(
    x: Tensor,
    weight: Tensor,
    places: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    table: L.Table,
    mode: L.PaddingMode = "zeros",
) -> Tensor:
    """`convolve` behind a table whose `places_of` are at hand: the weight is (connection, *kernel).

    >>> table = ((0, 1), (2,))
    >>> x, weight, window = torch.ones(1, 3, 4, 4), torch.ones(3, 3, 3), Window.of(3, rank=2)
    >>> connect(x, weight, places_of(table, 3), window, table=table)[0, :, 0, 0]
    tensor([18.,  9.])
    """
    weight = scattered(weight, places, (len(table), x.shape[1]))
    return convolve(x, weight, window, bias, mode=mode)


def connected(weight: Tensor, table: L.Table, channels: int) -> Tensor:
    """The kernels of a connection table in a dense weight whose missing connections are zeros.

    It costs what a dense convolution costs. (connection, *kernel) to (filter, channel, *kernel).
    """
    if not torch.compiler.is_compiling():
        check(L.Convolution(len(table), Window.of(1, rank=1), connect=table), (1, channels, 1))
    connections = sum(map(len, table))
    if connections != len(weight):
        raise ShapeError(
            f"the connection table has {connections} connections, and the weight {len(weight)}",
            help=[f"give a weight of {show((connections, *weight.shape[1:]))}"],
        )
    return scattered(weight, places_of(table, channels).to(weight.device), (len(table), channels))


def places_of(table: L.Table, channels: int) -> Tensor:
    """Where the kernel of each connection lies in a dense weight: filter*channels + channel.

    >>> places_of(((0, 1), (2,)), 3)
    tensor([0, 1, 5])
    """
    places = [row * channels + column for row, seen in enumerate(table) for column in seen]
    return torch.tensor(places, dtype=torch.long)


def scattered(weight: Tensor, places: Tensor, dense: tuple[int, int]) -> Tensor:
    """Kernels (connection, *kernel) put to their places among zeros: (filter, channel, *kernel)."""
    filters, channels = dense
    zeros = weight.new_zeros((filters * channels, *weight.shape[1:]))
    return zeros.index_copy(0, places, weight).view(filters, channels, *weight.shape[1:])


def add_bias(y: Tensor, bias: Tensor | None) -> Tensor:
    """Add a number for each filter, or one for each place, repeated as often as it fits."""
    if bias is None:
        return y
    bias = bias.to(y.dtype)
    if bias.ndim == 1:
        return y + bias.view(-1, *(1,) * (y.ndim - 2))
    for axis, (tiles, places) in enumerate(zip(bias.shape[1:], y.shape[2:], strict=True), start=1):
        if tiles > places:
            raise ShapeError(f"a bias of {show(bias.shape)} is larger than {show(y.shape[1:])}")
        if tiles != places:
            bias = bias.index_select(axis, torch.arange(places, device=y.device) % tiles)
    return y + bias


def cast(*values: Tensor) -> tuple[Tensor, ...]:
    """Under autocast in its type, as torch does for its own convolutions."""
    if not casts(values[0]) or values[0].dtype == torch.float64:
        return values
    dtype = torch.get_autocast_dtype(values[0].device.type)
    return tuple(value.to(dtype) for value in values)


def _shared(
    x: Tensor,
    weight: Tensor,
    window: Window,
    bias: Tensor | None,
    groups: int,
    mode: L.PaddingMode,
) -> Tensor:
    """Torch's own convolution; it pads with as many zeros before as after."""
    before = tuple(pair[0] for pair in window.padding)
    if mode != "zeros" or any(a != b for a, b in window.padding):
        x, before = pad(x, window.padding, mode), (0,) * window.rank
    run, each = _CONVOLUTIONS[window.rank - 1], bias is not None and bias.ndim == 1
    y = run(x, weight, bias if each else None, window.stride, before, window.dilation, groups)
    return y if each else add_bias(y, bias)
