"""The weights and biases of a convolution of any kind, in the order in which they are kept.

What has their shape is drawn as they are: their gradients, and what an update makes of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from striate.drawing.films.drafting import Draft, Grid, at, places
from striate.drawing.films.record import Cell, Role
from striate.drawing.films.windows.framed import Array, titled, under
from striate.reference.connections import Connection, Groups, Layer, connect, tile
from striate.reference.frame import copied
from striate.reference.sweep import Sweep, visits

Place = tuple[int, ...]


@dataclass(frozen=True)
class Weights:
    """How the weights of a convolution are read, and what they are called.

    `channels` and `places` are those of its input and of its output.
    """

    sweep: Sweep
    groups: Groups
    channels: int
    places: Place

    def read(self, values: Array) -> Layer:
        """An array of the shape of the weights as connections."""
        return connect(values, self.sweep, self.groups)

    def draw(self, draft: Draft, values: Array, stack: str, role: Role) -> list[Cell]:
        """Draw each kernel for itself; gives the cell of every weight, in order.

        >>> import numpy as np
        >>> weights = Weights(Sweep(), 1, channels=1, places=(4,))
        >>> weights.draw(Draft(), np.zeros((2, 1, 3)), "kernel", "kernel")[2:4]
        [Cell(plane=0, spot=2), Cell(plane=1, spot=0)]
        """
        layer = self.read(values)
        passing = layer.filters > 1 or prod(layer.tiles) > 1
        cells: list[Cell] = []
        for one, lying in _alone(layer):
            name = titled(stack, **self._numbers(layer, one)) + self._where(layer, lying)
            grid = draft.add(one.kernels[lying], name, role, stack=stack, passing=passing)
            cells += map(grid.cell, places(layer.kernel))
        return cells

    def names(self, values: Array) -> list[str]:
        """What every weight is called, in order: by its place, and by its kernel.

        >>> import numpy as np
        >>> Weights(Sweep(), 1, channels=1, places=(4,)).names(np.zeros((2, 1, 1, 2)))[2]
        'weight filter 1, row 0, column 0'
        """
        layer = self.read(values)
        names: list[str] = []
        for one, lying in _alone(layer):
            numbers, where = self._numbers(layer, one), self._where(layer, lying)
            names += [f"weight {titled('', tap, **numbers)}{where}" for tap in places(layer.kernel)]
        return names

    def _numbers(self, layer: Layer, one: Connection) -> dict[str, tuple[int, int]]:
        return {"filter": (one.filter, layer.filters), "channel": (one.channel, self.channels)}

    def _where(self, layer: Layer, lying: Place) -> str:
        """Which of several kernels it is that joins one channel to one filter."""
        if prod(layer.tiles) == 1:
            return ""
        return f", {'used at' if layer.tiles == self.places else 'tile'} {at(lying)}"


def draw_biases(draft: Draft, values: Array, stack: str, role: Role) -> list[Cell]:
    """Draw biases: those of all filters side by side, or a plane of its tiles for each filter."""
    if values.ndim == 1:
        return list(map(draft.add(values, stack, role).cell, places(values.shape)))
    cells: list[Cell] = []
    for number, one in enumerate(values):
        name = titled(stack, filter=(number, len(values)))
        cells += map(draft.add(one, name, role, stack=stack).cell, places(one.shape))
    return cells


def names_of_biases(shape: Place) -> list[str]:
    """What every bias is called, in order.

    >>> names_of_biases((1,)), names_of_biases((2,))
    (['bias'], ['bias filter 0', 'bias filter 1'])
    """
    every = [titled("", place, filter=(n, shape[0])) for n, *place in places(shape)]
    return [f"bias {name}".rstrip() for name in every]


def _alone(layer: Layer) -> Iterator[tuple[Connection, Place]]:
    """Every kernel of a layer: what it connects, and its tile."""
    return ((one, lying) for one in layer.connections for lying in places(layer.tiles))


class Use(NamedTuple):
    """A weight at work: by its number, at a place of the output, on a pixel of the padded input.

    `pixel` is the number of the pixel among those of all channels, or -1 if it is padding that
    copies none; `above` and `under` are the cells of the place and of what lies under the weight.
    """

    weight: int
    above: Cell
    under: Cell
    pixel: int


def uses(
    weights: Weights, shape: Place, inputs: Sequence[Grid], outputs: Sequence[Grid], size: Place
) -> Iterator[Use]:
    """Every use of every weight, in walking order: kernel by kernel, place by place.

    The inputs are drawn with their padding; `size` is theirs without it.
    """
    layer = weights.read(np.arange(prod(shape), dtype=np.float64).reshape(shape))
    copies = copied(size, weights.sweep.frame(layer.rank), weights.sweep.border)
    walks = weights.sweep.walk(size, layer.kernel)
    for one, (place, window) in product(layer.connections, visits(walks)):
        above, before = outputs[one.filter].cell(place), one.channel * prod(size)
        cells = under(inputs[one.channel], window)
        for weight, cell, pixel in zip(one.at(place).flat, cells, copies[window].flat, strict=True):
            yield Use(int(weight), above, cell, before + int(pixel) if pixel >= 0 else -1)


def additions(layer: Layer, shape: Place, outputs: Sequence[Grid]) -> Iterator[tuple[int, Cell]]:
    """Every use of every bias of a shape: its number, and the cell of the output it is added to."""
    size = outputs[0].size
    numbers = layer.biases(np.arange(prod(shape), dtype=np.float64).reshape(shape), size)
    for one, place in product(range(layer.filters), places(size)):
        yield int(numbers[(one, *tile(place, numbers.shape[1:]))]), outputs[one].cell(place)
