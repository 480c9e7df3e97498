"""Erasing: a part of an image is covered, so that no part alone decides (Zhong and others, 2017).

What is covered gets the mean level of the image, in each channel.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.augmentation.parts import boxes, inside
from striate.data.chance import ERASED, ERASURE, Draws

AREAS, RATIOS = (0.02, 0.25), (0.3, 1 / 0.3)
"""The share of an image that is covered, and how wide that is for its height."""


def erase(images: Tensor, share: float, draws: Draws) -> Tensor:
    """Cover a box in that share of images uint8 (image, channel, height, width).

    >>> import numpy as np
    >>> image = torch.tensor([[[[10, 10], [10, 50]]]], dtype=torch.uint8)
    >>> erase(image, 1, Draws(0, 0, np.array([2]))).tolist()
    [[[[20, 10], [10, 50]]]]
    """
    chosen = np.flatnonzero(draws.uniform(ERASED) < share)
    if not len(chosen):
        return images
    parts = boxes(images.shape[2:], draws.select(chosen), ERASURE, areas=AREAS, ratios=RATIOS)
    places = torch.from_numpy(chosen).to(images.device)
    covered = cover(images.index_select(0, places), parts)
    return images.index_copy(0, places, covered)


def cover(images: Tensor, parts: NDArray[np.int64]) -> Tensor:
    """Each image with its box at the rounded mean level of each of its channels."""
    height, width = images.shape[2:]
    total = images.sum((2, 3), keepdim=True, dtype=torch.int64)
    mean = (2 * total + height * width) // (2 * height * width)
    where = inside(parts, height, width).to(images.device)
    return torch.where(where, mean.to(torch.uint8), images)
