"""Films of a convolution beside the matrix that it is, row by row.

Each place of the output has a row of the matrix, each pixel of the input a column; where a weight
lies on a pixel, it stands there. A row times the input, pixel by pixel, is a number of the output.
"""

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.window import Window
from striate.drawing.films.drafting import Draft
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.record import Film, Frame, Sum
from striate.drawing.films.windows.fitting import described, places_of
from striate.drawing.films.windows.framed import Array, stacked, sweep_of
from striate.errors import OptionError
from striate.reference import convolve
from striate.reference.matrices import entries, matrix
from striate.reference.sweep import Border

LARGEST = 10_000
"""As many entries as a matrix may have that is drawn with its numbers."""


def as_matrix(
    image: ArrayLike,
    kernel: ArrayLike,
    window: Window,
    *,
    border: Border = "zeros",
    title: str = "",
) -> Film:
    """The film of a convolution and of its matrix (place, pixel), whose row is lit in each frame.

    A kernel (*kernel) joins one channel to one filter; kernels (filter, channel, *kernel) join
    several. Raises an OptionError where the matrix is too large to be read.

    >>> film = as_matrix([1, 2, 3], [10, 1], Window.of(2))
    >>> [film.written(one) for one in film.frames[1].sums]
    ['2*10 + 3*1 = 23', '10*2 + 1*3 = 23']
    """
    channels, kernels = stacked(image, window.rank), alone(kernel, window.rank)
    size, sweep = channels.shape[1:], sweep_of(window, border)
    _check(len(kernels) * prod(places_of(window, size)), channels.size)
    film = convolution(channels, kernels, window, border=border)
    rows = matrix(kernels, sweep, size=size)
    (_, found) = entries(kernels.shape, sweep, size=size)
    standing = {(one.row, one.column) for one in found}
    draft = Draft(list(film.planes))
    table = draft.add(rows, "matrix", "matrix")
    flat = draft.add(channels.reshape(-1), "input in one row", "input", stack="matrix")
    values = convolve(channels, kernels, sweep).values.reshape(-1, 1)
    results = draft.add(values, "matrix times input", "output")
    for row, frame in enumerate(film.frames):
        seen = [pixel for pixel in range(channels.size) if (row, pixel) in standing]
        terms = tuple((table.cell((row, one)), flat.cell((one,))) for one in seen)
        draft.frames.append(Frame(frame.name, (*frame.sums, Sum(results.cell((row, 0)), terms))))
    different = len({one.weight for one in found})
    return draft.film(
        title or f"Convolution as a matrix, {described(window, size)}",
        working=(
            *film.working,
            f"matrix: {len(rows)} places x {channels.size} pixels",
            f"in {len(standing)} of {rows.size:,} entries stands a weight: copies of {different}",
        ),
        misfit=film.misfit,
    )


def alone(kernel: ArrayLike, rank: int) -> Array:
    """A kernel (*kernel) as one that joins one channel to one filter; several as they are.

    >>> alone([1, 2], 1).shape
    (1, 1, 2)
    """
    kernels = np.asarray(kernel, np.float64)
    return kernels[np.newaxis, np.newaxis] if kernels.ndim == rank else kernels


def _check(rows: int, columns: int) -> None:
    if rows * columns > LARGEST:
        raise OptionError(
            f"a matrix of {rows:,} x {columns:,} is too large to read: over {LARGEST:,} entries",
            help=["give a smaller input: the pattern is the same"],
        )
