"""How a window sweeps over an image: it walks along every axis until it falls off.

Convolution and pooling both slide, so both walk here. There is no formula for the number of
places: the window starts at the first pixel of the padded image and steps on while it still fits,
and the steps it took are the places. Integers only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

PerAxis = int | Sequence[int]
"""One number for every axis, or one for each."""

Border = Literal["zeros", "edge", "reflect", "circular"]
"""What padding is filled with: see `frame`."""


@dataclass(frozen=True)
class Sweep:
    """The step of a window, the frame around the image, and the gaps between the window's taps.

    A stride that is not given is 1 under a kernel and the window itself under a pool; padding is
    one number for all sides, or a pair (before, after) for each axis, and the border is what it
    is filled with.

    >>> Sweep(stride=2, padding=[(0, 1)]).walk((6,), (3,))
    [[slice(0, 3, 1), slice(2, 5, 1), slice(4, 7, 1)]]
    """

    stride: PerAxis | None = None
    padding: int | Sequence[tuple[int, int]] = 0
    dilation: PerAxis = 1
    border: Border = "zeros"

    @property
    def rank(self) -> int | None:
        """The number of axes, where something is written for each of them.

        >>> Sweep(stride=(1, 2)).rank, Sweep(stride=1).rank
        (2, None)
        """
        written = (self.stride, self.padding, self.dilation)
        return max((len(one) for one in written if isinstance(one, Sequence)), default=None)

    def frame(self, rank: int) -> list[tuple[int, int]]:
        """The padding before and after each of `rank` axes; it cannot be negative."""
        padding = self.padding
        pairs = [(padding, padding)] * rank if isinstance(padding, int) else list(padding)
        if len(pairs) != rank or min(map(min, pairs)) < 0:
            raise ValueError(f"padding {padding} is not a pair of sizes for each of {rank} axes")
        return pairs

    def walk(
        self, size: Sequence[int], kernel: Sequence[int], *, partial: bool = False
    ) -> list[list[slice]]:
        """For each axis of an image, the windows it meets, as slices of the padded image.

        With `partial` a last window that hangs over the end is kept, see `steps`.
        """
        rank = len(kernel)
        stride = per_axis(1 if self.stride is None else self.stride, rank)
        dilation = per_axis(self.dilation, rank)
        walks: list[list[slice]] = []
        for axis, (before, after) in enumerate(self.frame(rank)):
            reach = range(0, kernel[axis] * dilation[axis], dilation[axis])[-1] + 1
            ends = (before + size[axis], before + size[axis] + after)
            starts = steps(reach, ends, stride[axis], partial=partial)
            walks.append([slice(start, start + reach, dilation[axis]) for start in starts])
        return walks


PLAIN = Sweep()
"""Step by step, without padding, without gaps."""


def steps(reach: int, ends: tuple[int, int], stride: int, *, partial: bool) -> Iterator[int]:
    """Walk along one axis and yield where the window starts; it covers `reach` pixels.

    The ends are those of the image and of the padding after it. A partial window is kept if it
    starts before the image ends, and the window a step before it did not reach the padding's end.

    >>> list(steps(3, (6, 6), 2, partial=False)), list(steps(3, (6, 6), 2, partial=True))
    ([0, 2], [0, 2, 4])
    """
    image_end, end = ends
    start = 0
    while start + reach <= end or (partial and start < image_end and start - stride + reach < end):
        yield start
        start += stride


def visits(walks: Sequence[Sequence[slice]]) -> list[tuple[tuple[int, ...], tuple[slice, ...]]]:
    """Every place of a window that walks along all axes, and the window there; rows first.

    >>> visits([[slice(0, 2)], [slice(0, 3), slice(1, 4)]])[1]
    ((0, 1), (slice(0, 2, None), slice(1, 4, None)))
    """
    places = product(*(range(len(walk)) for walk in walks))
    return list(zip(places, product(*walks), strict=True))


def per_axis(value: PerAxis, rank: int) -> tuple[int, ...]:
    """One number for each of `rank` axes; all of them at least 1.

    >>> per_axis(3, 2)
    (3, 3)
    """
    numbers = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(numbers) != rank or min(numbers) < 1:
        raise ValueError(f"{value} is not a number of at least 1 for each of {rank} axes")
    return numbers


def split(shape: tuple[int, ...], rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape of the batch and the size of one image, whose axes are the last `rank`.

    >>> split((128, 3, 28, 28), 2)
    ((128, 3), (28, 28))
    """
    if rank > len(shape):
        raise ValueError(f"a window of {rank} axes cannot slide over {len(shape)}")
    return shape[: len(shape) - rank], shape[len(shape) - rank :]
