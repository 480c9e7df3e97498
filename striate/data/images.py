"""Images of one size: what every picture becomes before a network sees it.

A picture gives its largest centred part of the shape that is asked for, and that part is resized
(bilinear, antialiased). A picture of the right size is left as it is. One address for training,
evaluation and prediction: a file that is read alone gives the bytes that it gives in a collection.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from striate.data.collection import Problem
from striate.data.decoding import decode, quiet
from striate.errors import DataError

RED, GREEN, BLUE = 19595, 38470, 7471
"""The parts of 65536 that red, green and blue have in a grey (ITU-R BT.601)."""


def read_image(path: str | Path, size: tuple[int, int, int]) -> Tensor:
    """The picture in a file as uint8 (channel, height, width), of the size that is given.

    Raises DataError where the file holds no picture that can be decoded in full.

    >>> import tempfile
    >>> from PIL import Image
    >>> path = Path(tempfile.mkdtemp()) / "sky.png"
    >>> Image.new("RGB", (12, 8), (90, 160, 230)).save(path)
    >>> read_image(path, (3, 4, 4))[:, 0, 0].tolist(), read_image(path, (1, 4, 4))[:, 0, 0].tolist()
    ([90, 160, 230], [147])
    """
    channels, height, width = size
    with quiet():
        picture = decode(Path(path), str(path))
    if isinstance(picture, Problem):
        raise DataError(
            str(picture),
            help=["open it in an image viewer; save it again as PNG or JPEG"],
        )
    return in_channels(fit(picture.pixels, height, width), channels)


def fit(images: Tensor, height: int, width: int) -> Tensor:
    """The centre of images uint8 (*any, channel, row, column), resized to height and width.

    >>> fit(torch.arange(6, dtype=torch.uint8).reshape(1, 1, 6), 1, 2)
    tensor([[[2, 3]]], dtype=torch.uint8)
    """
    high, wide = images.shape[-2:]
    tall = min(high, max(1, round(wide * height / width)))
    broad = min(wide, max(1, round(high * width / height)))
    top, left = (high - tall) // 2, (wide - broad) // 2
    images = images[..., top : top + tall, left : left + broad]
    if (tall, broad) == (height, width):
        return images.contiguous()
    batch = images if images.ndim == 4 else images.unsqueeze(0)
    batch = batch.contiguous(memory_format=torch.channels_last)  # 3 planes to 1x1 fail in torch
    batch = F.interpolate(batch, (height, width), mode="bilinear", antialias=True)
    return batch.reshape(*images.shape[:-2], height, width).contiguous()


def in_channels(images: Tensor, channels: int) -> Tensor:
    """Grey (1) or colour (3) images (*any, channel, row, column) with as many channels as asked.

    Raises DataError where that is neither 1 nor 3.
    """
    if channels not in (1, 3):
        raise DataError(
            f"images are grey (1 channel) or in colour (3), and {channels} channels are asked for",
            help=["use a network whose input has 1 or 3 channels"],
        )
    if images.shape[-3] == channels:
        return images
    if channels == 3:
        return torch.cat([images] * 3, dim=-3)
    red, green, blue = images.int().unbind(-3)
    grey = (RED * red + GREEN * green + BLUE * blue + 2**15) >> 16
    return grey.to(torch.uint8).unsqueeze(-3)


def is_grey(images: Tensor) -> bool:
    """Whether images (image, 3, row, column) have no colour in any pixel.

    >>> is_grey(torch.zeros(2, 3, 4, 4)), is_grey(torch.arange(3).reshape(1, 3, 1, 1))
    (True, False)
    """
    return bool((images == images[:, :1]).all())
