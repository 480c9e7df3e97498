"""The numbers of one tiled convolution, worked out once for each combination of shapes."""

from dataclasses import dataclass
from functools import lru_cache

from striate.arithmetic.window import Size, Window
from striate.planning.checks import check_tiles


@dataclass(frozen=True)
class Geometry:
    """How kernels that repeat every `tiles` places slide over pixels that are padded already."""

    window: Window
    tiles: Size
    pixels: Size
    places: Size

    @property
    def rank(self) -> int:
        """The number of axes."""
        return self.window.rank

    @property
    def unshared(self) -> bool:
        """Whether every place has a kernel of its own."""
        return self.tiles == self.places


@lru_cache(maxsize=4096)
def geometry(weight: Size, pixels: Size, stride: Size, dilation: Size) -> Geometry:
    """The geometry for a weight of the shape (filter, channel, *tiles, *kernel).

    Memory is read by these numbers: what cannot be is a ShapeError or an OptionError here.

    >>> geometry((8, 3, 2, 2, 3, 3), (9, 9), (2, 2), (1, 1)).places
    (4, 4)
    """
    rank = len(pixels)
    tiles, kernel = weight[2 : 2 + rank], weight[2 + rank :]
    window = Window.of(kernel, rank=rank, stride=stride, dilation=dilation)
    places = window.places(pixels)
    check_tiles(tiles, places)
    return Geometry(window, tiles, pixels, places)
