"""striate matrix: a convolution written as a matrix."""

import json as forms
from typing import Annotated

from cyclopts import Parameter

import striate
from striate.arithmetic.typed import is_written, numbers
from striate.arithmetic.typed import padding as sides_of
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
        numbers("input", input),
        kernel if is_written(kernel) else numbers("kernel", kernel),
        stride=numbers("stride", stride),
        dilation=numbers("dilation", dilation),
        padding=sides_of(padding),
        channels=channels,
        filters=filters,
        transposed=transposed,
        to=None if to is None else numbers("to", to),
    )
    if not json and made.shape[1] > COLUMNS:
        raise OptionError(
            f"the matrix has {made.shape[1]} columns, too many to follow",
            help=[f"give an input of at most {COLUMNS} pixels", "or --json, for a program"],
        )
    print(forms.dumps(made.as_dict()) if json else made)
