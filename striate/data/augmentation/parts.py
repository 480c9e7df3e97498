"""Parts of an image: boxes of a random area, shape and place.

A box is (top, left, height, width) in whole pixels. A random resized crop shows the network one
(Szegedy and others, "Going deeper with convolutions", 2014); erasing and cutmix cover one.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from striate.data.chance import CROP, Draws

CROPS = (3 / 4, 4 / 3)
"""The least and the greatest width of a crop, where its height is 1."""


def boxes(
    sizes: ArrayLike,
    draws: Draws,
    first: int,
    *,
    areas: tuple[float, float],
    ratios: tuple[float, float],
) -> NDArray[np.int64]:
    """A box in each image: int64 (image, 4), by the four draws that begin at `first`.

    `sizes` (image, 2) or (2,) are the height and width of the images. The area is a share of the
    image, evenly between two; the ratio of width to height lies evenly between the logarithms of
    two. A box of that shape that is higher or wider than its image is made smaller until it fits.

    >>> boxes((6, 8), Draws(0, 0, np.arange(2)), 10, areas=(0.25, 1), ratios=(1, 1)).tolist()
    [[0, 2, 6, 6], [0, 0, 6, 6]]
    """
    whole = np.broadcast_to(np.asarray(sizes, dtype=np.int64), (len(draws.index), 2))
    area = draws.between(first, *areas) * whole.prod(1)
    ratio = np.exp(draws.between(first + 1, *np.log(ratios)))
    sides = np.stack([np.sqrt(area / ratio), np.sqrt(area * ratio)], 1)
    sides *= np.minimum(1, (whole / sides).min(1, keepdims=True))
    extent = np.clip(np.rint(sides).astype(np.int64), 1, whole)
    place = np.stack([draws.uniform(first + 2), draws.uniform(first + 3)], 1)
    start = np.floor(place * (whole - extent + 1)).astype(np.int64)
    return np.concatenate([start, extent], 1)


def crops(sizes: ArrayLike, shape: tuple[int, int], draws: Draws, least: float) -> Tensor:
    """A box in each image to be shown in this shape: int64 (image, 4).

    Its area is at least `least` of the image; its ratio is that of the shape, give or take a third.

    >>> crops((6, 8), (4, 4), Draws(0, 0, np.arange(2)), 0.25).tolist()
    [[0, 3, 6, 5], [0, 1, 6, 5]]
    """
    ratio = shape[1] / shape[0]
    ratios = ratio * CROPS[0], ratio * CROPS[1]
    return torch.from_numpy(boxes(sizes, draws, CROP, areas=(least, 1), ratios=ratios))


def inside(parts: NDArray[np.int64], height: int, width: int) -> Tensor:
    """Which pixels of images of this size lie in the box of each: bool (image, 1, row, column).

    >>> inside(np.array([[0, 1, 1, 2]]), 2, 4).int().tolist()
    [[[[0, 1, 1, 0], [0, 0, 0, 0]]]]
    """
    top, left, tall, wide = torch.from_numpy(parts)[:, :, None].unbind(1)
    rows, columns = torch.arange(height), torch.arange(width)
    in_rows = (rows >= top) & (rows < top + tall)
    in_columns = (columns >= left) & (columns < left + wide)
    return (in_rows[:, :, None] & in_columns[:, None, :]).unsqueeze(1)
