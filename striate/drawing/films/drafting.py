"""A film as it is drafted: arrays become planes, and places of an array become cells.

An array of one axis is a plane of one row, one of two axes a plane, and one of three axes a plane
for each slice. A `Grid` knows which cell a place of its array has become.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.axes import PLACES
from striate.drawing.films.record import Cell, Film, Frame, Plane, Role

Sides = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """An array of 0 to 3 axes that is drawn as planes, the first of which has a number."""

    first: int
    size: tuple[int, ...]

    def cell(self, place: Sequence[int]) -> Cell:
        """The cell of a place.

        >>> Grid(4, (2, 3, 5)).cell((1, 0, 2))
        Cell(plane=5, spot=2)
        """
        slices, row, column = (0, 0, 0, *place)[len(place) :]
        columns = self.size[-1] if self.size else 1
        return Cell(self.first + slices, row * columns + column)


@dataclass
class Draft:
    """Planes and frames to which more are added; `film` is what has been drafted."""

    planes: list[Plane] = field(default_factory=list[Plane])
    frames: list[Frame] = field(default_factory=list[Frame])

    def add(
        self,
        values: ArrayLike,
        name: str,
        role: Role,
        *,
        stack: str = "",
        padding: Sides = (),
        unseen: ArrayLike | None = None,
        passing: bool = False,
        painted: bool = False,
    ) -> Grid:
        """Draw an array (*size) of at most three axes, its padding included.

        `padding` is how much of it is frame, before and after on each axis; `unseen` is an array
        of the same size that is true where no window ever comes. Slices that lie in the padding
        are planes that are nothing but padding.
        """
        array = np.asarray(values, np.float64)
        hidden = np.zeros(array.shape, bool) if unseen is None else np.asarray(unseen, bool)
        grid = Grid(len(self.planes), array.shape)
        sides = list(padding) or [(0, 0)] * array.ndim
        depth = array.shape[0] if array.ndim == 3 else 1
        shape = (1,) * (2 - min(array.ndim, 2)) + array.shape[-2:]
        frame = [(0, 0)] * (2 - min(array.ndim, 2)) + sides[-2:]
        for number, numbers, beyond in zip(
            range(depth), array.reshape(depth, -1), hidden.reshape(depth, -1), strict=True
        ):
            whole = array.ndim == 3 and not sides[0][0] <= number < depth - sides[0][1]
            (above, below), (left, right) = ((shape[0], 0), frame[1]) if whole else frame
            self.planes.append(
                Plane(
                    name=f"{name}, slice {number - sides[0][0]}" if array.ndim == 3 else name,
                    role=role,
                    stack=stack or name,
                    shape=(shape[0], shape[1]),
                    values=tuple(numbers.tolist()),
                    padding=(above, below, left, right),
                    unseen=frozenset(np.flatnonzero(beyond).tolist()),
                    passing=passing,
                    painted=painted,
                )
            )
        return grid

    def film(self, title: str, **more: Any) -> Film:
        """What has been drafted."""
        return Film(title, tuple(self.planes), tuple(self.frames), **more)


def at(place: Sequence[int]) -> str:
    """A place in words, counted from 0.

    >>> at((2, 0)), at((3,)), at(())
    ('row 2, column 0', 'place 3', '')
    """
    return ", ".join(f"{axis} {n}" for axis, n in zip(PLACES[len(place)], place, strict=True))


def places(size: Sequence[int]) -> list[tuple[int, ...]]:
    """Every place of an array, row by row.

    >>> places((2, 2))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return list(product(*map(range, size)))
