"""Images of one size: what every picture becomes before a network sees it.

A picture is first brought to a size that is an eighth larger than what is asked for (its short
side if a square is; bilinear, antialiased), and never enlarged; then its centre is cut out. One
that is too small for that is enlarged at last, its largest centred part of the right shape; one of
the right size is left as it is. (Where weights lay down how pictures are seen, `looking` says what
becomes of them.) One address for training, evaluation and prediction: a file that is read alone
gives the bytes that it gives in a collection.
"""

import torch
from torch import Tensor

from striate.data.look import Mode
from striate.errors import DataError

RED, GREEN, BLUE = 19595, 38470, 7471
"""The parts of 65536 that red, green and blue have in a grey (ITU-R BT.601)."""


def margin(side: int) -> int:
    """How long a side is kept where `side` pixels of it will be looked at: an eighth is border.

    >>> margin(224), margin(64)
    (256, 73)
    """
    return round(side * 8 / 7)


def kept(images: Tensor, height: int, width: int) -> Tensor:
    """Images uint8 (*any, channel, row, column) as they are kept to be looked at in another size.

    They are reduced until they just cover the margin of height and width, never enlarged; of the
    longer side the middle is kept, at most twice the margin.

    >>> kept(torch.zeros(3, 375, 500, dtype=torch.uint8), 224, 224).shape
    torch.Size([3, 256, 341])
    """
    rows, columns = margin(height), margin(width)
    high, wide = images.shape[-2:]
    share = min(1.0, max(rows / high, columns / wide))
    tall, broad = min(high, round(2 * rows / share)), min(wide, round(2 * columns / share))
    images = middle(images, tall, broad)
    return resized(images, max(1, round(tall * share)), max(1, round(broad * share)))


def centre(images: Tensor, height: int, width: int) -> Tensor:
    """The centre of what was kept: cut out where it is large enough, else enlarged."""
    high, wide = images.shape[-2:]
    if high >= height and wide >= width:
        return middle(images, height, width)
    return fit(images, height, width)


def fit(images: Tensor, height: int, width: int) -> Tensor:
    """The centre of images uint8 (*any, channel, row, column), resized to height and width.

    >>> fit(torch.arange(6, dtype=torch.uint8).reshape(1, 1, 6), 1, 2)
    tensor([[[2, 3]]], dtype=torch.uint8)
    """
    high, wide = images.shape[-2:]
    tall = min(high, max(1, round(wide * height / width)))
    broad = min(wide, max(1, round(high * width / height)))
    return resized(middle(images, tall, broad), height, width).contiguous()


def middle(images: Tensor, height: int, width: int) -> Tensor:
    """The part of that size in the middle of images (*any, row, column)."""
    top, left = (images.shape[-2] - height) // 2, (images.shape[-1] - width) // 2
    return images[..., top : top + height, left : left + width]


def resized(images: Tensor, height: int, width: int, mode: Mode = "bilinear") -> Tensor:
    """Images uint8 (*any, channel, row, column) of another size, antialiased."""
    if tuple(images.shape[-2:]) == (height, width):
        return images
    batch = images if images.ndim == 4 else images.unsqueeze(0)
    made = batch.new_empty((len(batch), height, width, batch.shape[1])).permute(0, 3, 1, 2)
    resize_into(batch, made, mode)
    return made.reshape(*images.shape[:-2], height, width)


def resize_into(images: Tensor, made: Tensor, mode: Mode = "bilinear") -> None:
    """Resize images uint8 (image, channel, row, column) into others, as `resized` does."""
    # What F.interpolate does, but for the place of the result: there it would lie in planes.
    aten = torch.ops.aten
    resize = aten._upsample_bilinear2d_aa if mode == "bilinear" else aten._upsample_bicubic2d_aa
    resize.out(
        images.contiguous(memory_format=torch.channels_last),  # 3 planes to 1x1 fail in torch
        list(made.shape[-2:]),
        align_corners=False,
        out=made,
    )


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
    first = images[:, :, :1]  # most pictures in colour show it in their first row
    return all(bool((part == part[:, :1]).all()) for part in (first, images))
