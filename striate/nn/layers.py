"""Layers that torch has no module for. Values are (batch, channel, *axes)."""

from collections.abc import Sequence

from torch import Tensor, nn

from striate.ops import crop


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


class Crop(nn.Module):
    """The middle part of this size."""

    def __init__(self, size: Sequence[int]) -> None:
        super().__init__()
        self.size = tuple(size)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel, *size)."""
        return crop(x, self.size)
