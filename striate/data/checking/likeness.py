"""Likeness: which pictures are nearly the same: resized, compressed again, or cropped a little.

Each picture is kept as SIDE x SIDE levels of grey. The low frequencies of that (a cosine
transform, as perceptual hashes have it) find candidates: seven parts of every picture, the whole
and six that lack a twentieth or a tenth, are looked up among the wholes of all. Each candidate is
then aligned, and two pictures are alike if they differ by so little as no two photographs do.

Not every picture meets every other: they are sorted into cells of those that look alike at first
glance, and only the nearest cells are searched, so that the work hardly grows faster than the set.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from striate.data.checking.aligning import SIDE, align, blurs, part_of

PARTS = (
    *((size, 0.0, size, 0.0) for size in (1.0, 0.95, 0.9)),
    *((0.95, right, 0.95, down) for right in (-0.05, 0.05) for down in (-0.05, 0.05)),
)
"""The parts that are looked up; one that was cropped otherwise lies close to one of them."""

WAVES = 8
"""Frequencies of which each axis keeps the lowest."""

CLOSE = 0.9
"""How like low frequencies must be (the cosine of their angle) for a closer look."""

NEAREST = 4
"""How many candidates each part of each picture has at most."""

LEVELS, CONTRAST, DETAIL = 11.0, 0.4, 0.3
"""What two that are alike differ by at most: root mean square in levels of 256, the same as a share
of the contrast, and 1 less the correlation of their fine detail."""

FAR = 40.0
"""Pictures that differ by so many levels before they are aligned are not aligned."""

LESS = 0.8
"""What has less than this share of the pixels of another was resized, and not only cropped."""

CELL, PROBES, CHUNK = 4096, 3, 1024


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Small grey pictures uint8 (n, SIDE, SIDE), and the short side each was made from, (n,)."""

    levels: Tensor
    sides: Tensor


def alike(thumbnails: Thumbnails) -> list[tuple[int, int]]:
    """The pairs (first, second) of pictures that are nearly the same, in order.

    >>> noise = torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 255
    >>> noise[2] = noise[0] + 1
    >>> alike(Thumbnails(noise.byte(), torch.full((3,), 300)))
    [(0, 2)]
    """
    found: set[tuple[int, int]] = set()
    for pairs, parts in _candidates(thumbnails.levels):
        kept = _same(thumbnails, pairs, parts)
        found.update((min(a, b), max(a, b)) for a, b in kept.tolist())
    return sorted(found)


