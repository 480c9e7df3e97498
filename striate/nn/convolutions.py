"""Convolutions as layers, in any number of axes; each calls the function of the same idea in `ops`.

Weights start uniform around zero, such that a layer keeps the variance of what comes in: 1 over
the number of weights that meet in one value (LeCun et al., "Efficient BackProp", 1998). Biases
start at zero.
"""

from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from striate.arithmetic.window import Size, Window, show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.ops import convolve, transpose
from striate.ops.tiling import logical


class Convolution(nn.Module):
    """One kernel for each filter, used at every place; with a table, for each connection.

    The weight is torch's, (filter, channel/groups, *kernel), or (connection, *kernel).

    >>> layer = Convolution(3, 6, Window.of(5, rank=2))
    >>> layer(torch.zeros(1, 3, 32, 32)).shape
    torch.Size([1, 6, 28, 28])
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        window: Window,
        *,
        groups: int = 1,
        table: L.Table | None = None,
        bias: bool = True,
        mode: L.PaddingMode = "zeros",
    ) -> None:
        super().__init__()
        self.channels, self.filters, self.window = channels, filters, window
        self.groups, self.table = groups, table
        self.mode: L.PaddingMode = mode
        first = (filters, channels // groups) if table is None else (sum(map(len, table)),)
        self.weight = nn.Parameter(torch.empty(*first, *window.kernel))
        self.bias = nn.Parameter(torch.zeros(filters)) if bias else None
        self._start()

    def _start(self) -> None:
        taps = prod(self.window.kernel)
        if self.table is None:
            start(self.weight, self.channels // self.groups * taps)
            return
        kernels = self.weight.split([len(seen) for seen in self.table])
        for kernel, seen in zip(kernels, self.table, strict=True):
            start(kernel, len(seen) * taps)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, filter, *places)."""
        seen: Any = {"groups": self.groups, "table": self.table}
        return convolve(x, self.weight, self.window, self.bias, mode=self.mode, **seen)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}"


class Tiled(nn.Module):
    """Kernels and biases that repeat every `tiles` places in each axis.

    The weight is (filter, channel, *tiles, *kernel), and lies place-major in memory.

    >>> layer = Tiled(3, 6, Window.of(5, rank=2), (2, 2))
    >>> layer.weight.shape, layer(torch.zeros(1, 3, 32, 32)).shape
    (torch.Size([6, 3, 2, 2, 5, 5]), torch.Size([1, 6, 28, 28]))
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        window: Window,
        tiles: Size,
        *,
        bias: bool = True,
        mode: L.PaddingMode = "zeros",
    ) -> None:
        super().__init__()
        self.channels, self.filters, self.window = channels, filters, window
        self.tiles = tiles
        self.mode: L.PaddingMode = mode
        placed = torch.empty(*tiles, *window.kernel, channels, filters)
        self.weight = nn.Parameter(logical(placed))
        self.bias = nn.Parameter(torch.zeros(filters, *tiles)) if bias else None
        start(self.weight, channels * prod(window.kernel))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, filter, *places)."""
        return convolve(x, self.weight, self.window, self.bias, mode=self.mode)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}, {self.tiles}"


class Unshared(Tiled):
    """A kernel and a bias of its own for every place: locally connected; its input has one size.

    >>> layer = Unshared(1, 1, Window.of(2), (5,), bias=False)
    >>> layer.weight.numel()
    8
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        window: Window,
        size: Size,
        *,
        bias: bool = True,
        mode: L.PaddingMode = "zeros",
    ) -> None:
        super().__init__(channels, filters, window, window.places(size), bias=bias, mode=mode)
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *size) to (batch, filter, *places)."""
        if x.shape[2:] != self.size:
            raise ShapeError(
                f"an unshared layer made for {show(self.size)} cannot take {show(x.shape[2:])}",
                help=["a kernel of its own for every place fixes the size of the input"],
            )
        return super().forward(x)


