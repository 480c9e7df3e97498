"""Colour: operations on the levels of images, each image by a number of its own.

Images are uint8 (image, channel, height, width), and so is what comes back. Where a number says
how strongly, it is one for each image (image,), on the device of the images. All give the bytes
that Pillow gives (ImageEnhance and ImageOps), but for `autocontrast`, whose tables Pillow rounds
otherwise by one level now and then, and `turn_hue`, which Pillow has not.
"""

import torch
from torch import Tensor

from striate.data.images import in_channels


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    """0 is black, 1 the image itself, 2 twice as bright.

    >>> brightness(torch.tensor([[[[10, 200]]]], dtype=torch.uint8), torch.tensor([1.5])).tolist()
    [[[[15, 255]]]]
    """
    return _away(torch.zeros((), device=images.device), images, factor)


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """0 is grey all over, at the mean of the image; 1 the image itself."""
    levels = grey(images)
    count = levels.shape[2] * levels.shape[3]
    total = levels.sum((1, 2, 3), keepdim=True, dtype=torch.int64)
    return _away(((2 * total + count) // (2 * count)).float(), images, factor)


def saturation(images: Tensor, factor: Tensor) -> Tensor:
    """0 is without colour, 1 the image itself."""
    return _away(grey(images).float(), images, factor)


def sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """0 is smoothed, 1 the image itself, 2 sharpened; pixels at the border stay as they are."""
    base = images.clone()
    if min(images.shape[2:]) > 2:
        x = images.to(torch.int32)
        rows = x[:, :, :-2] + x[:, :, 1:-1] + x[:, :, 2:]
        total = rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:] + 4 * x[:, :, 1:-1, 1:-1]
        base[:, :, 1:-1, 1:-1] = ((2 * total + 13) // 26).to(torch.uint8)
    return _away(base.float(), images, factor)


def solarize(images: Tensor, threshold: Tensor) -> Tensor:
    """Invert every level that is not below the threshold; 256 leaves all.

    >>> solarize(torch.tensor([[[[10, 200]]]], dtype=torch.uint8), torch.tensor([100])).tolist()
    [[[[10, 55]]]]
    """
    return torch.where(images < _each(threshold), images, 255 - images)


def posterize(images: Tensor, bits: Tensor) -> Tensor:
    """Keep so many of the 8 bits of each level, the highest.

    >>> posterize(torch.tensor([[[[31, 200]]]], dtype=torch.uint8), torch.tensor([3])).tolist()
    [[[[0, 192]]]]
    """
    kept = 256 - 2 ** (8 - _each(bits).to(torch.int32))
    return images & kept.to(torch.uint8)


def autocontrast(images: Tensor) -> Tensor:
    """Stretch the levels of each channel so that they reach from 0 to 255.

    >>> autocontrast(torch.tensor([[[[10, 20, 60]]]], dtype=torch.uint8)).tolist()
    [[[[0, 51, 255]]]]
    """
    x = images.to(torch.int32)
    low, high = x.amin((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)
    stretched = (x - low) * 255 // (high - low).clamp(min=1)
    return torch.where(high > low, stretched.to(torch.uint8), images)


def equalize(images: Tensor) -> Tensor:
    """Spread the levels of each channel so that all are about as frequent."""
    flat = images.flatten(2).long()
    counts = torch.zeros(*flat.shape[:2], 256, dtype=torch.int64, device=images.device)
    counts.scatter_add_(2, flat, torch.ones_like(flat))
    step = (flat.shape[2] - counts.gather(2, flat.amax(2, keepdim=True))) // 255
    below = counts.cumsum(2) - counts
    table = ((step // 2 + below) // step.clamp(min=1)).clamp(max=255)
    table = torch.where(step > 0, table, torch.arange(256, device=images.device))
    return table.to(torch.uint8).gather(2, flat).reshape(images.shape)


def turn_hue(images: Tensor, turn: Tensor) -> Tensor:
    """Turn the hue of colour images by so much of the circle; saturation and value stay.

    >>> red = torch.tensor([255, 0, 0], dtype=torch.uint8).reshape(1, 3, 1, 1)
    >>> turn_hue(red, torch.tensor([1 / 3])).flatten().tolist()
    [0, 255, 0]
    """
    x = images.float()
    red, green, blue = x.unbind(1)
    high = x.amax(1)
    span = high - x.amin(1)
    width = torch.where(span > 0, span, 1)
    sixth = torch.where(high == green, 2 + (blue - red) / width, 4 + (red - green) / width)
    sixth = torch.where(high == red, (green - blue) / width, sixth)
    sixth = sixth + 6 * turn.reshape(-1, 1, 1).float()
    places = [torch.remainder(sixth + start, 6) for start in (5, 3, 1)]
    turned = [high - span * torch.minimum(k, 4 - k).clamp(0, 1) for k in places]
    return torch.stack(turned, 1).add(0.5).to(torch.uint8)


def grey(images: Tensor) -> Tensor:
    """Images without colour: uint8 (image, 1, height, width)."""
    return in_channels(images, 1) if images.shape[1] == 3 else images[:, :1]


def _away(base: Tensor, images: Tensor, factor: Tensor) -> Tensor:
    """From `base` (0) towards the images (1) or beyond them; what is over a level is cut off."""
    moved = base + _each(factor).float() * (images - base)
    return moved.clamp(0, 255).to(torch.uint8)


def _each(number: Tensor) -> Tensor:
    """One number for each image, beside the pixels of it."""
    return number.reshape(-1, 1, 1, 1)
