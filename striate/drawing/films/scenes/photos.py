"""A photo as the input of a film: turned as its camera says, made small, and grey or in colour."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from striate.errors import DataError, OptionError, in_short

SIDE = 28
"""How long the longer side is, in pixels: as many numbers as a film can show."""


def photo(
    path: str | Path, side: int | None = None, *, colour: bool = False
) -> NDArray[np.float64]:
    """An image file as (channel, row, column), from 0 to 255; its longer side is at most `side`.

    DataError where there is no image; OptionError for a side that cannot be.
    """
    from PIL import Image, ImageOps

    most = SIDE if side is None else side
    if most < 1:
        raise OptionError(f"an image cannot be {most} pixels long", help=[f"give size {SIDE}"])
    try:
        with Image.open(path) as opened:
            opened.draft("L" if not colour else "RGB", (most, most))
            turned = ImageOps.exif_transpose(opened).convert("RGB" if colour else "L")
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they like
        help = ["give a picture that opens in a viewer: .png, .jpg, .webp, ..."]
        raise DataError(
            f"{path} cannot be read as an image: {in_short(error)}", help=help
        ) from None
    scale = min(1.0, most / max(turned.size))
    size = (max(1, round(turned.width * scale)), max(1, round(turned.height * scale)))
    pixels = np.asarray(turned.resize(size, Image.Resampling.LANCZOS), np.float64)
    return np.moveaxis(pixels, -1, 0) if colour else pixels[np.newaxis]
