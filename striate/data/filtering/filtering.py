"""Filtering: a photo under a kernel, each channel by itself, and how that is seen.

The photo is read as it stands upright, whole, at its own size. At its border it goes on with
copies of its last pixels unless told otherwise, so that no frame of false edges is found, and as
many pixels come out as went in.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor

from striate.arithmetic.matrices import weights_of
from striate.arithmetic.typed import is_written
from striate.arithmetic.window import Window
from striate.arithmetic.window import show as show_size
from striate.data.filtering.saving import png_of, save
from striate.data.filtering.shades import SAID, Shades, levels, shades_of
from striate.data.images import in_channels
from striate.data.photos.working import in_turn
from striate.data.reading import read_whole
from striate.data.sources.levels import as_levels
from striate.errors import OptionError
from striate.language.layers import PaddingMode
from striate.ops import convolve, pad

BORDERS: tuple[PaddingMode, ...] = get_args(PaddingMode)
STRIP = 2**18
"""As many pixels are worked out at a time."""


@dataclass(frozen=True, eq=False)
class Filtered:
    """A filtered photo: its numbers, float (channel, row, column), and how they are shown."""

    kernel: str
    values: Tensor
    shades: Shades

    @property
    def levels(self) -> Tensor:
        """What is seen: uint8 (channel, row, column)."""
        return levels(self.values, self.shades)

    @property
    def said(self) -> str:
        """How the numbers are shown, in words."""
        return SAID[self.shades]

    def save(self, path: str | Path) -> None:
        """Write what is seen as an image file, in the format that its name ends in."""
        save(self.levels, Path(path))

    def _repr_png_(self) -> bytes:
        return png_of(self.levels)


def filter_photo(
    photo: Any,
    kernel: Any = "edge",
    *,
    show: str | None = None,
    border: str = "edge",
    grey: bool = False,
) -> Filtered:
    """A photo under a kernel: a file, or an image in memory; a kernel's name, or its rows.

    `show` are the shades, see `shades`; `grey` takes the colours away first. Raises DataError
    where there is no photo, OptionError for a kernel that cannot be.

    >>> found = filter_photo(np.full((4, 5), 7, np.uint8), "sharpen")
    >>> found.values.unique().tolist(), found.shades
    ([7.0], 'clip')
    """
    weights = kernel_of(kernel)
    pixels = photo_of(photo, grey=grey)
    values = slide(pixels, weights, border_of(border))
    name = kernel if isinstance(kernel, str) else f"{show_size(weights.shape)} weights"
    return Filtered(name, values, shades_of(float(weights.sum()), show))


def photo_of(photo: Any, *, grey: bool = False) -> Tensor:
    """A photo as uint8 (channel, row, column): one channel where it is grey or is to be."""
    if isinstance(photo, str | Path):
        pixels = read_whole(photo)
        if bool((pixels == pixels[:1]).all()):
            return pixels[:1]
    elif isinstance(photo, Tensor):
        pixels = as_levels(photo[None], "the photo").images[:][0]
    else:
        pixels = as_levels(np.asarray(photo)[None], "the photo").images[:][0]
    return in_channels(pixels, 1) if grey else pixels


def kernel_of(given: Any) -> Tensor:
    """A kernel (row, column) by its name, or by its rows; one row where there is no other.

    >>> kernel_of("1,0,-1").tolist(), kernel_of(np.eye(2)).tolist()
    ([[1.0, 0.0, -1.0]], [[1.0, 0.0], [0.0, 1.0]])
    """
    try:
        rows = _written(given) if isinstance(given, str) else given
        with np.errstate(over="ignore"):
            weights = np.atleast_2d(np.asarray(rows, np.float32))
    except (TypeError, ValueError):
        raise _no_kernel(f"a {type(given).__name__} that is no array of numbers") from None
    if weights.ndim > 2 or not np.ndim(rows):
        raise _no_kernel(f"an array of {np.ndim(rows)} axes")
    if not weights.size or not np.isfinite(weights).all():
        raise _no_kernel("an array that is empty, or has numbers that are not finite")
    return torch.tensor(weights)


def _written(text: str) -> Any:
    """Weights by their name or as rows; a size, which films take too, is none."""
    if not is_written(text):
        raise _no_kernel(f"'{text}', which is a size, or one number")
    try:
        return weights_of(text)
    except OptionError as error:
        error.help[:] = [one for one in error.help if "by its size" not in one]
        raise


def _no_kernel(found: str) -> OptionError:
    help = ["give its name, 'sobel', or its rows: '1,0;0,1' or [[1, 0], [0, 1]]"]
    return OptionError(f"the kernel of a photo is {found}", help=help)


def border_of(text: str) -> PaddingMode:
    """What a photo goes on with beyond its border."""
    for mode in BORDERS:
        if mode == text:
            return mode
    raise OptionError(f"'{text}' is no border", help=[f"there are {', '.join(BORDERS)}"])


def slide(pixels: Tensor, kernel: Tensor, border: PaddingMode) -> Tensor:
    """Numbers (channel, row, column) of a photo under a kernel, as many as it has pixels.

    >>> slide(torch.tensor([[[1, 2, 4]]]), torch.tensor([[-1.0, 1.0]]), "edge").tolist()
    [[[1.0, 2.0, 0.0]]]
    """
    rows, columns = pixels.shape[1:]
    if kernel.shape[0] > rows or kernel.shape[1] > columns:
        sizes = f"a kernel of {show_size(kernel.shape)} is larger than its photo, {rows}x{columns}"
        raise OptionError(sizes, help=["give a larger photo, or a smaller kernel"])
    window = Window.of(tuple(kernel.shape), padding="same")
    high = max(1, STRIP // columns)
    pieces = [(one, top) for one in range(len(pixels)) for top in range(0, rows, high)]
    padded = [pad(one[None, None].float(), window.padding, border)[0, 0] for one in pixels]
    work = partial(_strip, padded=padded, kernel=kernel, high=high)
    values = torch.empty(pixels.shape)
    for (channel, top), found in zip(pieces, in_turn(work, pieces, "filtering"), strict=True):
        values[channel, top : top + high] = found
    return values


def _strip(piece: tuple[int, int], *, padded: list[Tensor], kernel: Tensor, high: int) -> Tensor:
    """The numbers of some rows of one channel."""
    channel, top = piece
    seen = padded[channel][top : top + high + len(kernel) - 1]
    window = Window.of(tuple(kernel.shape))
    return convolve(seen[None, None], kernel[None, None], window)[0, 0]
