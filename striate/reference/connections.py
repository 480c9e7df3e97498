"""What tells the kinds of convolution apart: which kernel joins which channel to which filter.

    (filter, channel/groups, *kernel)            shared: one kernel at every place
    (filter, channel/groups, *tiles, *kernel)    tiled: place p (from 0) uses tile p % tiles
    (filter, channel/groups, *places, *kernel)   unshared: as many tiles as places
    (connection, [*tiles,] *kernel)              restricted: a table names each filter's channels

All of them are a list of connections, each with its kernels (*tiles, *kernel); those that are
shared have one tile. The number of axes is the sweep's (`Sweep.rank`); where it tells none, the
kernels are shared and their own axes count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from striate.reference.sweep import Sweep

Array = NDArray[np.float64]
Groups = int | Sequence[Sequence[int]]
"""So many equal runs of channels and filters, or for each filter the channels that it sees."""


@dataclass(frozen=True)
class Connection:
    """One channel joined to one filter, by kernels (*tiles, *kernel)."""

    filter: int
    channel: int
    kernels: Array

    def at(self, place: Sequence[int]) -> Array:
        """The kernel that lies at a place; writing to it writes to the weights."""
        return self.kernels[tile(place, self.kernels.shape)]


@dataclass(frozen=True)
class Layer:
    """The weights of a convolution, as connections in their order; `channels` is the least."""

    filters: int
    channels: int
    tiles: tuple[int, ...]
    kernel: tuple[int, ...]
    connections: tuple[Connection, ...]
    restricted: bool

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.kernel)

    def fit(self, channels: int) -> None:
        """Refuse an image of a number of channels that the kernels are not made for."""
        if channels < self.channels or (channels > self.channels and not self.restricted):
            made = f"{len(self.connections)} kernels for {self.filters} filters"
            raise ValueError(f"{made} need {self.channels} channels, not {channels}")

    def lie(self, places: Sequence[int]) -> None:
        """Refuse tiles that no place would use."""
        if any(t > max(p, 1) for t, p in zip(self.tiles, places, strict=True)):
            raise ValueError(f"{self.tiles} tiles are more than {tuple(places)} places")

    def biases(self, bias: Array, places: tuple[int, ...]) -> Array:
        """A bias for each filter, each of its tiles or each of its places, as (filter, *tiles)."""
        fitting = [(self.filters,), (self.filters, *self.tiles), (self.filters, *places)]
        if bias.shape not in fitting:
            shapes = " or ".join(dict.fromkeys(map(str, fitting)))
            raise ValueError(f"a bias here has the shape {shapes}, not {bias.shape}")
        return bias.reshape(fitting[0] + (1,) * self.rank) if bias.ndim == 1 else bias


def connect(weights: Array, sweep: Sweep, groups: Groups = 1) -> Layer:
    """Read kernels of any kind as connections; their kernels are views of the weights.

    >>> layer = connect(np.zeros((4, 2, 5)), Sweep(), groups=2)
    >>> [(one.filter, one.channel) for one in layer.connections]
    [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)]
    """
    pairs = _runs(weights.shape, groups) if isinstance(groups, int) else _table(groups)
    kernels = weights.reshape(-1, *weights.shape[2:]) if isinstance(groups, int) else weights
    rank = sweep.rank or kernels.ndim - 1
    if kernels.ndim == 1 + rank:
        kernels = kernels.reshape(len(kernels), *(1,) * rank, *kernels.shape[1:])
    if kernels.ndim != 1 + 2 * rank or len(kernels) != len(pairs):
        raise ValueError(f"{weights.shape} are not {len(pairs)} kernels of {rank} axes")
    connections = tuple(Connection(*pair, one) for pair, one in zip(pairs, kernels, strict=True))
    return Layer(
        filters=weights.shape[0] if isinstance(groups, int) else len(groups),
        channels=max((channel for _, channel in pairs), default=-1) + 1,
        tiles=kernels.shape[1 : 1 + rank],
        kernel=kernels.shape[1 + rank :],
        connections=connections,
        restricted=not isinstance(groups, int),
    )


def _runs(shape: tuple[int, ...], groups: int) -> list[tuple[int, int]]:
    """Filters and channels cut into equal runs: a filter sees all channels of its own run."""
    if len(shape) < 3 or groups < 1 or shape[0] % groups:
        raise ValueError(f"kernels {shape} cannot be cut into {groups} groups")
    filters, depth = shape[:2]
    run = filters // groups
    return [(one, one // run * depth + seen) for one in range(filters) for seen in range(depth)]


def _table(groups: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(one, channel) for one, channels in enumerate(groups) for channel in channels]


def tile(place: Sequence[int], tiles: Sequence[int]) -> tuple[int, ...]:
    """Which tile lies at a place, both counted from 0; the tiles repeat in every axis.

    >>> tile((5, 2), (2, 3))
    (1, 2)
    """
    return tuple(p % t for p, t in zip(place, tiles, strict=False))


def front(array: Array, rank: int) -> Array:
    """Bring the channels of (*batch, channel, *size) to the front: (channel, *batch, *size)."""
    if array.ndim <= rank:
        raise ValueError(f"a window of {rank} axes needs channels before them, not {array.shape}")
    return np.moveaxis(array, -rank - 1, 0)


def back(array: Array, rank: int) -> Array:
    """Put the channels of (channel, *batch, *size) where they belong: (*batch, channel, *size)."""
    return np.moveaxis(array, 0, -rank - 1)
