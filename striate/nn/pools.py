"""Pooling as layers, in any number of axes; the equations are those of `ops`."""

from torch import Tensor, nn

from striate.arithmetic.window import Size, Window, show
from striate.language import layers as L
from striate.language.spelling import spell
from striate.ops import adaptive, pool, pool_channels


class Pool(nn.Module):
    """The largest, the smallest or the average of each window; `ops.pool` says what options mean.

    >>> Pool(Window.of(3, rank=2, stride=2, padding=1))
    Pool(POOL 3 stride=2 pad=1)
    """

    def __init__(
        self,
        window: Window,
        kind: L.PoolKind = "max",
        *,
        ceil: bool = False,
        count_padding: bool = True,
        mode: L.PaddingMode = "zeros",
    ) -> None:
        super().__init__()
        self.window = window
        self.kind: L.PoolKind = kind
        self.ceil = ceil
        self.count_padding = count_padding
        self.mode: L.PaddingMode = mode

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel, *places)."""
        options = {"ceil": self.ceil, "count_padding": self.count_padding}
        return pool(x, self.window, self.kind, mode=self.mode, **options)

    def extra_repr(self) -> str:
        """The layer as the language writes it."""
        return spell(L.Pool(self.kind, self.window, self.ceil, self.mode, self.count_padding))


class ChannelPool(nn.Module):
    """The largest, the smallest or the average of each group of neighbouring channels.

    >>> ChannelPool(2)
    ChannelPool(2, max)
    """

    def __init__(self, channels: int, kind: L.PoolKind = "max") -> None:
        super().__init__()
        self.channels = channels
        self.kind: L.PoolKind = kind

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel/channels, *axes)."""
        return pool_channels(x, self.channels, self.kind)

    def extra_repr(self) -> str:
        """How many channels make a group, and what becomes of them."""
        return f"{self.channels}, {self.kind}"


class Adaptive(nn.Module):
    """As many windows as there are places, whatever the size of the input.

    >>> Adaptive((7, 7))
    Adaptive(7x7, average)
    """

    def __init__(self, places: Size, kind: L.PoolKind = "average") -> None:
        super().__init__()
        self.places = places
        self.kind: L.PoolKind = kind

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel, *places)."""
        return adaptive(x, self.places, self.kind)

    def extra_repr(self) -> str:
        """The number of places, and what a window gives."""
        return f"{show(self.places)}, {self.kind}"
