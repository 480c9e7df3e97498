"""One convolution of a film: its kernels, biases, partial maps and outputs, place by place.

Films of one convolution have one stage; where convolutions follow each other, what a stage gives
is drawn with the padding of the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from striate.drawing.films.drafting import Draft, Grid, at, places
from striate.drawing.films.record import Cell, Frame, Role, Sum, Term
from striate.drawing.films.windows.framed import Array, titled, under
from striate.reference import convolve
from striate.reference.connections import Connection, Layer, tile
from striate.reference.frame import copied, pad
from striate.reference.sweep import PLAIN, Sweep, visits

CROWD = 9
"""Of more kernels than this, which take turns, only the one that is used is shown."""

Place = tuple[int, ...]
Kernels = dict[Place, list[Cell]]
"""The cells of the kernel of each tile."""


@dataclass(frozen=True)
class Stage:
    """Channels (channel, *size) as they are drawn, and the layer that they are convolved with.

    `values` (filter, *places) is what comes out, `biases` is as the reference takes it. `onward`
    is how the next stage sweeps over what comes out, and `unseen` what it never sees there. The
    rest are the words for what is drawn.
    """

    channels: Array
    grids: list[Grid]
    layer: Layer
    sweep: Sweep
    values: Array
    biases: Array | None = None
    onward: Sweep = PLAIN
    unseen: NDArray[np.bool_] | None = None
    label: str = ""
    kernel: str = "kernel"
    output: str = "output"
    role: Role = "output"

    @property
    def places(self) -> Place:
        """How many places the window has."""
        return self.values.shape[1:]

    @property
    def several(self) -> bool:
        """Whether there are filters that take turns."""
        return self.layer.filters > 1

    @property
    def unshared(self) -> bool:
        """Whether every place has a kernel of its own."""
        return self.layer.tiles == self.places and prod(self.places) > 1

    @cached_property
    def seen(self) -> list[list[Connection]]:
        """The connections of each filter."""
        every = range(self.layer.filters)
        return [[one for one in self.layer.connections if one.filter == n] for n in every]

    @property
    def apart(self) -> bool:
        """Whether each filter sees the channel of its own number, and no other."""
        alone = [[number] for number in range(len(self.channels))]
        return [[one.channel for one in seen] for seen in self.seen] == alone

    def named(self, what: str, number: int, channel: int | None = None) -> str:
        """A thing by the numbers of its filter and its channel, where there are several."""
        numbers = {"filter": (number, self.layer.filters)}
        if channel is not None and not self.apart:
            numbers["channel"] = (channel, len(self.channels))
        return titled(what, **numbers)

    def stacked(self, what: str, number: int, count: int) -> str:
        """The heading over things of a filter."""
        one, many = what, what.replace("kernel", "kernels").replace("map", "maps")
        if self.several:
            return f"{many if count > 1 else one} of filter {number}"
        return many if count > 1 else one


def worked_out(draft: Draft, stage: Stage) -> list[Grid]:
    """Draw a stage and add its frames; gives the grids of its filters' outputs."""
    kernels = [[_kernels(draft, stage, one) for one in seen] for seen in stage.seen]
    biases = _biases(draft, stage)
    partial = [[_partial(draft, stage, one) for one in seen[1:] and seen] for seen in stage.seen]
    outputs = [_output(draft, stage, number) for number in range(stage.layer.filters)]
    walks = stage.sweep.walk(stage.channels.shape[1:], stage.layer.kernel)
    for number, seen in enumerate(stage.seen):
        for place, window in visits(walks):
            lying = [one[tile(place, stage.layer.tiles)] for one in kernels[number]]
            pixels = [under(stage.grids[one.channel], window) for one in seen]
            terms = [tuple(zip(*pair, strict=True)) for pair in zip(pixels, lying, strict=True)]
            maps = [grid.cell(place) for grid in partial[number]]
            sums = _sums(terms, maps, _added(stage, biases, number, place), outputs[number], place)
            name = titled(stage.named(stage.label, number), place)
            draft.frames.append(Frame(name, tuple(sums)))
    return [one.grid for one in outputs]


