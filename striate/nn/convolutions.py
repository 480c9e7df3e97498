"""Convolution and its transpose as layers, in any number of axes; the equation lives in `ops`."""

from math import prod

import torch
from torch import Tensor, nn

from striate.arithmetic.window import Size, Window
from striate.language import layers as L
from striate.nn.starting import start
from striate.ops import convolve, transpose
from striate.ops.convolution import connect, places_of

_FAR = (1 << 20,) * 3
"""So many places that every window has them, whatever its padding."""


class Convolution(nn.Module):
    """One kernel for each filter, used at every place; with a table, for each connection.

    The weight is torch's, (filter, channel/groups, *kernel), or (connection, *kernel): then it is
    made dense in every call.

    >>> layer = Convolution(3, 6, Window.of(5, rank=2))
    >>> layer(torch.zeros(1, 3, 32, 32)).shape
    torch.Size([1, 6, 28, 28])
    """

    places: Tensor | None

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
        places = None if table is None else places_of(table, channels)
        self.register_buffer("places", places, persistent=False)
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
        steps = (self.window, self.bias)
        if self.table is None or self.places is None:
            return convolve(x, self.weight, *steps, groups=self.groups, mode=self.mode)
        return connect(x, self.weight, self.places, *steps, table=self.table, mode=self.mode)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}"


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
