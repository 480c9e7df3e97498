"""What does a kernel for every place cost, against recipes people post and the machine's limit?

3x3 kernels over images with one zero around, as many filters as channels, a bias for every place.
The limit of a cell is what its products take at the rate of a large matrix product, or what its
input, weight and output take at the rate of a large copy, whichever is more; three times that for
forward and backward. Both rates take part in every round. The recipes get their images channels
first, as torch lays them out, ours channels last, as our layers leave them; every recipe's results
are compared with ours before it is timed. A recipe that would hold over 4 GB is left out. All is
timed twice: with memory as the C library hands it out, and kept as `striate train` has it kept.
"""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product

import torch
from torch import Tensor

from benchmarks.passes import (
    OURS,
    PASSES,
    Pass,
    Peaks,
    agree,
    allocation,
    most_held,
    our_ways,
    passing,
    peaks,
    timed,
    torch_alone,
)
from benchmarks.recipes import RECIPES, Recipe
from benchmarks.rounds import Result, rounds, torch_machine
from striate.arithmetic.window import Window
from striate.ops import convolve, memory

BATCHES, CHANNELS, SIZES = (1, 32, 128), (16, 64), (14, 28, 56)
ROUNDS, MOST = 5, 4e9
WINDOW = Window.of(3, rank=2, padding=1)

Row = dict[str, float | str]
Clocks = Mapping[str, Callable[[], float]]


