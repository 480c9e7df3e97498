"""The matrix of a convolution written out for people: every weight where it stands, by its name.

Weights are named by where they stand in their kernel, from 1: w11 is in row 1, column 1. Where
there are several kernels, the filter and the channel stand before: w2.1.11. A dot is an entry in
which no weight stands; it is not a weight that is 0.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.matrices import Entry, entries
from striate.reference.sweep import PLAIN, Sweep

Weight = str | float | int


@dataclass(frozen=True)
class Written:
    """A matrix (rows, columns) whose entries are the weights that stand there; it prints itself.

    >>> print(Written.of(named((1, 1, 2)), size=(3,)))
    w1 w2  .
     . w1 w2
    2 x 3: 4 of 6 entries are weights, 2 different
    """

    shape: tuple[int, int]
    entries: tuple[Entry, ...]
    weights: tuple[Weight, ...]

    @classmethod
    def of(cls, kernels: ArrayLike, sweep: Sweep = PLAIN, *, size: Sequence[int]) -> "Written":
        """The matrix of kernels (filter, channel, *kernel) whose weights are numbers, or names.

        >>> print(Written.of([[[1, -0.5]]], size=(3,)))
        1 -0.5    .
        .    1 -0.5
        2 x 3: 4 of 6 entries are weights, copies of 2
        """
        weights = np.asarray(kernels)
        shape, found = entries(weights.shape, sweep, size=size)
        return cls(shape, tuple(found), tuple(map(_plain, weights.flat)))

    @property
    def transposed(self) -> "Written":
        """The matrix turned over: that of the transposed convolution."""
        rows, columns = self.shape
        turned = tuple(Entry(one.column, one.row, one.weight) for one in self.entries)
        return Written((columns, rows), turned, self.weights)

    @property
    def symbolic(self) -> bool:
        """Whether the weights are names."""
        return any(isinstance(weight, str) for weight in self.weights)

    def rows(self, *, empty: Any = 0) -> list[list[Any]]:
        """Every entry: a number, or the names of the weights that are added up there."""
        standing: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row, column, weight in self.entries:
            standing[row, column].append(self.weights[weight])
        together = "+".join if self.symbolic else _sum
        table = [[empty] * self.shape[1] for _ in range(self.shape[0])]
        for (row, column), added in standing.items():
            table[row][column] = together(added)
        return table

    def as_dict(self) -> dict[str, Any]:
        """The form that other programs read; an entry without a weight is 0."""
        return {
            "rows": self.shape[0],
            "columns": self.shape[1],
            "entries": self._filled(),
            "different": self._different(),
            "matrix": self.rows(),
        }

    def __str__(self) -> str:
        cells = [[_shown(cell) for cell in row] for row in self.rows(empty=".")]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [" ".join(map(str.rjust, row, widths)) for row in cells]
        rows, columns = self.shape
        different = self._different()
        counted = f"{different} different" if self.symbolic else f"copies of {different}"
        filled = f"{self._filled()} of {rows * columns} entries are weights, {counted}"
        return "\n".join([*lines, f"{rows} x {columns}: {filled}"])

    def _filled(self) -> int:
        return len({(one.row, one.column) for one in self.entries})

    def _different(self) -> int:
        return len({one.weight for one in self.entries})


def named(kernels: Sequence[int]) -> NDArray[np.str_]:
    """Kernels of a shape (filter, channel, *kernel) whose weights are their names.

    >>> named((1, 1, 2, 2)).tolist()
    [[[['w11', 'w12'], ['w21', 'w22']]]]
    """
    between = "" if max(kernels[2:]) < 10 else ","
    names: list[str] = []
    for one, channel, *tap in np.ndindex(*kernels):
        before = f"{one + 1}.{channel + 1}." if kernels[0] * kernels[1] > 1 else ""
        names.append("w" + before + between.join(str(i + 1) for i in tap))
    return np.array(names).reshape(kernels)


def _plain(weight: Weight) -> Weight:
    """A name as it is, and a whole number without its point: 2 for 2.0."""
    if isinstance(weight, str):
        return str(weight)
    return int(weight) if float(weight).is_integer() else float(weight)


def _sum(weights: list[Any]) -> Weight:
    return _plain(sum(weights))


def _shown(cell: Weight) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
