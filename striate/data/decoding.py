"""Decoding: an image file as the pixels that a careful viewer would show.

The whole file is decoded, or it is a problem that says why; nothing is guessed, repaired or
replaced. The picture stands upright as its camera noted, lies on white where it is transparent,
and has red, green and blue bytes, whatever the file holds.
"""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from striate.data.collection import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
}
"""The formats that are read, and how the names of their files end."""

SUFFIXES = tuple(suffix for suffixes in FORMATS.values() for suffix in suffixes)
TRANSPARENT = ("RGBA", "LA", "PA")


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded file: pixels uint8 (3, height, width), and the format that it turned out to be."""

    pixels: Tensor
    format: str


def decode(path: Path, name: str) -> Picture | Problem:
    """The picture in a file, or the problem with it, reported under `name`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=tuple(FORMATS)) as image:
            # Phones store further pictures behind the photograph (MPO): the first one is meant.
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            frames = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
            if frames > 1:
                return Problem(name, "several frames", f"{frames} frames where one is expected")
            levels = np.array(_upright_colours(image))
    except UnidentifiedImageError:
        empty = not path.stat().st_size
        detail = "the file is empty" if empty else "its bytes are of no image format known here"
        return Problem(name, "not an image", detail)
    except OSError as error:
        return Problem(name, "cannot be read", error.strerror or str(error))
    except Exception as error:  # noqa: BLE001 (damaged bytes raise anything in a decoder)
        return Problem(name, "cannot be read", str(error) or type(error).__name__)
    return Picture(torch.from_numpy(levels).permute(2, 0, 1), kind)


@contextmanager
def quiet() -> Generator[None]:
    """While files are decoded, in whatever threads: what is wrong with one becomes a problem."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _upright_colours(image: "Image") -> "Image":
    """The image turned as its EXIF data say, as red, green and blue bytes."""
    from PIL import Image, ImageOps

    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        raise ValueError("pixels of 32 bits have no agreed white: save it with 8 or 16 bits")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
        image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
    if image.mode in TRANSPARENT or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