@dataclass(frozen=True)
class Cell:
    """One size of the layer: as many filters as channels, as many places as pixels."""

    batch: int
    channels: int
    size: int

    @property
    def values(self) -> int:
        """Numbers in the input, and in the output."""
        return self.batch * self.channels * self.size**2

    @property
    def weight(self) -> int:
        """Numbers in the weight."""
        return self.channels**2 * self.size**2 * 9

    def limit(self, name: str, best: Peaks) -> float:
        """The seconds below which a pass cannot be expected."""
        moved = 4 * (2 * self.values + self.weight)
        return _times(name, 3) * best.seconds(2 * self.batch * self.weight, moved)

    def needs(self, recipe: Recipe, name: str) -> float:
        """Bytes that a recipe holds at the most, its weight and that one's gradient included."""
        patches, products = recipe.forward if name == PASSES[0] else recipe.backward
        held = patches * 9 * self.values + products * self.batch * self.weight
        return 4 * (held + _times(name, 2) * self.weight)

    def inputs(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Images, weight and bias as our layers have them, and the derivative of the output."""
        generator = torch.Generator().manual_seed(0)
        across = (self.size, self.size)
        x, u = torch.randn(2, self.batch, *across, self.channels, generator=generator)
        weight = torch.randn(*across, 3, 3, self.channels, self.channels, generator=generator)
        bias = torch.randn(self.channels, *across, generator=generator)
        return x.movedim(-1, 1), weight.movedim((-2, -1), (1, 0)), bias, u.movedim(-1, 1)


def _times(name: str, backward: int) -> int:
    return 1 if name == PASSES[0] else backward


def _convolve(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return convolve(x, weight, WINDOW, bias)


def _check(expected: tuple[Tensor, ...], found: tuple[Tensor, ...], recipe: Recipe | None) -> None:
    """Output and gradients are ours; a recipe has the weight's in its own order."""
    for number, (ours, theirs) in enumerate(zip(expected, found, strict=True)):
        agree(recipe.stored(ours) if recipe and number == 2 else ours, theirs)


def _contestants(cell: Cell, name: str) -> dict[str, Callable[[], float]]:
    """Everyone who can run in this cell, checked."""
    x, weight, bias, u = cell.inputs()
    ours = passing(name, _convolve, (x, weight, bias), u)
    expected = ours()
    with torch_alone():
        _check(expected, ours(), None)
    made = our_ways(ours)
    for called, recipe in RECIPES.items():
        if cell.needs(recipe, name) <= MOST:
            made[called] = timed(_recipe(recipe, name, cell, expected))
    return made


def _recipe(recipe: Recipe, name: str, cell: Cell, expected: tuple[Tensor, ...]) -> Pass:
    x, weight, bias, u = (value.contiguous() for value in cell.inputs())
    call = passing(name, recipe.run, (x, recipe.stored(weight), bias), u)
    _check(expected, call(), recipe)
    return call


def _row(cell: Cell, name: str, clocks: Clocks) -> Row:
    """What one cell took, in milliseconds, and the ratios that are asked for."""
    measured = rounds({**_contestants(cell, name), **clocks}, ROUNDS)
    took = {called: statistics.median(samples) for called, samples in measured.items()}
    best = Peaks(*(took.pop(clock) for clock in clocks))
    limit = cell.limit(name, best)
    row: Row = {"batch": cell.batch, "channels": cell.channels, "size": cell.size, "pass": name}
    row |= {"limit": 1e3 * limit} | {called: 1e3 * seconds for called, seconds in took.items()}
    rivals = [took[called] for called in RECIPES if called in took]
    for called, recipe in RECIPES.items():
        row.setdefault(called, f"({cell.needs(recipe, name) / 1e9:.0f} GB)")
    for way in OURS:
        row[f"{way} / limit"] = took[way] / limit
        if rivals:
            row[f"recipes / {way}"] = statistics.median(rivals) / took[way]
            row[f"best recipe / {way}"] = min(rivals) / took[way]
    return row | {"GFLOP/s": best.operations / 1e9, "GB/s": best.bytes / 1e9}


def _answer(way: str, rows: list[Row]) -> str:
    """What the demands ask of one way, over the grid."""

    def column(name: str, kind: str = "") -> list[float]:
        asked = [row for row in rows if kind in ("", row["pass"])]
        return [float(row[name]) for row in asked if name in row]

    faster, least = column(f"recipes / {way}"), column(f"best recipe / {way}")
    over = [statistics.median(column(f"{way} / limit", kind)) for kind in (*PASSES, "")]
    return (
        f"{way}: {statistics.median(faster):.1f} times faster than the median recipe, slower than "
        f"the best of them in {sum(ratio < 1 for ratio in least)} of {len(least)} cells; "
        f"{over[2]:.2f} times the limit ({over[0]:.2f} forward, {over[1]:.2f} with backward)"
    )


def _memory() -> str:
    """What our passes hold beyond input and weight, where the weight is largest."""
    sizes = [Cell(batch, CHANNELS[-1], SIZES[-1]) for batch in (1, BATCHES[-1])]
    small, large = (
        most_held(passing(name, _convolve, (x, weight, bias), u))
        for name, cell in zip(PASSES, sizes, strict=True)
        for x, weight, bias, u in [cell.inputs()]
    )
    weight, values = 4 * sizes[0].weight / 1e6, 4 * sizes[1].values / 1e6
    copied = "none is copied" if small / 1e6 < weight else "IT IS COPIED"
    return (
        f"memory beyond the inputs, by torch's profiler: forward at batch 1 {small / 1e6:.1f} MB "
        f"beside a weight of {weight:.0f} MB, so {copied}; forward + backward at batch "
        f"{sizes[1].batch} {large / 1e6:.0f} MB, for {weight:.0f} MB of gradient and "
        f"{values:.0f} MB each of output and gradient of the input"
    )


def _grid(allocation: str) -> tuple[list[Row], str]:
    """Every cell and pass under one way to allocate memory; and what the demands ask of them."""
    clocks = peaks()
    cells = [Cell(*sizes) for sizes in product(BATCHES, CHANNELS, SIZES)]
    rows = [_row(cell, name, clocks) for cell in cells for name in PASSES]
    answers = "\n".join(f"{allocation}: {_answer(way, rows)}" for way in OURS)
    return [{"memory": allocation, **row} for row in rows], answers


def main() -> Result:
    plain, answers = _grid("memory given back")
    memory.keep()
    kept, answers_kept = _grid("memory kept, as by `striate train`")
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={
            **torch_machine(),
            "allocation": allocation(),
            "jax": "there, not compared" if find_spec("jax") else "absent",
            "rounds": str(ROUNDS),
            "unit": "milliseconds",
        },
        rows=plain + kept,
        answer="\n".join([answers, answers_kept, _memory()]),
    )
