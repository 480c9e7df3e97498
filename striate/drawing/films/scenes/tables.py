"""Numbers in rows, as they are typed or stand in a file: matrices, kernels, gradients."""

import re
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from striate.errors import DataError, OptionError, in_short

Array = NDArray[np.float64]
_FILES = (".csv", ".tsv", ".txt")
_WAYS = ["write its rows, '1,2;3,4'", "or give a .csv file, one row a line"]


def matrix_of(given: Any, axes: int | None, name: str = "matrix") -> Array:
    """Numbers as (channel, *size), of so many axes where that is known.

    Text is rows, `;` between them and `|` between channels, or the name of a file, which has a
    row on each line and an empty line between channels. One row alone has one axis.

    >>> matrix_of("1,2;3,4", None).tolist(), matrix_of("1,2,3", None).shape
    ([[[1.0, 2.0], [3.0, 4.0]]], (1, 3))
    """
    if isinstance(given, str | Path):
        array = typed(given, name)
    else:
        array = array_of(given, name)
        known = axes or (2 if array.ndim == 3 else min(array.ndim, 3))
        array = array if array.ndim == known + 1 else array[np.newaxis]
    if axes == 2 and array.ndim == 2:
        array = array[:, np.newaxis]
    if axes not in (None, array.ndim - 1) or array.ndim not in (2, 3, 4):
        found = f"{array.ndim - 1} {'axis' if array.ndim == 2 else 'axes'}"
        raise OptionError(f"the {name} has {found}, and the film {axes or 'at most 3'}")
    if not array.size:
        raise OptionError(f"the {name} has no numbers", help=_WAYS)
    return array


def typed(given: str | Path, name: str) -> Array:
    """Rows of text, or of a file, as (channel, *size)."""
    if isinstance(given, Path) or is_file(given):
        source = str(given)
        blocks = re.split(r"\n\s*\n", _read(Path(given)).strip())
        channels = [block.splitlines() for block in blocks if block.strip()]
        flat = all(len(lines) == 1 for lines in channels)
    else:
        source = f"the {name}"
        channels = [[row for row in part.split(";") if row.strip()] for part in given.split("|")]
        flat = ";" not in given
    if not all(channels) or not channels:
        raise OptionError(f"{source} has no numbers", help=_WAYS)
    rows = [[row_of(line, source, name) for line in lines] for lines in channels]
    if len({len(row) for block in rows for row in block}) > 1:
        lengths = " and ".join(
            str(n) for n in sorted({len(row) for block in rows for row in block})
        )
        raise OptionError(f"the rows of {source} differ in length: {lengths} numbers")
    if len({len(block) for block in rows}) > 1:
        raise OptionError(f"the channels of {source} differ in their number of rows")
    array = np.array(rows, np.float64)
    return array[:, 0] if flat else array


def row_of(line: str, source: str, name: str) -> list[float]:
    """The numbers of one row."""
    parts = [part for part in re.split(r"[,\s;]+", line.strip()) if part]
    for part in parts:
        try:
            fits = isfinite(float(part))
        except ValueError:
            fits = False
        if not fits:
            raise OptionError(f"'{part}' in {_the(source)} is not a number", help=_ways(name))
    if not parts:
        raise OptionError(f"{_the(source)} has no numbers", help=_ways(name))
    return [float(part) for part in parts]


def _ways(name: str) -> list[str]:
    return _WAYS if name in ("matrix", "kernel", "upstream") else [f"write numbers: {name} 1"]


def _the(source: str) -> str:
    return source if " " in source or "." in source else f"the {source}"


def is_file(typed: str) -> bool:
    """Whether the name of a file was typed."""
    return typed.lower().endswith(_FILES)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no file {path}", help=_WAYS) from None
    except (OSError, UnicodeDecodeError) as error:
        help = ["a matrix is a text: numbers with commas between them, one row a line"]
        raise DataError(f"cannot read {path}: {in_short(error)}", help=help) from None


def array_of(given: Any, name: str) -> Array:
    """An array of finite numbers."""
    try:
        array = np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
        raise OptionError(f"the {name} is no array of numbers: {in_short(error)}") from None
    if not np.isfinite(array).all():
        raise OptionError(f"the {name} has numbers that are not finite")
    return array
