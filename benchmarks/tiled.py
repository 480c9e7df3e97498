"""What do kernels that repeat every t places cost, over a shared convolution of the same size?

3x3 kernels over images with one zero around, as many filters as channels. The products are those
of the shared convolution, torch's own, which is timed channels first and channels last: the faster
counts. The recipe that is posted, a whole convolution for each of the t*t kernels and a choice
among them, is beside it.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.passes import OURS, PASSES, agree, allocation, our_ways, passing, timed
from benchmarks.rounds import Result, rounds, torch_machine
from striate.arithmetic.window import Window
from striate.ops import convolve

PERIODS, BATCHES, CHANNELS, SIZES = (2, 3), (1, 32, 128), (16, 64), (14, 28, 56)
ROUNDS = 3
WINDOW = Window.of(3, rank=2, padding=1)

Row = dict[str, float | str]


@dataclass(frozen=True)
class Cell:
    """One size of the layer: as many filters as channels, as many places as pixels."""

    batch: int
    channels: int
    size: int

    @property
    def demanding(self) -> bool:
        """Whether it is one for which a limit is asked."""
        return self.batch >= 32 and self.channels == 64

    def values(self) -> Tensor:
        """Images or derivatives."""
        return torch.randn(self.batch, self.channels, self.size, self.size)

    def weight(self, period: int) -> Tensor:
        """Tiled kernels as our layers have them, (filter, channel, *tiles, *kernel)."""
        weight = torch.randn(period, period, 3, 3, self.channels, self.channels)
        return weight.movedim((-2, -1), (1, 0))


def _shared(x: Tensor, weight: Tensor) -> Tensor:
    return F.conv2d(x, weight, padding=1)


def _tiled(x: Tensor, weight: Tensor) -> Tensor:
    return convolve(x, weight, WINDOW)


def _chosen(x: Tensor, weight: Tensor) -> Tensor:
    """The recipe: every kernel everywhere, and at each place the one that belongs there."""
    period, y = weight.shape[2], x.new_empty(len(x), len(weight), *x.shape[2:])
    for i, j in product(range(period), repeat=2):
        at = (..., slice(i, None, period), slice(j, None, period))
        y[at] = _shared(x, weight[:, :, i, j])[at]
    return y


def _last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _shared_ways(cell: Cell, name: str) -> dict[str, Callable[[], float]]:
    x, u, weight = cell.values(), cell.values(), torch.randn(cell.channels, cell.channels, 3, 3)
    last = (_last(x), _last(weight))
    return {
        "shared, first": timed(passing(name, _shared, (x, weight), u)),
        "shared, last": timed(passing(name, _shared, last, u)),
    }


def _tiled_ways(cell: Cell, period: int, name: str) -> dict[str, Callable[[], float]]:
    x, u, weight = cell.values(), cell.values(), cell.weight(period)
    ours = passing(name, _tiled, (_last(x), weight), u)
    posted = passing(name, _chosen, (x, weight.detach().contiguous()), u)
    for mine, other in zip(ours(), posted(), strict=True):
        agree(mine, other)
    ways = our_ways(ours) | {"posted": timed(posted)}
    return {f"{way}, t={period}": seconds for way, seconds in ways.items()}


def _rows(cell: Cell, name: str) -> list[Row]:
    """A row for each period: milliseconds, and how many times the shared convolution that is."""
    contestants = _shared_ways(cell, name)
    for period in PERIODS:
        contestants |= _tiled_ways(cell, period, name)
    took = {way: statistics.median(s) for way, s in rounds(contestants, ROUNDS).items()}
    shared = min(took["shared, first"], took["shared, last"])
    rows: list[Row] = []
    for period in PERIODS:
        row: Row = {"batch": cell.batch, "channels": cell.channels, "size": cell.size}
        row |= {"pass": name, "t": period, "shared": 1e3 * shared}
        for way in (*OURS, "posted"):
            row[way] = 1e3 * took[f"{way}, t={period}"]
            row[f"{way} / shared"] = took[f"{way}, t={period}"] / shared
        rows.append(row)
    return rows


def _answer(way: str, rows: list[Row]) -> str:
    found: list[str] = []
    for period in PERIODS:
        ratios = [float(row[f"{way} / shared"]) for row in rows if row["t"] == period]
        found.append(f"{statistics.median(ratios):.2f} (most {max(ratios):.2f}) at t = {period}")
    return f"{way}: {', '.join(found)}"


def main() -> Result:
    torch.manual_seed(0)
    cells = [Cell(*sizes) for sizes in product(BATCHES, CHANNELS, SIZES)]
    found = {(cell, name): _rows(cell, name) for cell in cells for name in PASSES}
    asked = [
        row
        for (cell, name), rows in found.items()
        for row in rows
        if cell.demanding and name == PASSES[1]
    ]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={
            **torch_machine(),
            "allocation": allocation(),
            "rounds": str(ROUNDS),
            "unit": "milliseconds",
        },
        rows=[row for rows in found.values() for row in rows],
        answer="\n".join(
            [
                "times the shared convolution, 64 channels, batch 32 and 128, forward + backward:",
                *(_answer(way, asked) for way in (*OURS, "posted")),
            ]
        ),
    )
