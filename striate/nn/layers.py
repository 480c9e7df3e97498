"""Layers that torch has no module for. Values are (batch, channel, *axes)."""

from collections.abc import Sequence

from torch import Tensor, nn

from striate.ops import crop, pad_channels


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels, at every place."""

    def forward(self, input: Tensor) -> Tensor:
        """(batch, channel, *axes), the same size."""
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


class Dense(nn.Linear):
    """The same fully connected layer over the channels at every place."""

    def forward(self, input: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, features, *axes)."""
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


class ChannelPad(nn.Module):
    """Channels of zeros, half before and half behind, until there are so many.

    >>> ChannelPad(32)
    ChannelPad(32)
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channels, *axes)."""
        return pad_channels(x, self.channels)

    def extra_repr(self) -> str:
        """How many channels there are then."""
        return str(self.channels)


class Crop(nn.Module):
    """The middle part of this size."""

    def __init__(self, size: Sequence[int]) -> None:
        super().__init__()
        self.size = tuple(size)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel, *size)."""
        return crop(x, self.size)
