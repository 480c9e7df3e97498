"""The numbers of a film: read from what was typed or from a file, or made up.

Numbers that nobody gave are small and whole, so that a sum can be followed in the head, and
always the same.
"""

from collections.abc import Sequence
from math import prod
from operator import index
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from striate.arithmetic.matrices import weights_of
from striate.arithmetic.typed import is_written, numbers
from striate.arithmetic.window import Size, show
from striate.drawing.films.scenes.tables import Array, array_of, is_file, row_of, typed
from striate.errors import OptionError

WEIGHTS = (-1, 0, 1, 2)


def made_up(shape: Size, among: Sequence[int], name: str) -> Array:
    """Small whole numbers, the same ones for the same name.

    >>> made_up((3,), WEIGHTS, "kernel").tolist() == made_up((3,), WEIGHTS, "kernel").tolist()
    True
    """
    chance = Random(name)
    drawn = [among[int(chance.random() * len(among))] for _ in range(prod(shape))]
    return np.array(drawn, np.float64).reshape(shape)


def kernel_of(given: Any) -> Size | Array:
    """A kernel: its size, or its weights (*kernel).

    >>> kernel_of("3x3"), kernel_of("1,0,-1").tolist(), kernel_of("sobel").shape
    ((3, 3), [1.0, 0.0, -1.0], (3, 3))
    """
    if isinstance(given, Path) or (isinstance(given, str) and is_file(given)):
        found = typed(given, "kernel")
        if len(found) > 1:
            raise OptionError(f"{given} has {len(found)} kernels, and a film takes one")
        return found[0]
    if isinstance(given, str):
        if is_written(given):
            return np.array(weights_of(given), np.float64)
        return numbers("kernel", given)
    if isinstance(given, int | np.integer):
        return numbers("kernel", int(given))
    if isinstance(given, list | tuple) and all(isinstance(one, int) for one in given):
        return numbers("kernel", given)
    array = array_of(given, "kernel")
    if not array.size or not array.ndim:
        raise OptionError(f"kernel {given} has no rows", help=["give its size, 3, or its rows"])
    return array


def list_of(given: Any, name: str) -> Array:
    """Numbers in a row, as they are typed, or an array of any shape.

    >>> list_of("1,-1", "bias").tolist(), list_of(2, "bias").tolist()
    ([1.0, -1.0], [2.0])
    """
    if isinstance(given, str):
        return np.array(row_of(given, name, name))
    return np.atleast_1d(array_of(given, name))


def number_of(given: float | str, name: str) -> float:
    """One number, which is finite.

    >>> number_of("0.1", "rate")
    0.1
    """
    number, *others = row_of(str(given), name, name)
    if others:
        raise OptionError(f"{name} '{given}' is more than one number")
    return number


def table_of(given: str | Sequence[Sequence[int]]) -> list[list[int]]:
    """For each filter the channels that it sees, both from 0.

    >>> table_of("0,1/1,2")
    [[0, 1], [1, 2]]
    """
    help = ["for each filter the channels that it sees, counted from 0: 0,1/1,2"]
    try:
        if isinstance(given, str):
            rows = [[int(channel) for channel in row.split(",")] for row in given.split("/")]
        else:
            rows = [list(map(index, row)) for row in given]
    except (TypeError, ValueError):
        raise OptionError(f"'{given}' is no table of connections", help=help) from None
    if not (rows and all(rows)) or any(channel < 0 for row in rows for channel in row):
        raise OptionError(f"'{given}' is no table of connections", help=help)
    for number, row in enumerate(rows):
        if len(set(row)) < len(row):
            twice = next(channel for channel in row if row.count(channel) > 1)
            said = f"filter {number} of the connection table sees channel {twice} twice"
            raise OptionError(said, help=["name each channel once"])
    return rows


def sized(
    name: str, given: Any, axes: int, channels: int | None = None, *, usual: int = 1
) -> tuple[int, Size]:
    """Channels and size of what arrives; a number more than there are axes is the channels.

    `usual` is their number where neither says it.

    >>> sized("input", "3x7x9", 2), sized("input", "7", 2)
    ((3, (7, 9)), (1, (7, 7)))
    """
    found = numbers(name, given)
    first = usual if channels is None else channels
    size = found * axes if len(found) == 1 else found
    if len(found) == axes + 1 > 1:
        first, *rest = found
        size = tuple(rest)
        if channels not in (None, first):
            raise OptionError(f"{name} {show(found)} has {first} channels, not {channels}")
    if len(size) != axes:
        help = [f"write {axes} numbers, or channels first {axes + 1}; axes says how many there are"]
        raise OptionError(f"{name} {show(found)} is no size of {axes} axes", help=help)
    if min(first, *size) < 1:
        what = f"{name} {show(found)}" if min(found) < 1 else f"an input of {first} channels"
        raise OptionError(f"{what} is empty: each number is at least 1")
    return first, size
