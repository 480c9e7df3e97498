"""Pooling as the textbook defines it, written as loops in double precision.

A window walks over the image, by default side by side, and each one it meets becomes one number:
the largest of the pixels in it, the smallest, or their average. Nothing is multiplied, so nothing
is counted.
"""

from dataclasses import replace
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from striate.reference.sweep import PLAIN, PerAxis, Sweep, per_axis, split

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

    The axes before (channels, a batch) are pooled each for itself. The padding is never the
    largest or the smallest pixel; in an average it counts as zeros, or with
    `count_padding=False` not at all. With `partial` a last window that hangs over the end is kept;
    what of it lies beyond the padding is never counted. A window that holds no pixel gives -inf,
    inf or nan.

    >>> pool([[1, 4, 6, 3], [1, 8, 9, 7], [2, 9, 1, 2], [3, 4, 4, 3]], 2).tolist()
    [[8.0, 9.0], [9.0, 4.0]]
    >>> pool([0.1, 1, 0.2, 0.1, 0, 0.1], 3, "max", Sweep(stride=2), partial=True).tolist()
    [1.0, 0.2, 0.1]
    """
    pixels = np.asarray(image, np.float64)
    kernel = per_axis(kernel, pixels.ndim if isinstance(kernel, int) else len(kernel))
    rank = len(kernel)
    batch, size = split(pixels.shape, rank)
    frame = sweep.frame(rank)
    padded = np.pad(pixels, [(0, 0)] * len(batch) + frame)
    real = np.pad(np.ones(size, dtype=bool), frame)
    if sweep.stride is None:
        sweep = replace(sweep, stride=kernel)
    walks = sweep.walk(size, kernel, partial=partial)
    values = np.zeros(batch + tuple(map(len, walks)))
    for place, window in zip(np.ndindex(*map(len, walks)), product(*walks), strict=True):
        seen = padded[(..., *window)][..., real[window]]
        count = real[window].size if count_padding else int(real[window].sum())
        values[(..., *place)] = _summary(seen, kind, count)
    return values


def _summary(seen: Array, kind: Kind, count: int) -> Array:
    """The pixels (..., pixel) of one window as one number each; an average divides by count."""
    if kind == "max":
        return np.max(seen, axis=-1, initial=-np.inf)
    if kind == "min":
        return np.min(seen, axis=-1, initial=np.inf)
    if kind == "average":
        return np.sum(seen, axis=-1) / (count or np.nan)
    raise ValueError(f"a pool takes the 'max', the 'min' or the 'average', not the {kind!r}")
