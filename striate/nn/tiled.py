"""Tiled and unshared convolution as layers, in any number of axes."""

from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from striate.arithmetic.window import Size, Window, show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.nn.starting import start
from striate.ops import convolve
from striate.ops.tiling import logical, placed


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

    def _apply(self, *arguments: Any, **options: Any) -> "Tiled":
        super()._apply(*arguments, **options)
        return self._placed()

    def _load_from_state_dict(self, *arguments: Any, **options: Any) -> None:
        super()._load_from_state_dict(*arguments, **options)
        self._placed()

    def _placed(self) -> "Tiled":
        """The layer itself, its weight place-major: lying otherwise it is copied in every call."""
        self.weight.data = logical(placed(self.weight.data))
        return self


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
