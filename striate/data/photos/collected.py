"""Photos: pictures of any size, of which each look takes a part in the one size that is wanted.

They are kept as bytes, one after the other, somewhat larger than they are looked at. A look is the
centre, which is what evaluation sees, or any box, resized, antialiased. What a look
gives depends on the photo and the box alone: not on what else is looked at, nor on threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from striate.data.images import in_channels, margin, resize_into, resized
from striate.data.look import Look, Mode
from striate.data.looking import to_keep, to_see
from striate.data.photos.mapping import Mapped
from striate.data.photos.working import workers

Box = tuple[int, int, int, int]
"""Top, left, height and width in pixels of a photo as it is kept."""

TINY = 2**14
"""Pictures of so many levels at most, all of one shape, are looked at together."""


@dataclass(frozen=True, eq=False)
class Photos:
    """Many photos, which stand for a tensor uint8 (image, channel, height, width).

    Photo i is `sizes[i]` (height, width) large and has `planes[i]` levels at each pixel, 1 where it
    is grey, else 3; it begins at `begins[i]` of `flat`. `content[i]` is the SHA-256 of its file.

    >>> flat = torch.arange(12, dtype=torch.uint8)
    >>> one = torch.tensor([0]), torch.tensor([[3, 4]]), torch.tensor([1]), torch.zeros(1, 32)
    >>> photos = Photos(flat, *one, size=(1, 2, 2))
    >>> photos.shape, photos[0].tolist()
    (torch.Size([1, 1, 2, 2]), [[[1, 2], [5, 6]]])
    >>> photos.crops([0], torch.tensor([[1, 0, 2, 4]])).tolist()
    [[[[5, 6], [9, 10]]]]
    """

    flat: Tensor
    begins: Tensor
    sizes: Tensor
    planes: Tensor
    content: Tensor
    size: tuple[int, int, int]
    """(channels, height, width) of what is looked at."""
    mapped: Mapped | None = None
    """The file that `flat` is, where it is one."""
    look: Look | None = None
    """The look of the weights that are to see them, where there are any; `size` is its size."""
    framed: bool = False
    """Whether they came small and alike, as a set does that was cut out with care."""

    def __len__(self) -> int:
        return len(self.begins)

    @property
    def shape(self) -> torch.Size:
        """(images, channels, height, width), as of the tensor that they stand for."""
        return torch.Size((len(self), *self.size))

    @property
    def dtype(self) -> torch.dtype:
        """The type of every level."""
        return torch.uint8

    @property
    def side(self) -> int:
        """How long the short side of a photo is kept, unless it was shorter."""
        return margin(min(self.size[1:])) if self.look is None else self.look.resize

    def __getitem__(self, places: int | slice | Sequence[int] | Tensor) -> Tensor:
        """The centre of each photo at these places: uint8, without an axis of images for a number.

        Raises IndexError for a number past the end.
        """
        numbers = torch.arange(len(self))[places]
        return self._look(numbers)[0] if numbers.ndim == 0 else self._look(numbers)

    def index_select(self, axis: int, places: Tensor) -> Tensor:
        """The centre of each photo at these places, as of a tensor along its first axis."""
        assert axis == 0
        return self._look(places.cpu())

    def crops(
        self, places: Tensor | Sequence[int], boxes: Tensor, mirrored: Sequence[bool] = ()
    ) -> Tensor:
        """A part of each photo at these places: uint8 (image, channel, height, width).

        `boxes` int64 (image, 4) are top, left, height and width in pixels as they are kept; they
        lie within `sizes`. `mirrored` says of each whether left and right change places.
        """
        return self._look(torch.as_tensor(places).cpu(), boxes.tolist(), mirrored)

    def select(self, places: Tensor) -> "Photos":
        """The photos at these places, in that order, none of them copied."""
        names = ("begins", "sizes", "planes", "content")
        return replace(self, **{name: getattr(self, name)[places] for name in names})

    @classmethod
    def joined(cls, parts: "Sequence[Photos]") -> "Photos":
        """The photos of several selections from one set, one after the other."""
        first, names = parts[0], ("begins", "sizes", "planes", "content")
        assert all(part.flat is first.flat and part.size == first.size for part in parts)
        columns = {name: torch.cat([getattr(part, name) for part in parts]) for name in names}
        return replace(first, **columns)

    def to(self, _device: object) -> "Photos":
        """The photos, which stay where they are: what is looked at can be moved."""
        return self

    def in_channels(self, channels: int) -> "Photos":
        """The same photos, looked at in grey (1) or in colour (3)."""
        return replace(self, size=(channels, *self.size[1:]))

    def _look(
        self, places: Tensor, boxes: Sequence[Box] | None = None, mirrored: Sequence[bool] = ()
    ) -> Tensor:
        """The centre, or the box, of each photo, by as many threads as torch takes."""
        channels, height, width = self.size
        places = places.reshape(-1)
        kept = list(self._kept(places))
        if self.look and not boxes and kept and _are_tiny(kept):
            with torch.inference_mode(mode=False):
                return in_channels(to_see(torch.stack(kept), self.look), channels).contiguous()
        with torch.inference_mode(mode=False):  # the threads below are never in that mode
            seen = torch.empty((len(places), height, width, channels), dtype=torch.uint8)
        images, threads = seen.permute(0, 3, 1, 2), torch.get_num_threads()

        def look(share: int) -> None:
            for place in range(share, len(kept), threads):
                self._show(kept[place], boxes[place] if boxes else None, images[place])
                if mirrored and mirrored[place]:
                    images[place] = images[place].flip(2)

        if threads == 1:
            look(0)
        else:
            list(workers(threads).map(look, range(threads)))
        if self.mapped:
            self.mapped.saw(sum(photo.numel() for photo in kept))
        return images

    def _kept(self, places: Tensor) -> Sequence[Tensor]:
        """Photos as they are kept: uint8 (plane, row, column) each."""
        begins, planes = self.begins[places].tolist(), self.planes[places].tolist()
        return [
            self.flat[begin : begin + high * wide * depth].view(high, wide, depth).permute(2, 0, 1)
            for begin, (high, wide), depth in zip(
                begins, self.sizes[places].tolist(), planes, strict=True
            )
        ]

    def _show(self, photo: Tensor, box: Box | None, seen: Tensor) -> None:
        """Put one photo as it is looked at into `seen`: uint8 (channel, height, width)."""
        channels, height, width = self.size
        if box is None:
            seen.copy_(in_channels(to_see(photo, self.look or (height, width)), channels))
            return
        top, left, high, wide = box
        part = photo[:, top : top + high, left : left + wide]
        if len(part) == channels and (high, wide) != (height, width):
            resize_into(part.unsqueeze(0), seen.unsqueeze(0), self._mode)
        else:
            seen.copy_(in_channels(resized(part, height, width, self._mode), channels))

    @property
    def _mode(self) -> Mode:
        """How parts are resized."""
        return "bilinear" if self.look is None else self.look.mode


Images = Tensor | Photos
"""Images of one size, in memory or kept somewhere."""


def planes_of(images: Images) -> int:
    """How many levels a pixel has before it is looked at: 3 if any of the images has a colour.

    >>> planes_of(torch.zeros(5, 1, 2, 2, dtype=torch.uint8))
    1
    """
    return images.shape[1] if isinstance(images, Tensor) else int(images.planes.max())


def of_shape(images: Images, height: int, width: int) -> Images:
    """Images in another size. Photos are loaded in theirs."""
    if isinstance(images, Photos):
        assert images.size[1:] == (height, width)
        return images
    return to_see(to_keep(images, (height, width)), (height, width)).contiguous()


def of_channels(images: Images, channels: int) -> Images:
    """Images in grey (1) or colour (3). Raises DataError where `channels` is neither."""
    if isinstance(images, Photos):
        in_channels(torch.empty(0, 3, 1, 1, dtype=torch.uint8), channels)
        return images.in_channels(channels)
    return in_channels(images, channels)


def _are_tiny(pictures: Sequence[Tensor]) -> bool:
    """Whether pictures are small and of one shape."""
    return pictures[0].numel() <= TINY and len({picture.shape for picture in pictures}) == 1
