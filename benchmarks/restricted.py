"""What does a connection table cost, over a convolution in which every filter sees all channels?

LeNet-5's third layer: 16 filters of 5x5 over 6 channels of 14x14, 60 connections of 96. The dense
convolution is torch's own; beside it what a table is often written as, the channels gathered once
for each connection, a convolution with a group for each, and the maps added up by filter.
"""

import statistics
from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

import striate
from benchmarks.passes import PASSES, agree, passing, timed
from benchmarks.rounds import Result, rounds, torch_machine
from striate.ops import convolve
from striate.ops.convolution import scattered

BATCHES, ROUNDS = (1, 32, 128, 512), 15
LAYOUTS = {"channels first": torch.contiguous_format, "channels last": torch.channels_last}
CHANNELS, FILTERS, SIZE = 6, 16, 14

Row = dict[str, float | str]
Layer = Callable[[Tensor, Tensor, Tensor], Tensor]


def _layers() -> dict[str, Layer]:
    """The dense layer, and the one with the table in two ways; each of (x, weight, bias)."""
    layer = striate.build(striate.read("lenet5")).get_submodule("c3")
    table, window, dense = layer.table, layer.window, (FILTERS, CHANNELS)

    def restricted(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return convolve(x, scattered(weight, layer.places, dense), window, bias)

    rows = torch.tensor([row for row, seen in enumerate(table) for _ in seen])
    channels = torch.tensor([channel for seen in table for channel in seen])

    def gathered(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        maps = F.conv2d(x[:, channels], weight[:, None], groups=len(channels))
        y = maps.new_zeros(len(x), FILTERS, *maps.shape[2:]).index_add(1, rows, maps)
        return y + bias[:, None, None]

    return {
        "dense": F.conv2d,
        "table": restricted,
        "gathered": gathered,
    }


def _row(batch: int, name: str, layout: str) -> Row:
    """What each took, in milliseconds, and how many times the dense convolution that is."""
    x = torch.randn(batch, CHANNELS, SIZE, SIZE).contiguous(memory_format=LAYOUTS[layout])
    u = torch.randn(batch, FILTERS, SIZE - 4, SIZE - 4)
    bias, connections = torch.randn(FILTERS), torch.randn(60, 5, 5)
    weights = {"dense": torch.randn(FILTERS, CHANNELS, 5, 5)}
    calls = {
        way: passing(name, run, (x, weights.get(way, connections), bias), u)
        for way, run in _layers().items()
    }
    for ours, other in zip(calls["table"](), calls["gathered"](), strict=True):
        agree(ours, other)
    measured = rounds({way: timed(call) for way, call in calls.items()}, ROUNDS)
    took = {way: statistics.median(samples) for way, samples in measured.items()}
    row: Row = {"batch": batch, "pass": name, "layout": layout}
    row |= {way: 1e3 * seconds for way, seconds in took.items()}
    return row | {f"{way} / dense": took[way] / took["dense"] for way in ("table", "gathered")}


def main() -> Result:
    torch.manual_seed(0)
    rows = [_row(*each) for each in product(BATCHES, PASSES, LAYOUTS)]
    over, other = ([float(row[f"{way} / dense"]) for row in rows] for way in ("table", "gathered"))
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "rounds": str(ROUNDS), "unit": "milliseconds"},
        rows=rows,
        answer=(
            f"with the table {statistics.median(over):.2f} times the dense convolution (most "
            f"{max(over):.2f}), gathered {statistics.median(other):.1f} times"
        ),
    )
