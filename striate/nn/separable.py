"""Separable convolution as a layer: an axis at a time, in any number of axes."""

import torch
from torch import Tensor, nn

from striate.arithmetic.flattening import along_axis
from striate.arithmetic.window import Window
from striate.language import layers as L
from striate.nn.starting import start
from striate.ops import separate


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
        self.mix = nn.Parameter(torch.empty(filters, channels, *(1,) * window.rank))
        steps = (along_axis(window, axis) for axis in range(window.rank))
        kernels = (torch.empty(filters, 1, *step.kernel) for step in steps)
        self.along = nn.ParameterList(map(nn.Parameter, kernels))
        self.bias = nn.Parameter(torch.zeros(filters)) if bias else None
        start(self.mix, channels)
        for weight, taps in zip(self.along, window.kernel, strict=True):
            start(weight, taps)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, filter, *places)."""
        return separate(x, self.mix, list(self.along), self.window, self.bias, mode=self.mode)

    def extra_repr(self) -> str:
        """What `print` shows of it."""
        return f"{self.channels}, {self.filters}, {self.window}"