def _candidates(levels: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Pairs (n, 2), and the part (n, 4) of the first that looks like the second; a chunk each."""
    wholes = torch.cat([_waves(chunk.float()) for chunk in levels.split(CHUNK)])
    cells = max(1, len(wholes) // CELL)
    centres = wholes[:: max(1, len(wholes) // cells)][:cells]
    home = torch.cat([(chunk @ centres.T).argmax(1) for chunk in wholes.split(CHUNK)])
    for start in range(0, len(levels), CHUNK):
        chunk = levels[start : start + CHUNK].float()
        pairs, numbers, likeness = _looked_up(chunk, start, wholes, centres, home)
        order = likeness.argsort(descending=True, stable=True)
        pairs, numbers = pairs[order], numbers[order]
        first = _firsts(pairs[:, 0] * len(levels) + pairs[:, 1])
        for some in first.split(4 * CHUNK) if len(first) else ():
            yield pairs[some], torch.tensor(PARTS)[numbers[some]]


def _firsts(keys: Tensor) -> Tensor:
    """The places at which each key is met for the first time."""
    known, groups = keys.unique(return_inverse=True)
    places = torch.full((len(known),), len(keys))
    return places.scatter_reduce(0, groups, torch.arange(len(keys)), "amin")


def _looked_up(
    chunk: Tensor, start: int, wholes: Tensor, centres: Tensor, home: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs, the number of the part, and the likeness, for pictures from the place `start` on."""
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    for number, part in enumerate(PARTS):
        seen = _waves(part_of(chunk, torch.tensor(part).expand(len(chunk), 4)))
        cells = (seen @ centres.T).topk(min(PROBES, len(centres))).indices
        for cell in cells.unique().tolist():
            rows = (cells == cell).any(1).nonzero()[:, 0]
            members = (home == cell).nonzero()[:, 0]
            likeness = seen[rows] @ wholes[members].T
            likeness[members == rows[:, None] + start] = -1
            best = likeness.topk(min(NEAREST, len(members)))
            row, column = (best.values > CLOSE).nonzero(as_tuple=True)
            second = members[best.indices[row, column]]
            pairs = torch.stack((rows[row] + start, second), 1)
            found.append((pairs, torch.full((len(row),), number), best.values[row, column]))
    pairs, numbers, likeness = zip(*found, strict=True)
    return torch.cat(pairs), torch.cat(numbers), torch.cat(likeness)


def _same(thumbnails: Thumbnails, pairs: Tensor, parts: Tensor) -> Tensor:
    """Those of the pairs of which a part of the first is the second, once they are aligned."""
    first, second = (thumbnails.levels[places].float() for places in pairs.unbind(1))
    first, second = _as_small(first, second, thumbnails.sides.clamp(1, SIDE)[pairs])
    near = _differ(part_of(first, parts), second) < FAR
    pairs, first, second, parts = pairs[near], first[near], second[near], parts[near]
    inner = slice(1, -1)
    seen = part_of(first, align(first, second, parts))
    fine, finer = ((x - _soft(x))[:, inner, inner] for x in (seen, second))
    seen, second = seen[:, inner, inner], second[:, inner, inner]
    differ = _differ(seen, second)
    share = differ / (second.std((1, 2), correction=0) + 1)
    return pairs[(differ < LEVELS) & (share < CONTRAST) & (_unlike(fine, finer) < DETAIL)]


def _differ(x: Tensor, y: Tensor) -> Tensor:
    """The root mean square of the difference of pictures (n, row, column), in levels."""
    return (x - y).square().mean((1, 2)).sqrt()


def _as_small(first: Tensor, second: Tensor, sides: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures without what the other, made from so many pixels (n, 2), is too small to show."""
    if int(sides.min()) == SIDE:
        return first, second
    least = sides.min(1).values
    one, other = (blurs()[torch.where(least < LESS * s, least, SIDE)] for s in sides.unbind(1))
    return one @ first @ one.mT, other @ second @ other.mT


def _unlike(x: Tensor, y: Tensor) -> Tensor:
    """1 less the correlation of pictures (n, row, column)."""
    x, y = (z - z.mean((1, 2), keepdim=True) for z in (x, y))
    return 1 - (x * y).sum((1, 2)) / (x.norm(dim=(1, 2)) * y.norm(dim=(1, 2)) + SIDE)


def _soft(pictures: Tensor) -> Tensor:
    """Pictures without their fine detail: each pixel the mean of 5 x 5, the nearest most."""
    taps = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    places = torch.arange(SIDE)
    weights = torch.zeros(SIDE, SIDE)
    for tap, weight in enumerate(taps.tolist(), start=-2):
        weights[places, (places + tap).clamp(0, SIDE - 1)] += weight
    return weights @ pictures @ weights.T


def _waves(pictures: Tensor) -> Tensor:
    """The low frequencies of pictures, but for their brightness, as vectors of length 1."""
    number, place = torch.arange(WAVES).float(), torch.arange(SIDE) + 0.5
    cosines = torch.cos(math.pi / SIDE * number[:, None] * place) * math.sqrt(2 / SIDE)
    cosines[0] /= math.sqrt(2)
    heights = torch.hypot(*torch.meshgrid(number, number, indexing="ij")).sqrt()
    waves = ((cosines @ pictures @ cosines.T) * heights).flatten(1)
    return waves / (waves.norm(dim=1, keepdim=True) + 1e-6)
