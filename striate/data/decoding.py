"""Decoding: an image file as the pixels that a careful viewer would show.

The whole file is decoded, or it is a problem that says why; nothing is guessed, repaired or
replaced. The picture stands upright as its camera noted, lies on white where it is transparent,
and has red, green and blue bytes, whatever the file holds. What is unusual but harmless is
remarked upon.

No file can take long or take all memory: only plain files are opened, their bytes and pixels are
limited before a pixel is decoded, so are the scans of a JPEG, and large ones are decoded one at a
time. The decoders then do work in proportion, so no process has to watch over them.
"""

import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.checking.containers import MOST_SCANS, beginning, jpeg_scans, png_fault
from striate.data.checking.oddities import (
    LARGE,
    TRANSPARENT,
    Remark,
    broken_exif,
    frames,
    orientation,
    remarks,
)
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

MOST_PIXELS = 178_956_970
"""The most pixels of a picture: where Pillow sees a decompression bomb."""

MOST_BYTES = 2**30
"""The most bytes of a file: what so many pixels take, six bytes each, without compression."""

LONGEST = 65_535
"""The longest side: what a JPEG can have."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded file: pixels uint8 (3, height, width), and the format that it turned out to be.

    `remarks` are pairs (kind, detail) of what is unusual about it.
    """

    pixels: Tensor
    format: str
    remarks: tuple[Remark, ...] = ()


def decode(path: Path, name: str, *, keep: bool = False) -> Picture | Problem:
    """The picture in a file, or the problem with it, reported under `name`.

    `keep` takes the first frame of several, which are a problem otherwise.
    """
    content = contents(path, name)
    return content if isinstance(content, Problem) else decode_bytes(content, name, keep=keep)


def contents(path: Path, name: str) -> bytes | Problem:
    """The bytes of a plain file of a bearable size, or the problem with it."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            what = "a folder" if S_ISDIR(status.st_mode) else "a pipe, a socket or a device"
            return Problem(name, "not a file", f"it is {what}")
        if status.st_size > MOST_BYTES:
            return Problem(name, "too large", f"{status.st_size} bytes; at most {MOST_BYTES}")
        return path.read_bytes() or Problem(name, "empty", "the file is empty")
    except OSError as error:
        if path.is_symlink() and isinstance(error, FileNotFoundError):
            return Problem(name, "dangling link", "what it leads to is not there")
        return Problem(name, "cannot be read", error.strerror or str(error))


def decode_bytes(content: bytes, name: str, *, keep: bool = False) -> Picture | Problem:
    """The picture in the bytes of a file, or the problem with it, reported under `name`."""
    from PIL import Image, UnidentifiedImageError

    kind = beginning(content)
    try:
        if kind == "JPEG" and jpeg_scans(content)[0] > MOST_SCANS:
            return Problem(name, "damaged", f"more than {MOST_SCANS} scans, each over all pixels")
        if kind == "PNG" and (fault := png_fault(content)):
            return Problem(name, "damaged", fault)
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as image:
            return _picture(image, content, name, keep=keep)
    except UnidentifiedImageError:
        if kind is None:
            return Problem(name, "not an image", "its bytes are of no image format known here")
        return Problem(name, "damaged", f"it begins as {kind}, and its header makes no sense")
    except (Image.DecompressionBombError, MemoryError) as error:
        return Problem(name, "too large", str(error) or "more pixels than memory holds")
    except Exception as error:  # noqa: BLE001 (damaged bytes raise anything in a decoder)
        reason = str(error) or type(error).__name__
        short = any(word in reason.lower() for word in ("truncated", "unexpected end", "cut short"))
        return Problem(name, "truncated" if short else "damaged", reason)


@contextmanager
def quiet() -> Generator[None]:
    """While files are decoded, in whatever threads: what is wrong with one becomes a problem."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _picture(image: "Image", content: bytes, name: str, *, keep: bool) -> Picture | Problem:
    """An opened image in full, unless what its header says is no picture to learn from."""
    width, height = image.size
    if max(width, height) > LONGEST or width * height > MOST_PIXELS:
        most = f"at most {LONGEST} a side and {MOST_PIXELS} in all"
        return Problem(name, "too large", f"{width}x{height} = {width * height} pixels; {most}")
    # Phones store further pictures behind the photograph (MPO): the first one is meant.
    phone = image.format == "MPO"
    several = "" if phone else frames(image, content)
    if several and not keep:
        return Problem(name, "several frames", f"{several} frames where one is expected")
    seen = [("several frames", f"the first of {several} is taken")] if several else []
    with _one_at_a_time if max(width * height, len(content)) > LARGE else nullcontext():
        seen += remarks(image, b"" if phone else content)
        levels = np.array(_upright_colours(image))
    seen += [("one colour", "every pixel is the same")] if _is_flat(levels) else []
    pixels = torch.from_numpy(levels).permute(2, 0, 1)
    return Picture(pixels, "JPEG" if phone else str(image.format), tuple(seen))


def _upright_colours(image: "Image") -> "Image":
    """The image turned as its EXIF data say, as red, green and blue bytes."""
    from PIL import Image

    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        raise ValueError("pixels of 32 bits have no agreed white: save it with 8 or 16 bits")
    turn = Image.Transpose
    turns = (
        *(turn.FLIP_LEFT_RIGHT, turn.ROTATE_180, turn.FLIP_TOP_BOTTOM, turn.TRANSPOSE),
        *(turn.ROTATE_270, turn.TRANSVERSE, turn.ROTATE_90),
    )
    image.load()
    held = 1 if broken_exif(image) else orientation(image)
    if held > 1:
        image = image.transpose(turns[held - 2])
    if image.mode.startswith("I"):  # 16 bits, of which the upper 8 are kept
        image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
    if image.mode in TRANSPARENT or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _is_flat(levels: NDArray[np.uint8]) -> bool:
    """Whether all pixels (row, column, channel) are one colour."""
    first = levels[:1]  # few pictures of several colours have one in their first row
    return all(bool((part == levels[:1, :1]).all()) for part in (first, levels))
