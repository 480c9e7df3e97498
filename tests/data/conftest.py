"""Pictures, folders and files of images made up for a test, and no way out to the real ones."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No test meets the sets, the cache or the mirror of the machine that it runs on."""
    monkeypatch.delenv("STRIATE_DATA", raising=False)
    monkeypatch.delenv("STRIATE_MIRROR", raising=False)
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def lay(tmp_path):
    """Write noisy pictures: lay({"train/bee": 3}, size=(20, 10)) puts three, 20 wide, there."""

    def write(tree, root="photos", size=(20, 10), suffix=".png", grey=False):
        for folder, count in tree.items():
            place = tmp_path / root / folder
            place.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                noise = np.random.default_rng(zlib.crc32(f"{folder}/{number}".encode()))
                shape = (size[1], size[0]) if grey else (size[1], size[0], 3)
                levels = noise.integers(0, 256, shape, dtype=np.uint8)
                Image.fromarray(levels).save(place / f"{number:03}{suffix}")
        return tmp_path / root

    return write


@pytest.fixture
def write_idx():
    """Write an array of bytes as an IDX file, packed where its name ends in .gz."""

    def write(path, values):
        values = np.asarray(values, dtype=np.uint8)
        header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
        content = header + values.tobytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return path

    return write


@pytest.fixture
def write_four(write_idx):
    """Write the four files of a set: the level of every pixel of an image is its label."""

    def write(folder, train, test, size=(5, 4), end=".gz"):
        for stem, labels in (("train", train), ("t10k", test)):
            labels = np.asarray(labels, dtype=np.uint8)
            pixels = np.broadcast_to(labels[:, None, None], (len(labels), *size))
            write_idx(Path(folder) / f"{stem}-images-idx3-ubyte{end}", pixels)
            write_idx(Path(folder) / f"{stem}-labels-idx1-ubyte{end}", labels)
        return Path(folder)

    return write
