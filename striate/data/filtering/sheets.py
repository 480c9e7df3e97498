"""Sheets: a photo and what every classical kernel makes of it, side by side in one picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from striate.data.filtering.filtering import Filtered, border_of, kernel_of, photo_of, slide
from striate.data.filtering.saving import image_of, png_of, save
from striate.data.filtering.shades import shades_of
from striate.data.images import resized
from striate.drawing.pictures.colours import colour
from striate.reference import KERNELS

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIDE = 400
"""A photo is reduced to sides of at most so many pixels before it is filtered for a sheet."""

ROOM = 34
"""The pixels between pictures, where their names stand."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A photo, levels uint8 (channel, row, column), and what each kernel made of it."""

    photo: Tensor
    filtered: tuple[Filtered, ...]

    @property
    def image(self) -> "Image":
        """All of them in one picture, each above its name."""
        from PIL import Image, ImageDraw

        rows, columns = self.photo.shape[1:]
        across = 3 if columns <= 2 * rows else 2
        wide, high = max(columns, 150) + 16, rows + ROOM
        lines = -(-(len(self.filtered) + 1) // across)
        sheet = Image.new("RGB", (across * wide + 16, lines * high + 16), colour("paper"))
        pen = ImageDraw.Draw(sheet)
        for number, (levels, name, said) in enumerate(self._panes()):
            left, top = 16 + number % across * wide, 16 + number // across * high
            sheet.paste(image_of(levels).convert("RGB"), (left, top))
            _label(pen, (left, top + rows + 6), (name, said))
        return sheet

    @property
    def said(self) -> str:
        """What the sheet shows, in words."""
        size = "x".join(map(str, self.photo.shape[1:]))
        return f"the photo at {size} pixels, and under {len(self.filtered)} kernels"

    def save(self, path: str | Path) -> None:
        """Write the sheet as an image file, in the format that its name ends in."""
        save(self.image, Path(path))

    def _repr_png_(self) -> bytes:
        return png_of(self.image)

    def _panes(self) -> Iterator[tuple[Tensor, str, str]]:
        yield self.photo, "the photo", ""
        for one in self.filtered:
            yield one.levels, one.kernel, one.shades


def sheet_of(
    photo: Any, *, show: str | None = None, border: str = "edge", grey: bool = False
) -> Sheet:
    """A photo under all classical kernels; a large one is reduced first, and that is what is seen.

    Options and errors are those of `filter_photo`.
    """
    pixels, mode = photo_of(photo, grey=grey), border_of(border)
    rows, columns = pixels.shape[1:]
    share = min(1.0, SIDE / max(rows, columns))
    pixels = resized(pixels, max(1, round(rows * share)), max(1, round(columns * share)))
    made: list[Filtered] = []
    for name in KERNELS:
        kernel = kernel_of(name)
        shades = shades_of(float(kernel.sum()), show)
        made.append(Filtered(name, slide(pixels, kernel, mode), shades))
    return Sheet(pixels, tuple(made))


def _label(pen: "ImageDraw", place: tuple[int, int], words: tuple[str, str]) -> None:
    """A name, and behind it in fainter ink how it is shown."""
    from PIL import ImageFont

    font = ImageFont.load_default(15)
    name, said = words
    pen.text(place, name, colour("ink"), font)
    if said:
        pen.text((place[0] + pen.textlength(name, font) + 8, place[1]), said, colour("muted"), font)
