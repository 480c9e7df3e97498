"""Layers that torch has no module for. Values are (batch, channel, *axes)."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from striate.language.layers import Table


class MinPool(nn.Module):
    """The smallest value in each window: the maximum of the negative.

    >>> MinPool(nn.MaxPool1d(2))(torch.tensor([[[1.0, 2.0, -1.0, 0.0]]])).tolist()
    [[[1.0, -1.0]]]
    """

    def __init__(self, maximum: nn.Module) -> None:
        super().__init__()
        self.maximum = maximum

    def forward(self, x: Tensor) -> Tensor:
        """Pool (batch, channel, *axes)."""
        return -self.maximum(-x)


class ChannelPool(nn.Module):
    """The maximum over groups of neighbouring channels; ties share the gradient.

    >>> ChannelPool(2)(torch.tensor([[1.0, 3.0, 2.0, 0.0]])).tolist()
    [[3.0, 2.0]]
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel/channels, *axes)."""
        return x.unflatten(1, (-1, self.channels)).amax(2)


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


class Restricted(nn.Module):
    """Convolution by a connection table: one true kernel for each connection.

    The kernels are written into a dense weight whose missing connections are zeros, which costs
    what a dense convolution costs; the weight is (connection, *kernel), in the table's order.
    """

    rows: Tensor
    columns: Tensor

    def __init__(
        self, channels: int, table: Table, dense: "nn.Conv1d | nn.Conv2d | nn.Conv3d"
    ) -> None:
        super().__init__()
        pairs = [(row, column) for row, columns in enumerate(table) for column in columns]
        kernel = dense.weight.shape[2:]
        self.dense_shape = (len(table), channels, *kernel)
        self.weight = nn.Parameter(torch.empty(len(pairs), *kernel))
        self.bias = None if dense.bias is None else nn.Parameter(torch.empty(len(table)))
        self.steps: tuple[Any, ...] = (dense.stride, dense.padding, dense.dilation)
        self.register_buffer("rows", torch.tensor([p[0] for p in pairs]), persistent=False)
        self.register_buffer("columns", torch.tensor([p[1] for p in pairs]), persistent=False)
        self._start(table, math.prod(kernel))

    def _start(self, table: Table, kernel: int) -> None:
        """Torch's own start of a convolution, each filter by the inputs that it really has."""
        bounds = torch.tensor([1 / math.sqrt(len(columns) * kernel) for columns in table])
        shape = (-1, *(1,) * (self.weight.ndim - 1))
        with torch.no_grad():
            self.weight.uniform_(-1, 1).mul_(bounds[self.rows].view(shape))
            if self.bias is not None:
                self.bias.uniform_(-1, 1).mul_(bounds)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, filter, *places)."""
        zeros = self.weight.new_zeros(self.dense_shape)
        dense = zeros.index_put((self.rows, self.columns), self.weight)
        convolve: Any = (F.conv1d, F.conv2d, F.conv3d)[len(self.dense_shape) - 3]
        return convolve(x, dense, self.bias, *self.steps)


class Crop(nn.Module):
    """The middle part of this size."""

    def __init__(self, size: Sequence[int]) -> None:
        super().__init__()
        self.size = tuple(size)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, *axes) to (batch, channel, *size)."""
        for axis, size in enumerate(self.size, start=2):
            x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
        return x
