"""Mixing: two images in one, to be taken for both, each by its share.

`mixup` (Zhang and others, 2017) blends an image with another; `cutmix` (Yun and others, 2019)
covers a part of it by that part of the other. Shares are counted in 256ths and the blend is made
of whole numbers, so that the loss is weighed by exactly what is shown.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.augmentation.parts import boxes, inside
from striate.data.chance import CUT, MIXED, SHARE, Draws
from striate.errors import OptionError


@dataclass(frozen=True)
class Mixing:
    """The share of images that is blended, and the share that gets a part of another.

    Raises OptionError where together they are more than all.

    >>> bool(Mixing(0.25, 0.25)), bool(Mixing())
    (True, False)
    """

    mixup: float = 0.0
    cutmix: float = 0.0

    def __post_init__(self) -> None:
        if self.mixup + self.cutmix > 1:
            raise OptionError(
                f"mixup = {self.mixup:g} and cutmix = {self.cutmix:g} of the images are more than "
                "all images",
                help=["each image is mixed in one way: the two shares add up to 1 at most"],
            )

    def __bool__(self) -> bool:
        return self.mixup + self.cutmix > 0


def mix(images: Tensor, others: Tensor, mixing: Mixing, draws: Draws) -> tuple[Tensor, Tensor]:
    """Images uint8 (image, channel, height, width) mixed with others, and the share of the first.

    The share (image,) is float32, and 1 where an image stays as it is. `draws` are about `images`.

    >>> import numpy as np
    >>> dark, bright = torch.tensor([0, 200], dtype=torch.uint8).reshape(2, 1, 1, 1, 1)
    >>> mixed, share = mix(dark, bright, Mixing(mixup=1), Draws(0, 0, np.array([1])))
    >>> mixed.item(), share.item(), round(200 * (1 - share.item()))
    (44, 0.78125, 44)
    """
    height, width = images.shape[2:]
    chance = draws.uniform(MIXED)
    blended = chance < mixing.mixup
    cut = ~blended & (chance < mixing.mixup + mixing.cutmix)
    weight = np.where(blended, _shares(draws), 256)
    parts = boxes((height, width), draws, CUT, areas=(0, 1), ratios=(1, 1))
    parts[~cut] = 0
    mixed = torch.where(inside(parts, height, width).to(images.device), others, images)
    if blended.any():
        places = torch.from_numpy(np.flatnonzero(blended)).to(images.device)
        pair = images.index_select(0, places), others.index_select(0, places)
        mixed.index_copy_(0, places, blend(*pair, weight[blended]))
    share = weight / 256 * (1 - parts[:, 2] * parts[:, 3] / (height * width))
    return mixed, torch.from_numpy(share.astype(np.float32)).to(images.device)


def blend(images: Tensor, others: Tensor, weight: NDArray[np.int64]) -> Tensor:
    """The mean of two batches, to the nearest level; the first has `weight` (image,) of 256."""
    share = torch.from_numpy(weight).to(images.device, torch.int32).reshape(-1, 1, 1, 1)
    return ((images * share + others * (256 - share) + 128) >> 8).to(torch.uint8)


def _shares(draws: Draws) -> NDArray[np.int64]:
    """How much of itself an image keeps, in 256ths: as Beta(1/2, 1/2), which favours the ends."""
    return np.rint(256 * np.sin(np.pi / 2 * draws.uniform(SHARE)) ** 2).astype(np.int64)
