"""What a file is by its first bytes, whatever its name says."""

from typing import Literal

Form = Literal["safetensors", "torch"]

START = 64
"""So many bytes are looked at."""

_OTHERS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x89HDF", "an HDF5 file, as Keras writes"),
    (b"GGUF", "a GGUF file"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"%PDF", "a PDF"),
    (b"version https://git-lfs", "a pointer of Git LFS, and not what it points to"),
)
_BLANK = b"\xef\xbb\xbf\r\n\t "
"""What may stand in front of a page: a byte order mark, and blanks."""


def form_of(start: bytes) -> Form | None:
    """The form of weights that begins so; None where it is none.

    A safetensors file begins with the length of its header, eight bytes, and the header with a
    brace; torch.save writes a zip archive or, long ago, a pickle.

    >>> form_of(b"PK\\x03\\x04"), form_of(b"\\x10" + bytes(7) + b"{"), form_of(b"hello")
    ('torch', 'safetensors', None)
    """
    if start[8:9] == b"{" and start[5:8] == bytes(3):
        return "safetensors"
    return "torch" if start.startswith((b"PK\x03\x04", b"\x80")) else None


def told(start: bytes) -> str:
    """What begins so, as part of a sentence.

    >>> told(b"<!DOCTYPE html>"), told(b"hello")
    ('a web page', 'neither safetensors nor what torch.save writes')
    """
    for sign, what in _OTHERS:
        if start.startswith(sign):
            return what
    if start.lstrip(_BLANK).startswith(b"<"):
        return "a web page"
    return "neither safetensors nor what torch.save writes"