class Transposed(nn.Module):
    """The transposed convolution: it undoes the sizes of the convolution with the same window.

    The weight is torch's, (channel, filter/groups, *kernel). Of the sizes that may come out it
    gives the one that is `added` larger than the smallest.

    >>> layer = Transposed(8, 3, Window.of(2, rank=2, stride=2), added=(1, 0))
    >>> layer(torch.zeros(1, 8, 4, 4)).shape
    torch.Size([1, 3, 9, 8])
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        window: Window,
        *,
        added: Size | None = None,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.channels, self.filters, self.window, self.groups = channels, filters, window, groups
        more = zip(window.undone(_FAR[: window.rank]), added or (0,) * window.rank, strict=True)
        steps = zip(window.stride, more, strict=True)
        self.beyond = tuple(size + extra - _FAR[0] * step for step, (size, extra) in steps)
        self.weight = nn.Parameter(torch.empty(channels, filters // groups, *window.kernel))
        self.bias = nn.Parameter(torch.zeros(filters)) if bias else None
        meet = channels // groups * prod(window.kernel) / prod(window.stride)
        start(self.weight, max(1.0, meet))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *places) to (batch, filter, *axes): a stride more for each place."""
        sizes = zip(x.shape[2:], self.window.stride, self.beyond, strict=True)
        to = tuple(places * step + beyond for places, step, beyond in sizes)
        return transpose(x, self.weight, self.window, self.bias, to=to, groups=self.groups)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}"


class Separable(nn.Module):
    """Channels mixed by 1x1, then one 1-D kernel along each axis of each filter: flattened.

    The weights are `mix` (filter, channel, 1, ...) and `along.0` (filter, 1, kernel, 1, ...) and
    so on; the bias is added at the end.

    >>> layer = Separable(64, 1, Window.of(3, rank=2), bias=False)
    >>> sum(weight.numel() for weight in layer.parameters())
    70
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        window: Window,
        *,
        bias: bool = True,
        mode: L.PaddingMode = "zeros",
    ) -> None:
        super().__init__()
        self.channels, self.filters, self.window = channels, filters, window
        self.mode: L.PaddingMode = mode
        self.steps = tuple(_along(window, axis) for axis in range(window.rank))
        self.mix = nn.Parameter(torch.empty(filters, channels, *(1,) * window.rank))
        kernels = (torch.empty(filters, 1, *step.kernel) for step in self.steps)
        self.along = nn.ParameterList(map(nn.Parameter, kernels))
        self.bias = nn.Parameter(torch.zeros(filters)) if bias else None
        start(self.mix, channels)
        for weight, taps in zip(self.along, window.kernel, strict=True):
            start(weight, taps)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, filter, *places)."""
        x = convolve(x, self.mix, _point(self.window.rank))
        *first, last = zip(self.along, self.steps, strict=True)
        for weight, step in first:
            x = convolve(x, weight, step, groups=self.filters, mode=self.mode)
        weight, step = last
        return convolve(x, weight, step, self.bias, groups=self.filters, mode=self.mode)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}"


def start(weight: Tensor, meet: float) -> None:
    """Draw weights of variance 1/meet, `meet` of which add up to one value.

    >>> weight = torch.empty(64, 64)
    >>> start(weight, 64)
    >>> bool((weight.var() * 64 - 1).abs() < 0.1)
    True
    """
    bound = (3 / meet) ** 0.5
    with torch.no_grad():
        weight.uniform_(-bound, bound)


_FAR = (1 << 20,) * 3
"""So many places that every window has them, whatever its padding."""


def _point(rank: int) -> Window:
    return Window((1,) * rank, (1,) * rank, ((0, 0),) * rank, (1,) * rank)


def _along(window: Window, axis: int) -> Window:
    """A window along one axis only."""
    ones, nothing = (1,) * window.rank, ((0, 0),) * window.rank

    def only(given: tuple[Any, ...], else_: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*else_[:axis], given[axis], *else_[axis + 1 :])

    return Window(
        only(window.kernel, ones),
        only(window.stride, ones),
        only(window.padding, nothing),
        only(window.dilation, ones),
    )
