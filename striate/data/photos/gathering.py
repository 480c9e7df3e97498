"""Gathering: pictures that are in memory already as photos that are seen in a look.

They are kept as small as they came, and brought to the look when they are looked at: 60,000
pictures of 28x28 take 47 MB so, and 740 MB in colour at 64x64.
"""

import hashlib
from collections.abc import Iterable

import torch
from torch import Tensor

from striate.data.look import Look
from striate.data.looking import to_keep
from striate.data.photos.collected import Photos

SMALL = 64
"""Pictures whose sides are all at most so long, and alike, count as cut out with care."""


def gathered(batches: Iterable[Tensor], look: Look) -> Photos:
    """Pictures uint8 (image, channel, row, column), grey or in colour, of any sizes, in a look.

    >>> look = Look((3, 4, 4), 5, (0.5,) * 3, (0.5,) * 3)
    >>> photos = gathered([torch.full((2, 1, 28, 28), 9, dtype=torch.uint8)], look)
    >>> photos.shape, photos[1].unique(), len(photos.flat)
    (torch.Size([2, 3, 4, 4]), tensor([9], dtype=torch.uint8), 50)
    """
    kept = [to_keep(batch, look).permute(0, 2, 3, 1).contiguous() for batch in batches]
    shapes = torch.cat([torch.tensor([batch.shape[1:]]).expand(len(batch), 3) for batch in kept])
    counts = shapes.prod(1)
    return Photos(
        torch.cat([batch.flatten() for batch in kept]),
        counts.cumsum(0) - counts,
        shapes[:, :2].int(),
        shapes[:, 2].to(torch.uint8),
        torch.cat([_contents(batch) for batch in kept]),
        size=look.size,
        look=look,
        framed=is_framed(shapes[:, :2]),
    )


def is_framed(sizes: Tensor) -> bool:
    """Whether pictures of these sizes int (image, 2) are small and alike."""
    return bool((sizes == sizes[:1]).all()) and int(sizes.max()) <= SMALL


def _contents(batch: Tensor) -> Tensor:
    """The SHA-256 of each picture of a batch (image, row, column, plane): uint8 (image, 32)."""
    shape = str(tuple(batch.shape[1:])).encode()
    found = [hashlib.sha256(shape + picture.tobytes()).digest() for picture in batch.numpy()]
    return torch.frombuffer(bytearray().join(found), dtype=torch.uint8).view(-1, 32)
