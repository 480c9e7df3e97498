"""Two thousand damaged files: each is a picture or a problem, soon, in little memory."""

import io
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from striate.data import Problem
from striate.data.decoding import decode_bytes, quiet

COUNT = 250
"""Files of each kind and damage: 2 kinds x 4 damages x 250 are 2000."""

SIZE = (64, 48)


def saved(kind, number):
    levels = np.random.default_rng(number).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    image = Image.fromarray(levels).resize(SIZE, Image.Resampling.BICUBIC)
    options = {"progressive": number % 2 == 1} if kind == "JPEG" else {"optimize": number % 2 == 1}
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


ORIGINALS = {kind: [saved(kind, number) for number in range(6)] for kind in ("JPEG", "PNG")}


def flipped(content, chance):
    """Up to twenty bytes changed, half the time near the head, where sizes stand."""
    damaged = bytearray(content)
    reach = len(damaged) if chance.random() < 0.5 else 200
    for place in chance.integers(0, min(reach, len(damaged)), chance.integers(1, 20)):
        damaged[place] = chance.integers(256)
    return bytes(damaged)


def truncated(content, chance):
    return content[: chance.integers(len(content))]


def swapped(content, chance):
    """Two blocks of the same length in each other's place."""
    length = int(chance.integers(1, len(content) // 4))
    a, b = sorted(chance.choice(len(content) - length, 2, replace=False).tolist())
    b = max(b, a + length)
    return (
        content[:a]
        + content[b : b + length]
        + content[a + length : b]
        + content[a : a + length]
        + content[b + length :]
    )


def doubled(content, chance):
    """A piece of the file once more, somewhere else."""
    a, b, to = sorted(chance.integers(0, len(content), 3).tolist())
    return content[:to] + content[a:b] + content[to:]


DAMAGES = (flipped, truncated, swapped, doubled)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ORIGINALS)
def test_a_damaged_file_is_a_picture_or_a_problem(kind, damage):
    chance = np.random.default_rng(DAMAGES.index(damage))
    problems = 0
    with quiet():
        for number in range(COUNT):
            content = damage(ORIGINALS[kind][number % 6], chance)
            found = decode_bytes(content, "damaged")
            if isinstance(found, Problem):
                problems += 1
                assert found.kind in ("truncated", "damaged", "not an image", "too large", "empty")
                assert found.detail
            else:
                assert found.pixels.shape[0] == 3
    assert problems > COUNT / 4  # the damage was damage


def test_sizes_out_of_nowhere_take_no_memory():
    """A head may promise any size: what is beyond the limit is refused before a pixel is there."""
    content = ORIGINALS["PNG"][0]
    for width, height in ((2**31 - 1, 1), (60_000, 60_000), (65_536, 10), (1, 2**30)):
        head = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        tracemalloc.start()
        with quiet():
            found = decode_bytes(checked(content[:16] + head + content[24:]), "large")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert isinstance(found, Problem)
        assert found.kind == "too large", found
        assert str(width * height) in found.detail
        assert most < 2**22


def checked(content):
    """A PNG file with the checksum of its head set right."""
    return content[:29] + zlib.crc32(content[12:29]).to_bytes(4, "big") + content[33:]


def test_many_scans_are_refused_before_they_are_decoded():
    content = ORIGINALS["JPEG"][1]
    scan = content.rindex(b"\xff\xda")
    found = decode_bytes(content[:-2] + content[scan:-2] * 5000 + b"\xff\xd9", "scans")
    assert isinstance(found, Problem)
    assert "scans" in found.detail


def test_changed_pixels_of_a_png_do_not_pass():
    """Decoders trust them: the checksum of the pixels says otherwise."""
    content = bytearray(ORIGINALS["PNG"][0])
    assert not isinstance(decode_bytes(bytes(content), "whole"), Problem)
    content[len(content) // 2] ^= 1
    found = decode_bytes(bytes(content), "changed")
    assert isinstance(found, Problem)
    assert found.kind == "damaged"
