"""A convolution as the matrix that it is: its sizes checked in the planner's words, then written.

The matrix itself is the reference's, which walks. Planning does not need it, so it is not loaded
with the rest of the folder.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from math import isfinite, prod
from typing import Any

from striate.arithmetic.window import Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.reference import KERNELS, Sweep, Written, named

Weights = list[Any] | tuple[Any, ...]
"""The weights of one kernel: numbers, or rows of numbers."""

LARGEST = 4_000_000
"""As many steps as are taken to write one out: its entries, or the weights at all places."""


def matrix(
    input: Sequence[int],
    kernel: str | int | Sequence[int],
    *,
    channels: int = 1,
    filters: int = 1,
    transposed: bool = False,
    to: Sequence[int] | None = None,
    **steps: Any,
) -> Written:
    """The matrix of a convolution of inputs of a size; its steps are those of `Window.of`.

    >>> matrix((5, 5), (3, 3)).shape, matrix((3,), "1,-1", transposed=True).rows()
    ((9, 25), [[1, 0, 0], [-1, 1, 0], [0, -1, 1], [0, 0, -1]])
    """
    arriving = tuple(input)
    if min(channels, filters, *arriving) < 1:
        counted = f"{channels} channels of {show(arriving)} and {filters} filters"
        raise ShapeError(f"{counted} make no matrix: each number is at least 1")
    if isinstance(kernel, str):
        weights = weights_of(kernel)
        window = Window.of(_shape(weights), **steps)
    else:
        weights = None
        window = Window.of(kernel, rank=len(arriving), **steps)
    if transposed:
        arriving = window.undone(arriving, to=None if to is None else tuple(to))
    elif to is not None:
        raise OptionError("only a transposed convolution is told the size to return")
    joined = (channels, filters) if transposed else (filters, channels)
    _check(window, arriving, prod(joined))
    kernels = named((*joined, *window.kernel)) if weights is None else _alone(weights, joined)
    sweep = Sweep(window.stride, window.padding, window.dilation)
    written = Written.of(kernels, sweep, size=arriving)
    return written.transposed if transposed else written


def weights_of(text: str) -> Weights:
    """A kernel by its name, or by its numbers in rows; `;` ends a row of a kernel of two axes.

    >>> weights_of("1, 0; 0, 1"), weights_of("2,0,-1"), weights_of("vertical")[0]
    ([[1.0, 0.0], [0.0, 1.0]], [2.0, 0.0, -1.0], (1, 0, -1))
    """
    if text.lower() in KERNELS:
        return KERNELS[text.lower()]
    try:
        rows = [_row(row) for row in text.split(";") if row.strip()]
    except ValueError:
        rows = []
    if not rows:
        names = f"or by a name: {', '.join(KERNELS)}"
        help = ["write a kernel by its size, 3x3", "by its rows, '1,0;0,1'", names]
        meant = [f"did you mean '{one}'?" for one in get_close_matches(text.lower(), KERNELS, 1)]
        raise OptionError(f"'{text}' is not a kernel", help=[*meant, *help])
    if len({len(row) for row in rows}) > 1:
        raise OptionError(f"the rows of the kernel '{text}' differ in length")
    return rows if ";" in text else rows[0]


def _row(text: str) -> list[float]:
    numbers = [float(number) for number in text.split(",")]
    if not all(isfinite(number) for number in numbers):
        raise ValueError(text)
    return numbers


def _shape(weights: Weights) -> Size:
    """The size of a kernel that is given by its weights.

    >>> _shape([[1, 0, -1], [2, 0, -2]])
    (2, 3)
    """
    inside = weights[0]
    return (len(weights), *(_shape(inside) if isinstance(inside, list | tuple) else ()))


def _alone(weights: Weights, joined: tuple[int, int]) -> list[list[Weights]]:
    """One written kernel, which joins one channel to one filter."""
    if joined != (1, 1):
        raise OptionError(
            "a written kernel joins one channel to one filter",
            help=["give the size of the kernel: each channel of each filter has its own"],
        )
    return [[weights]]


def _check(window: Window, size: Size, kernels: int) -> None:
    """Refuse a window that does not fit, and a matrix that nobody could read."""
    try:
        places = window.places(size)
    except ShapeError as error:
        help = ["a larger input, a smaller kernel or more padding makes room"]
        raise ShapeError(error.message, help=help) from None
    steps = kernels * prod(places) * max(prod(size), prod(window.kernel))
    if steps > LARGEST:
        raise OptionError(
            f"the matrix of {show(size)} takes {steps:,} steps to write, more than {LARGEST:,}",
            help=["give a smaller input: the pattern is the same"],
        )
