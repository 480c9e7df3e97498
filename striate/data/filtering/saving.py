"""Saving: levels as an image file, in the format that its name ends in."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from striate.data.decoding import FORMATS, SUFFIXES
from striate.drawing.saving import written
from striate.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image


def image_of(levels: Tensor) -> "Image":
    """Levels uint8 (1 or 3, row, column) as a Pillow image."""
    from PIL import Image

    array = levels.permute(1, 2, 0).contiguous().numpy()
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def png_of(picture: "Tensor | Image") -> bytes:
    """Levels uint8 (1 or 3, row, column), or an image, as the bytes of a PNG."""
    held = BytesIO()
    (image_of(picture) if isinstance(picture, Tensor) else picture).save(held, "PNG")
    return held.getvalue()


def save(picture: "Tensor | Image", path: Path) -> None:
    """Write levels or an image to a file, whole. Raises DataError where that cannot be done."""
    held = BytesIO()
    try:
        (image_of(picture) if isinstance(picture, Tensor) else picture).save(held, format_of(path))
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path} cannot be written: {reason}") from None
    written(path, held.getvalue())


def format_of(path: Path) -> str:
    """The format that the name of a file ends in.

    >>> format_of(Path("cat.jpg"))
    'JPEG'
    """
    for format, suffixes in FORMATS.items():
        if path.suffix.lower() in suffixes:
            return format
    raise DataError(
        f"{path} does not say which kind of image it should be",
        help=[f"end its name in one of {', '.join(SUFFIXES)}"],
    )
