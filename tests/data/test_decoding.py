"""data.decoding: what Pillow wrote is seen as a viewer shows it, or is a problem with a reason."""

import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import Problem
from striate.data.decoding import FORMATS, decode, quiet

GREY16 = Image.fromarray(np.full((4, 6), 100 * 257, dtype=np.uint16))
PALETTE = Image.new("P", (6, 4), 1)
PALETTE.putpalette([0, 0, 0, 10, 20, 30])
RED, WHITE = (255, 0, 0), (255, 255, 255)


def corner(path):
    """The upper left pixel of the only picture in a file."""
    picture = decode(path, path.name)
    assert not isinstance(picture, Problem), picture
    assert picture.pixels.dtype == torch.uint8
    return tuple(picture.pixels[:, 0, 0].tolist())


@pytest.mark.parametrize(
    ("name", "image", "options", "expected"),
    [
        ("grey.png", Image.new("L", (6, 4), 70), {}, (70, 70, 70)),
        ("bits.png", Image.new("1", (6, 4), 1), {}, WHITE),
        ("colour.bmp", Image.new("RGB", (6, 4), (1, 2, 3)), {}, (1, 2, 3)),
        ("colour.ppm", Image.new("RGB", (6, 4), (1, 2, 3)), {}, (1, 2, 3)),
        ("sixteen.png", GREY16, {}, (100, 100, 100)),
        ("sixteen.tif", GREY16, {}, (100, 100, 100)),
        ("sixteen.pgm", GREY16, {}, (100, 100, 100)),
        ("palette.png", PALETTE, {}, (10, 20, 30)),
        ("palette.gif", PALETTE, {}, (10, 20, 30)),
        ("palette-through.png", PALETTE, {"transparency": 1}, WHITE),
        ("palette-half.png", PALETTE, {"transparency": bytes([0, 128])}, (132, 137, 142)),
        ("palette-through.gif", PALETTE, {"transparency": 1}, WHITE),
        ("through.png", Image.new("RGBA", (6, 4), (9, 9, 9, 0)), {}, WHITE),
        ("through.tif", Image.new("RGBA", (6, 4), (9, 9, 9, 0)), {}, WHITE),
        ("through.webp", Image.new("RGBA", (6, 4), (9, 9, 9, 0)), {"lossless": True}, WHITE),
        ("half.png", Image.new("LA", (6, 4), (0, 128)), {}, (127, 127, 127)),
        ("key.png", Image.new("RGB", (6, 4), (1, 2, 3)), {"transparency": (1, 2, 3)}, WHITE),
        ("print.tif", Image.new("CMYK", (6, 4), (0, 255, 255, 0)), {}, RED),
        ("print.jpg", Image.new("CMYK", (6, 4), (0, 255, 255, 0)), {"quality": 100}, RED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_pixel_is_seen_right(tmp_path, name, image, options, expected):
    image.save(tmp_path / name, **options)
    assert corner(tmp_path / name) == expected


def write_png(path, width, height, rows):
    """A PNG file of 16-bit colours, made by hand: Pillow writes none."""

    def chunk(kind, content):
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + body)
    return path


def test_sixteen_bits_of_colour_keep_their_upper_half(tmp_path):
    rows = (b"\0" + struct.pack(">3H", 100 * 257, 0, 65535) * 6) * 4
    assert corner(write_png(tmp_path / "wide.png", 6, 4, rows)) == (100, 0, 255)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_without_an_agreed_white_are_a_problem(tmp_path, mode):
    Image.new(mode, (6, 4), 3).save(tmp_path / "measured.tif")
    found = decode(tmp_path / "measured.tif", "measured.tif")
    assert isinstance(found, Problem)
    assert "no agreed white" in found.detail


# Where the pixel at the top left of the file belongs, by the number in its EXIF data
# (CIPA DC-008, "Orientation"): row and column of the upright picture.
UPRIGHT = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0)}
LYING = {5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}


@pytest.mark.parametrize("orientation", [*UPRIGHT, *LYING])
def test_a_photograph_stands_as_its_camera_noted(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Image.new("RGB", (32, 16))
    photo.paste(WHITE, (0, 0, 8, 8))
    photo.save(tmp_path / "photo.jpg", exif=exif, quality=100)
    pixels = decode(tmp_path / "photo.jpg", "photo.jpg").pixels
    assert pixels.shape == ((3, 16, 32) if orientation in UPRIGHT else (3, 32, 16))
    bright = {
        (row, column)
        for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1))
        if pixels[0, row, column] > 128
    }
    assert bright == {{**UPRIGHT, **LYING}[orientation]}


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_several_frames_are_a_problem(tmp_path, suffix):
    frames = [Image.new("RGB", (6, 4), (50 * i, 0, 0)) for i in range(3)]
    path = tmp_path / f"film.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert decode(path, "film") == Problem(
        "film", "several frames", "3 frames where one is expected"
    )


def test_the_pictures_behind_a_phones_photograph_are_none(tmp_path):
    photo, depth = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16))
    photo.save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=[depth])
    picture = decode(tmp_path / "phone.jpg", "phone.jpg")
    assert picture.format == "JPEG"
    assert picture.pixels[0].min() > 250


@pytest.mark.parametrize(
    ("content", "kind", "detail"),
    [
        (b"", "empty", "the file is empty"),
        (b"hello, world", "not an image", "its bytes are of no image format known here"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not an image", "its bytes are of no image format"),
        (None, "cannot be read", "No such file"),
    ],
)
def test_what_is_no_image_is_a_problem_with_a_reason(tmp_path, content, kind, detail):
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(content)
    found = decode(tmp_path / "a.jpg", "a.jpg")
    assert (found.file, found.kind) == ("a.jpg", kind)
    assert found.detail.startswith(detail)


def test_a_picture_too_large_to_be_meant_is_a_problem(tmp_path):
    found = decode(write_png(tmp_path / "bomb.png", 20_000, 20_000, b""), "bomb.png")
    assert found.kind == "too large"
    assert "400000000 pixels" in found.detail


def saved(kind):
    """The bytes of a noisy picture in a format, and its pixels."""
    noise = np.random.default_rng(0).integers(0, 256, (24, 20, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"noise{FORMATS[kind][0]}"
        Image.fromarray(noise).save(path, kind)
        return path.read_bytes(), decode(path, "whole").pixels


SAVED = {kind: saved(kind) for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
@settings(deadline=None)
@given(data=st.data())
def test_a_file_that_is_cut_short_is_a_problem_or_has_lost_nothing(kind, data):
    content, pixels = SAVED[kind]
    left = data.draw(st.integers(0, len(content) - 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cut"
        path.write_bytes(content[:left])
        with quiet():
            found = decode(path, "cut")
    assert isinstance(found, Problem) or torch.equal(found.pixels, pixels)
    assert isinstance(found, Problem) or left > 0.9 * len(content)


@pytest.mark.parametrize("kind", FORMATS)
@settings(deadline=None)
@given(data=st.data())
def test_damaged_bytes_never_end_in_an_error(kind, data):
    content = bytearray(SAVED[kind][0])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged"
        path.write_bytes(content)
        with quiet():
            found = decode(path, "damaged")
    assert found.detail if isinstance(found, Problem) else found.pixels.shape[0] == 3
