"""Oddities: what is unusual about a picture and does no harm, told before it is decoded."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from striate.data.checking.containers import exif_fault, left_over

if TYPE_CHECKING:
    from PIL.Image import Image

TRANSPARENT = ("RGBA", "LA", "PA")

LARGE = 2**25
"""Pictures of more pixels, and files of more bytes, are decoded one at a time."""

ORIENTATION = 0x0112
"""Where EXIF data say how the camera was held."""

Remark = tuple[str, str]
"""A kind of oddity, and the details."""


def frames(image: "Image", content: bytes) -> str:
    """How many frames there are, where there are several; "many" where counting takes long."""
    if not getattr(image, "is_animated", False):
        return ""
    return str(getattr(image, "n_frames", 2)) if len(content) < LARGE else "many"


def remarks(image: "Image", content: bytes) -> Iterator[Remark]:
    """What is unusual about an image that was opened and not decoded yet."""
    width, height = image.size
    if image.mode == "CMYK":
        yield "CMYK", "inks, seen as red, green and blue"
    if image.mode == "P":
        yield "palette", "colours out of a table"
    if image.mode in TRANSPARENT or "transparency" in image.info:
        yield "transparent", "laid on white"
    if image.mode.startswith("I") or ";16" in str(getattr(image, "tile", "")):
        yield "16 bits", "the upper 8 of each level are seen"
    if min(width, height) == 1:
        yield "one pixel wide", f"{width}x{height} pixels"
    elif max(width, height) >= 20 * min(width, height):
        yield "odd shape", f"{width}x{height} pixels"
    if fault := broken_exif(image):
        yield "broken EXIF", f"{fault}; seen as it is stored"
    elif (turn := orientation(image)) > 1:
        yield "rotated", f"turned upright as its EXIF data say (orientation {turn})"
    if extra := left_over(content):
        yield "trailing data", f"{extra} bytes behind the picture, which are not read"


def broken_exif(image: "Image") -> str | None:
    """What is wrong with the EXIF data of an image, where something is."""
    exif = image.info.get("exif")
    return exif_fault(exif) if isinstance(exif, bytes) and exif else None


def orientation(image: "Image") -> int:
    """How the camera was held: 1 to 8, and 1 where nobody knows."""
    try:
        turn = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (damaged notes about a picture do not damage the picture)
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