def _sums(
    terms: Sequence[tuple[Term, ...]],
    maps: list[Cell],
    added: tuple[Term, ...],
    output: "Output",
    place: Place,
) -> Iterator[Sum]:
    """A sum for each partial map and their total; without partial maps one sum alone."""
    yield from (Sum(cell, one) for cell, one in zip(maps, terms, strict=False))
    total = tuple((cell,) for cell in maps) if maps else tuple(one for row in terms for one in row)
    yield Sum(output.cell(place), (*total, *added))
    yield from (Sum(copy, ((output.cell(place),),)) for copy in output.copies(place))


@dataclass(frozen=True)
class Output:
    """What comes out of a filter, with the padding that the next stage puts around it."""

    grid: Grid
    before: Place
    numbers: NDArray[np.intp]

    def cell(self, place: Place) -> Cell:
        """The cell of a place of the output."""
        return self.grid.cell([n + before for n, before in zip(place, self.before, strict=True)])

    def copies(self, place: Place) -> list[Cell]:
        """The cells of the padding that copy a place."""
        if self.numbers.min() == 0 and self.numbers.size == self.numbers.max() + 1:
            return []
        own = tuple(n + before for n, before in zip(place, self.before, strict=True))
        same = np.argwhere(self.numbers == self.numbers[own]).tolist()
        return [self.grid.cell(one) for one in same if tuple(one) != own]


def _output(draft: Draft, stage: Stage, number: int) -> Output:
    sides = stage.onward.frame(len(stage.places))
    border = stage.onward.border
    grid = draft.add(
        pad(stage.values[number], sides, border),
        stage.named(stage.output, number),
        stage.role,
        stack=stage.output,
        padding=sides,
        unseen=stage.unseen,
    )
    before = tuple(first for first, _ in sides)
    return Output(grid, before, copied(stage.places, sides, border))


def _kernels(draft: Draft, stage: Stage, one: Connection) -> Kernels:
    """Draw the kernels that join a channel to a filter."""
    name = stage.named(stage.kernel, one.filter, one.channel)
    tiles = stage.layer.tiles
    count = prod(tiles) * len(stage.seen[one.filter])
    passing = stage.several or stage.unshared or prod(tiles) > CROWD
    found: Kernels = {}
    for place in places(tiles):
        if stage.unshared:
            named = f"{name}, at {at(place)}"
        else:
            named = f"{name}, tile {at(place)}" if prod(tiles) > 1 else name
        grid = draft.add(
            one.at(place),
            named,
            "kernel",
            stack=stage.stacked(stage.kernel, one.filter, count),
            passing=passing,
        )
        found[place] = [grid.cell(tap) for tap in places(grid.size)]
    return found


def _partial(draft: Draft, stage: Stage, one: Connection) -> Grid:
    """Draw the partial map of one channel of a filter."""
    alone = convolve(stage.channels, one.kernels[None], stage.sweep, groups=[[one.channel]])
    return draft.add(
        alone.values[0],
        stage.named("partial map", one.filter, one.channel),
        "partial",
        stack=stage.stacked("partial map", one.filter, 2),
        passing=stage.several,
    )


def _biases(draft: Draft, stage: Stage) -> list[Grid]:
    """Draw the biases: one plane for all filters, or one for each that has several."""
    biases = stage.biases
    if biases is None:
        return []
    if biases.ndim == 1:
        return [draft.add(biases, "bias", "bias", stack="bias")]
    return [
        draft.add(one, stage.named("bias", number), "bias", stack="bias", passing=stage.several)
        for number, one in enumerate(biases)
    ]


def _added(stage: Stage, grids: list[Grid], number: int, place: Place) -> tuple[Term, ...]:
    """The bias at a place of a filter, as a term; none where there are no biases."""
    if stage.biases is None:
        return ()
    if stage.biases.ndim == 1:
        return ((grids[0].cell((number,)),),)
    grid = grids[number]
    return ((grid.cell(tile(place, grid.size)),),)
