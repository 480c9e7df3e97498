"""Pooling as the textbook defines it, written as loops in double precision.

    pool            a window walks over the image, by default side by side
    pool_channels   neighbouring channels are pooled at each place
    adaptive        a fixed number of windows, whatever the size

Each window becomes one number: the largest of the pixels in it, the smallest, or their average.
Nothing is multiplied, so nothing is counted.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.frame import copied, pad
from striate.reference.sweep import PLAIN, PerAxis, Sweep, per_axis, split, visits

Array = NDArray[np.float64]
Kind = Literal["max", "min", "average"]


def pool(
    image: ArrayLike,
    kernel: PerAxis,
    kind: Kind = "max",
    sweep: Sweep = PLAIN,
    *,
    partial: bool = False,
    count_padding: bool = True,
) -> Array:
    """Pool the last axes of an image, as many as the kernel has; one number means all of them.

    The axes before (channels, a batch) are pooled each for itself. Zeros around the image are
    never the largest or the smallest pixel; in an average they count, or with
    `count_padding=False` not at all. Padding that copies pixels is as good as pixels. With
    `partial` a last window that hangs over the end is kept; what of it lies beyond the padding is
    never counted. A window that holds no pixel gives -inf, inf or nan.

    >>> pool([[1, 4, 6, 3], [1, 8, 9, 7], [2, 9, 1, 2], [3, 4, 4, 3]], 2).tolist()
    [[8.0, 9.0], [9.0, 4.0]]
    >>> pool([0.1, 1, 0.2, 0.1, 0, 0.1], 3, "max", Sweep(stride=2), partial=True).tolist()
    [1.0, 0.2, 0.1]
    """
    pixels = np.asarray(image, np.float64)
    kernel = per_axis(kernel, pixels.ndim if isinstance(kernel, int) else len(kernel))
    batch, size = split(pixels.shape, len(kernel))
    frame = sweep.frame(len(kernel))
    padded = pad(pixels, frame, sweep.border)
    real = copied(size, frame, sweep.border) >= 0
    if sweep.stride is None:
        sweep = replace(sweep, stride=kernel)
    walks = sweep.walk(size, kernel, partial=partial)
    values = np.zeros((*batch, *map(len, walks)))
    for place, window in visits(walks):
        seen = padded[(..., *window)][..., real[window]]
        count = real[window].size if count_padding else int(real[window].sum())
        values[(..., *place)] = _summary(seen, kind, count)
    return values


def pool_channels(image: ArrayLike, group: int, kind: Kind = "max", *, axis: int = 0) -> Array:
    """Pool each `group` of neighbouring channels into one, place by place.

    The channels are the first axis, or the `axis` given.

    >>> pool_channels([[1, 5], [4, 2], [0, 0], [3, -1]], 2).tolist()
    [[4.0, 5.0], [3.0, 0.0]]
    """
    channels = np.moveaxis(np.asarray(image, np.float64), axis, -1)
    count = channels.shape[-1]
    if group < 1 or count % group:
        raise ValueError(f"{count} channels cannot be cut into groups of {group}")
    groups = [channels[..., start : start + group] for start in range(0, count, group)]
    return np.stack([_summary(seen, kind, group) for seen in groups], axis=axis)


def adaptive(image: ArrayLike, bins: PerAxis, kind: Kind = "average") -> Array:
    """Pool the last axes into a fixed number of windows, as many axes as `bins` has numbers.

    Bin i of b reaches over n pixels from floor(i*n/b) to ceil((i + 1)*n/b); where b does not
    divide n, neighbours share pixels. One number means all axes.

    >>> adaptive([1, 2, 3, 4, 5], 2).tolist(), adaptive([1, 2, 3, 4, 5], 2, "max").tolist()
    ([2.0, 4.0], [3.0, 5.0])
    """
    pixels = np.asarray(image, np.float64)
    bins = per_axis(bins, pixels.ndim if isinstance(bins, int) else len(bins))
    batch, size = split(pixels.shape, len(bins))
    values = np.zeros((*batch, *bins))
    for place in product(*map(range, bins)):
        axes = zip(place, size, bins, strict=True)
        seen = pixels[(..., *(cut(n, b)[i] for i, n, b in axes))]
        seen = seen.reshape(*batch, prod(seen.shape[len(batch) :]))
        values[(..., *place)] = _summary(seen, kind, seen.shape[-1])
    return values


def cut(size: int, bins: int) -> list[slice]:
    """Where the bins of one axis of `size` pixels lie; they cover all of them.

    >>> cut(5, 2)
    [slice(0, 3, None), slice(2, 5, None)]
    """
    ends = [(Fraction(i * size, bins), Fraction((i + 1) * size, bins)) for i in range(bins)]
    return [slice(floor(start), ceil(end)) for start, end in ends]


def _summary(seen: Array, kind: Kind, count: int) -> Array:
    """The pixels (..., pixel) of one window as one number each; an average divides by count."""
    if kind == "max":
        return np.max(seen, axis=-1, initial=-np.inf)
    if kind == "min":
        return np.min(seen, axis=-1, initial=np.inf)
    if kind == "average":
        return np.sum(seen, axis=-1) / (count or np.nan)
    raise ValueError(f"a pool takes the 'max', the 'min' or the 'average', not the {kind!r}")
