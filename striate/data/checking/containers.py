"""Containers: what the bytes of an image file say before any pixel is decoded.

How a file begins tells its format, whatever its name; where its picture ends tells what was added
behind it; how many scans a JPEG has tells what decoding it will cost.
"""

import re
import zlib

BEGINNINGS = {
    "JPEG": b"\xff\xd8",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "GIF": b"GIF8",
    "BMP": b"BM",
    "TIFF": b"II*\0",
    "TIFF ": b"MM\0*",
    "WEBP": b"RIFF",
}

MOST_SCANS = 200
"""More scans than this has no photograph: each is a pass over all pixels, for a few bytes."""

MOST_SEGMENTS = 10_000
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PNG_PARTS = (b"IHDR", b"PLTE", b"IDAT")
NEXT_MARKER = re.compile(rb"\xff\xff*[^\x00\xd0-\xd7\xff]")  # found faster than \xff+


def beginning(content: bytes) -> str | None:
    """The format that the first bytes are of.

    >>> beginning(b"GIF89a..."), beginning(b"hello")
    ('GIF', None)
    """
    for kind, first in BEGINNINGS.items():
        if content.startswith(first) and (kind != "WEBP" or content[8:12] == b"WEBP"):
            return kind.strip()
    return None


def jpeg_scans(content: bytes) -> tuple[int, int | None]:
    """How many scans a JPEG has, and where it ends (None where no end is marked).

    The layout is that of ITU-T T.81, annex B: segments that tell their length, and scans, which
    last until the next marker.

    >>> jpeg_scans(bytes.fromhex("ffd8 ffda0002 0102ff0003 ffd9 6869"))
    (1, 13)
    """
    at, scans = 2, 0
    for _ in range(MOST_SEGMENTS):
        marker = NEXT_MARKER.search(content, at)
        if marker is None:
            return scans, None
        at, code = marker.end(), content[marker.end() - 1]
        if code == 0xD9:
            return scans, at
        if code != 0x01:
            at += int.from_bytes(content[at : at + 2], "big")
        scans += code == 0xDA
    return MOST_SCANS + 1, None


def png_fault(content: bytes) -> str | None:
    """The first part of a PNG whose checksum is wrong: decoders do not look at those of pixels.

    >>> png_fault(BEGINNINGS["PNG"] + bytes(4) + b"IDAT....")
    'the checksum of IDAT at byte 8 is wrong'
    """
    at = len(BEGINNINGS["PNG"])
    while at + 12 <= len(content):
        kind, end = content[at + 4 : at + 8], at + 8 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND" or end + 4 > len(content):
            return None
        found = zlib.crc32(memoryview(content)[at + 4 : end])
        if kind in PNG_PARTS and found.to_bytes(4, "big") != content[end : end + 4]:
            return f"the checksum of {kind.decode()} at byte {at} is wrong"
        at = end + 4
    return None


def left_over(content: bytes) -> int:
    """How many bytes lie behind the picture of a JPEG or PNG, less what only fills up.

    >>> left_over(b"\\x89PNG\\r\\n\\x1a\\n..." + PNG_END + b"junk" + bytes(99))
    4
    """
    end = None
    if content.startswith(BEGINNINGS["JPEG"]):
        _, end = jpeg_scans(content)
    elif content.startswith(BEGINNINGS["PNG"]):
        place = content.find(PNG_END)
        end = None if place < 0 else place + len(PNG_END)
    return 0 if end is None else len(content[end:].strip(b"\0\xff\r\n "))


def exif_fault(exif: bytes) -> str | None:
    """What is wrong with EXIF data: they begin as a TIFF does, with a directory that fits in.

    >>> exif_fault(b"Exif\\0\\0nonsense")
    'it does not begin as it should'
    """
    body = exif.removeprefix(b"Exif\0\0")
    if body[:4] not in (b"II*\0", b"MM\0*"):
        return "it does not begin as it should"
    order = "little" if body.startswith(b"II") else "big"
    at = int.from_bytes(body[4:8], order)
    count = int.from_bytes(body[at : at + 2], order)
    return "its directory lies outside it" if at + 2 + 12 * count > len(body) else None
