"""Looking: what becomes of a picture that is seen in a look, as published preprocessing has it.

Its short side is brought to the look's, antialiased, and its centre is cut out. One that is larger
than that is kept in the size it is brought to, and a smaller one as it is: enlarging it again and
again costs less than what it would take enlarged.
"""

from torch import Tensor

from striate.data.images import centre, in_channels, kept, middle, resized
from striate.data.look import Look, Seen

Shape = tuple[int, int] | Look
"""What pictures are to be looked at in: (height, width), or a look."""

LONG = 4
"""No picture is brought to more than so many times its short side: of more, the middle counts."""


def brought(images: Tensor, look: Look) -> Tensor:
    """Images uint8 (*any, channel, row, column) before their centre is cut out.

    What was brought once is left as it is.

    >>> import torch
    >>> look = Look((3, 4, 4), 5, (0.5,) * 3, (0.5,) * 3)
    >>> brought(torch.zeros(3, 10, 15, dtype=torch.uint8), look).shape
    torch.Size([3, 5, 7])
    """
    height, width = images.shape[-2:]
    high, wide = look.resized(height, width)
    most = LONG * max(min(high, wide), *look.size[1:])  # a line of pixels would take all memory
    rows, columns = round(height * min(1, most / high)), round(width * min(1, most / wide))
    images = middle(images, max(1, rows), max(1, columns))
    return resized(images, min(high, most), min(wide, most), look.mode)


def cut(images: Tensor, height: int, width: int) -> Tensor:
    """The centre of images (*any, row, column); an odd pixel is left out where torchvision does it.

    >>> import torch
    >>> cut(torch.arange(5).expand(3, 5), 2, 2)
    tensor([[2, 3],
            [2, 3]])
    """
    high, wide = images.shape[-2:]
    top, left = round((high - height) / 2), round((wide - width) / 2)
    return images[..., top : top + height, left : left + width]


def to_keep(images: Tensor, shape: Shape) -> Tensor:
    """Images uint8 (*any, channel, row, column) as they are kept to be looked at in a shape."""
    if not isinstance(shape, Look):
        return kept(images, *shape)
    height, width = images.shape[-2:]
    high, wide = shape.resized(height, width)
    return brought(images, shape) if height > high or width > wide else images


def to_see(images: Tensor, shape: Shape) -> Tensor:
    """What is looked at of images that were kept: the centre of each, its channels as they are."""
    if isinstance(shape, Look):
        return cut(brought(images, shape), *shape.size[1:])
    return centre(images, *shape)


def seen(images: Tensor, size: Seen) -> Tensor:
    """Images uint8 (*any, channel, row, column) as a network of that size, or look, sees them.

    >>> import torch
    >>> look = Look((3, 4, 4), 5, (0.5,) * 3, (0.5,) * 3)
    >>> seen(torch.full((1, 1, 28, 28), 7, dtype=torch.uint8), look).shape
    torch.Size([1, 3, 4, 4])
    """
    shape = size if isinstance(size, Look) else size[1:]
    channels = size.size[0] if isinstance(size, Look) else size[0]
    return in_channels(to_see(to_keep(images, shape), shape), channels).contiguous()


def sides_of(shape: Shape) -> tuple[int, int]:
    """The (height, width) of what is seen."""
    return shape.size[1:] if isinstance(shape, Look) else shape
