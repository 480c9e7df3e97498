"""striate matrix: a convolution written as a matrix."""

import json as forms
from typing import Annotated

from cyclopts import Parameter

import striate
from striate.errors import OptionError

COLUMNS = 64
"""As many columns as a person can follow."""


def matrix(
    *,
    input: str,
    kernel: Annotated[str, Parameter(allow_leading_hyphen=True)],
    stride: str = "1",
    padding: str = "0",
    dilation: str = "1",
    channels: int = 1,
    filters: int = 1,
    transposed: bool = False,
    to: str | None = None,
    json: bool = False,
) -> None:
    """Write a convolution as the matrix that it is.

    Parameters
    ----------
    input
        The size that arrives, without channels: 5x5.
    kernel
        A size, 3x3; a name, sobel; or the weights row by row, '1,0,1;0,1,0;1,0,1'.
    stride
        A number, or one for each axis: 2x1.
    padding
        A number, one for each axis, or valid, same, full.
    dilation
        A number, or one for each axis.
    channels
        How many channels arrive.
    filters
        How many filters there are, each with a kernel for each channel.
    transposed
        Write the transposed convolution.
    to
        The size that the transposed convolution returns, where several can be.
    json
        Print the matrix for another program.
    """
    made = striate.matrix(
        _numbers("input", input),
        kernel if _is_text(kernel) else _numbers("kernel", kernel),
        stride=_numbers("stride", stride),
        dilation=_numbers("dilation", dilation),
        padding=_padding(padding),
        channels=channels,
        filters=filters,
        transposed=transposed,
        to=None if to is None else _numbers("to", to),
    )
    if not json and made.shape[1] > COLUMNS:
        raise OptionError(
            f"the matrix has {made.shape[1]} columns, too many to follow",
            help=[f"give an input of at most {COLUMNS} pixels", "or --json, for a program"],
        )
    print(forms.dumps(made.as_dict()) if json else made)


def _is_text(kernel: str) -> bool:
    """Whether a kernel is a name or rows of weights, not a size."""
    return not kernel[:1].isdecimal() or "," in kernel or ";" in kernel


def _numbers(name: str, typed: str) -> tuple[int, ...]:
    """A number, or one for each axis.

    >>> _numbers("stride", "2x1")
    (2, 1)
    """
    parts = typed.lower().replace("×", "x").split("x")
    if not all(part.isdecimal() for part in parts):
        help = ["write one number for every axis, 2, or one for each: 2x1"]
        raise OptionError(f"{name} '{typed}' is not a number", help=help)
    return tuple(map(int, parts))


def _padding(typed: str) -> str | list[int | tuple[int, int]]:
    """A word, or numbers, one for each axis or for each of its sides.

    >>> _padding("same"), _padding("1"), _padding("0/1x2")
    ('same', [1], [(0, 1), 2])
    """
    if typed.isalpha():
        return typed
    return [_sides(part) for part in typed.lower().split("x")]


def _sides(typed: str) -> int | tuple[int, int]:
    match typed.split("/"):
        case [both] if both.isdecimal():
            return int(both)
        case [before, after] if before.isdecimal() and after.isdecimal():
            return int(before), int(after)
        case _:
            help = ["write 1; for each axis, 1x2; for each side, 0/1x1/1; or valid, same, full"]
            raise OptionError(f"padding '{typed}' is not a number", help=help)
