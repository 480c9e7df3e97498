"""Developing: files become photos as they are kept, one after the other, by all processors.

Every file is decoded in full. One that cannot be is a problem with its name; it is never repaired,
altered or replaced by another.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from striate.data.collection import Problem
from striate.data.decoding import MOST_BYTES, Picture, decode, decode_bytes, quiet
from striate.data.images import is_grey
from striate.data.looking import Shape, to_keep
from striate.data.photos.working import in_turn
from striate.data.sources.folders import Entry

Result = Picture | Problem


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is known of developed files: the table has a row for each photo, in their order.

    Its columns are the place of the file, height, width, planes, and the place of the format in
    `formats`. A problem is the place of a file, what kind of problem it is, and the details.
    """

    table: NDArray[np.int64]
    formats: tuple[str, ...]
    problems: tuple[tuple[int, str, str], ...]

    @property
    def places(self) -> list[int]:
        """Which files hold a photo."""
        return self.table[:, 0].tolist()

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many bytes each photo has."""
        return self.table[:, 1:4].prod(axis=1)


def develop(entries: Sequence[Entry], shape: Shape, keep: Callable[[Tensor], object]) -> Sheet:
    """Have the bytes of every photo kept, to be looked at in a shape, and say what it is.

    What is kept is flat, of (row, column, plane) each, with one plane where a photo is grey.
    """
    with quiet():
        return _sheet(in_turn(partial(_developed, shape=shape), entries, "reading"), keep)


def decoded(entry: Entry) -> Result:
    """The picture in a file, or in its place in an archive, or what is wrong with it."""
    if entry.length is None:
        return decode(entry.path, entry.file)
    if entry.length > MOST_BYTES:
        return Problem(entry.file, "too large", f"{entry.length} bytes; at most {MOST_BYTES}")
    try:
        return decode_bytes(entry.content(), entry.file)
    except OSError as error:
        return Problem(entry.file, "cannot be read", error.strerror or str(error))


def _developed(entry: Entry, shape: Shape) -> Result:
    """One file: its photo as it is kept, (row, column, plane), or what is wrong with it."""
    picture = decoded(entry)
    if isinstance(picture, Problem):
        return picture
    pixels = to_keep(picture.pixels, shape)
    pixels = pixels[:1] if is_grey(pixels.unsqueeze(0)) else pixels
    return Picture(pixels.permute(1, 2, 0).contiguous(), picture.format)


def _sheet(results: Iterable[Result], keep: Callable[[Tensor], object]) -> Sheet:
    """The results, kept and written down."""
    rows, formats = array("q"), dict[str, int]()
    problems: list[tuple[int, str, str]] = []
    for place, result in enumerate(results):
        if isinstance(result, Problem):
            problems.append((place, result.kind, result.detail))
            continue
        number = formats.setdefault(result.format, len(formats))
        rows.extend((place, *result.pixels.shape, number))
        keep(result.pixels.flatten())
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Sheet(table, tuple(formats), tuple(problems))
