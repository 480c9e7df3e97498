"""Geometry: images turned, leaned, scaled and moved, each by a map of its own.

A map says where a place of the view looks in its image: a matrix (2, 3) times (row, column, 1)
gives the row and the column there; for a batch it is float64 (image, 2, 3). A view looks between
pixels (bilinear); what lies beyond a border is the mirror image of what lies before it.
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

Maps = NDArray[np.float64]


def turned(degrees: ArrayLike) -> Maps:
    """Linear maps (image, 2, 2) of views that are turned to the left, about their centre.

    >>> turned([90]).round(6).tolist()
    [[[0.0, 1.0], [-1.0, 0.0]]]
    """
    angle = np.deg2rad(np.asarray(degrees, dtype=np.float64))
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2)


def leaned(down: ArrayLike, right: ArrayLike) -> Maps:
    """Maps (image, 2, 2) of views where each row looks `right` further than the one before.

    And each column `down` further.

    >>> leaned([0], [0.5]).tolist()
    [[[1.0, 0.0], [0.5, 1.0]]]
    """
    down, right = np.broadcast_arrays(*(np.asarray(lean, np.float64) for lean in (down, right)))
    one = np.ones_like(down)
    return np.stack([np.stack([one, down], -1), np.stack([right, one], -1)], -2)


def about_centre(linear: Maps, move: NDArray[np.float64], size: tuple[int, int]) -> Maps:
    """Maps (image, 2, 3) that are `linear` about the centre, and look `move` (image, 2) away."""
    centre = (np.asarray(size) - 1) / 2
    offset = centre + move - linear @ centre
    return np.concatenate([linear, offset[..., None]], -1)


def into(parts: NDArray[np.int64], size: tuple[int, int]) -> Maps:
    """Maps (image, 2, 3) of views that show a box (top, left, height, width) in a size.

    >>> into(np.array([[0, 2, 4, 2]]), (4, 4)).tolist()
    [[[1.0, 0.0, 0.0], [0.0, 0.5, 1.75]]]
    """
    scale = parts[:, 2:] / np.asarray(size)
    linear = scale[:, :, None] * np.eye(2)
    return np.concatenate([linear, (parts[:, :2] + scale / 2 - 0.5)[..., None]], -1)


def after(first: Maps, second: Maps) -> Maps:
    """The map that leads a place through the first and then through the second, both (2, 3)."""
    through = second[..., :2] @ first
    through[..., 2] += second[..., 2]
    return through


def look(images: Tensor, maps: Maps) -> Tensor:
    """What views uint8 (image, channel, height, width) see in images of their own size.

    >>> image = torch.arange(4, dtype=torch.uint8).reshape(1, 1, 1, 4)
    >>> look(image, np.array([[[1, 0, 0], [0, 1, 2.0]]])).tolist()
    [[[[2, 3, 2, 1]]]]
    """
    height, width = images.shape[2:]
    units = torch.from_numpy(_units(maps, (height, width)))
    down, right, start = units.to(images.device).unbind(-1)
    rows = torch.arange(height, dtype=torch.float32, device=images.device)
    columns = torch.arange(width, dtype=torch.float32, device=images.device)
    along = columns[:, None] * right[:, None, None] + start[:, None, None]
    grid = rows[:, None, None] * down[:, None, None] + along
    seen = F.grid_sample(images.float(), grid, padding_mode="reflection", align_corners=True)
    return seen.add_(0.5).clamp_(0, 255).to(torch.uint8)


def _units(maps: Maps, size: tuple[int, int]) -> NDArray[np.float32]:
    """Maps to (column, row) counted from -1, the first pixel, to 1, the last, as torch does."""
    last = np.maximum(np.asarray(size) - 1, 1)[:, None]
    counted = maps * 2 / last
    counted[..., 2] -= 1
    return counted[:, ::-1].astype(np.float32)
