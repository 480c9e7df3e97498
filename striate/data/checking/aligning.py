"""Aligning: the part of one picture that another may be, found to a fraction of a pixel.

Pictures are small here, SIDE x SIDE levels of grey. A part is (width, right, height, down): how
large it is, 1 being the whole, and where its centre lies, in halves of the picture. Where two
pictures differ in little else, the part is a least squares problem, solved in a few steps (Lucas
and Kanade, "An iterative image registration technique", 1981).
"""

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

SIDE = 32
"""The side of the small pictures that are compared."""

STEPS = 3
LEAST, MOST, AWAY = 0.86, 1.02, 0.13
"""How small and how large a part may be, and how far away its centre."""


def part_of(pictures: Tensor, parts: Tensor) -> Tensor:
    """The parts (n, 4) of pictures (n, SIDE, SIDE), enlarged to that size (cubic).

    >>> picture = torch.arange(SIDE).float().expand(1, SIDE, SIDE)
    >>> part_of(picture, torch.tensor([[0.5, 0.0, 0.5, 0.0]]))[0, 0, [0, -1]]
    tensor([ 7.7500, 23.2500])
    """
    across, along = _weights(parts[:, 0], parts[:, 1]), _weights(parts[:, 2], parts[:, 3])
    return along @ pictures @ across.mT


def align(pictures: Tensor, others: Tensor, parts: Tensor) -> Tensor:
    """The parts (n, 4) of pictures that look most like the others, sought around given ones."""
    places, damping = _places(), torch.diag(torch.tensor([50.0, 50.0, 50.0, 50.0, 1e-3]))
    for _ in range(STEPS):
        seen = part_of(pictures, parts)
        right = torch.gradient(seen, spacing=2 / SIDE, dim=2)[0] / parts[:, 0, None, None]
        down = torch.gradient(seen, spacing=2 / SIDE, dim=1)[0] / parts[:, 2, None, None]
        slopes = [right * places, right, down * places[:, None], down, torch.ones_like(seen)]
        slope = torch.stack(slopes, -1).flatten(1, 2)
        missing = (others - seen).flatten(1).unsqueeze(-1)
        step = torch.linalg.solve(slope.mT @ slope + damping, slope.mT @ missing)
        parts = parts + step[:, :4, 0].clamp(-0.05, 0.05)
        sizes, shifts = parts[:, ::2].clamp(LEAST, MOST), parts[:, 1::2].clamp(-AWAY, AWAY)
        parts = torch.stack((sizes, shifts), -1).flatten(1)
    return parts


@cache
def blurs() -> Tensor:
    """For each side m up to SIDE, what a picture loses if it only has m pixels: (SIDE + 1, ...)."""
    whole = torch.eye(SIDE)
    made = [whole]
    for side in range(1, SIDE + 1):
        less = _resized(whole, side)
        made.append(_resized(torch.eye(side), SIDE) @ less if side < SIDE else whole)
    return torch.stack(made)


def _resized(rows: Tensor, count: int) -> Tensor:
    """So many rows out of others."""
    size = (count, rows.shape[1])
    return F.interpolate(rows[None, None], size, mode="bicubic", antialias=True)[0, 0]


def _places() -> Tensor:
    """The centres of pixels, from -1 to 1."""
    return (torch.arange(SIDE) + 0.5) * (2 / SIDE) - 1


def _weights(sizes: Tensor, shifts: Tensor) -> Tensor:
    """How much each pixel (last axis) gives to each of a part: (n, SIDE, SIDE)."""
    places = (sizes[:, None] * _places() + shifts[:, None] + 1) * (SIDE / 2) - 0.5
    away = (places.clamp(0, SIDE - 1).unsqueeze(-1) - torch.arange(SIDE)).abs()
    near = (1.5 * away - 2.5) * away * away + 1
    far = ((-0.5 * away + 2.5) * away - 4) * away + 2
    return torch.where(away < 1, near, torch.where(away < 2, far, torch.zeros(())))
