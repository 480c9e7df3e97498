"""What arrives in a film: made up for a size, read as a matrix, or opened as an image."""

from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from striate.drawing.films.scenes.options import Options
from striate.drawing.films.scenes.tables import matrix_of
from striate.drawing.films.scenes.values import made_up, sized
from striate.drawing.films.windows.fitting import bounded
from striate.errors import OptionError

Array = NDArray[np.float64]
SIDE = 7
"""The size of what arrives where nothing says it."""
_SMALLER = "give a smaller input"


def is_made_up(asked: Options) -> bool:
    """Whether nobody gave the numbers that arrive."""
    return asked.matrix is None and asked.image is None


def arriving(asked: Options, axes: int, *, usual: int, largest: int) -> Array:
    """What arrives, as (channel, *size); numbers that are made up go from 0 to `largest`.

    `usual` is how many channels there are where nothing says it.

    >>> arriving(Options(matrix="1,2;3,4"), 2, usual=1, largest=3).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """
    _check(asked)
    if asked.matrix is not None:
        found = matrix_of(asked.matrix, axes)
    elif asked.image is not None:
        found = _photo(asked, axes)
    else:
        given = SIDE if asked.input is None else asked.input
        channels, size = sized("input", given, axes, asked.channels, usual=usual)
        bounded(channels * prod(size), _SMALLER)
        return made_up((channels, *size), range(largest + 1), "input")
    if asked.channels not in (None, len(found)):
        said = f"{len(found)} channels arrive, not {asked.channels}"
        raise OptionError(said, help=["leave out channels"])
    bounded(found.size, _SMALLER)
    return found


def _check(asked: Options) -> None:
    """Refuse two sources at once, and what is said of an image where there is none."""
    sources = [name for name in ("input", "matrix", "image") if getattr(asked, name) is not None]
    if len(sources) > 1:
        help = ["a size makes numbers up, a matrix and an image bring theirs"]
        raise OptionError(f"{' and '.join(sources)} are too much for one film", help=help)
    for name in ("size", "colour"):
        if getattr(asked, name) is not None and asked.image is None:
            raise OptionError(f"{name} is for an image", help=["name one: image cat.png"])


def _photo(asked: Options, axes: int) -> Array:
    """An image file, or an array that is shown as one."""
    if not isinstance(asked.image, str | Path):
        return matrix_of(asked.image, axes, "image")
    from striate.drawing.films.scenes.photos import photo

    if axes != 2:
        raise OptionError(f"an image has 2 axes, and the window {axes}")
    return photo(asked.image, asked.size, colour=bool(asked.colour))
