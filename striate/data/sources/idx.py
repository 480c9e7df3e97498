"""IDX: the plain format of MNIST and its descendants.

A file is two zero bytes, a byte for the type of the values (8: unsigned bytes), a byte for the
number of axes, the length of each axis as four bytes, the highest first, and then the values.
It may be compressed with gzip, whatever its name says.
"""

import gzip
import math
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from striate.data.collection import Collection, Split
from striate.errors import DataError

UNSIGNED_BYTE = 8
STEMS = {"train": ("train-images", "train-labels"), "test": ("t10k-images", "t10k-labels")}
"""How the names of the files of images and of labels begin, in each split."""


def holds_idx(folder: Path) -> bool:
    """Whether any of the four files is there."""
    return any(_find(folder, stem) for stems in STEMS.values() for stem in stems)


def idx_collection(folder: Path) -> Collection:
    """The set in the four files there; its classes are called by the numbers of its labels.

    Raises DataError as idx_splits does, and where test has a class that train has not.
    """
    splits = idx_splits(folder)
    numbers = splits["train"].labels.unique()  # in order
    strange = splits["test"].labels[~torch.isin(splits["test"].labels, numbers)]
    if len(strange):
        raise DataError(
            f"the test labels in {folder} have a class that train has not: {int(strange[0])}",
            help=["take the files of train and test from the same place"],
        )
    splits = {
        name: replace(split, labels=torch.searchsorted(numbers, split.labels))
        for name, split in splits.items()
    }
    classes = tuple(str(number) for number in numbers.tolist())
    shift = min(splits["train"].images.shape[2:]) // 16
    return Collection(folder.name, str(folder), classes, splits, shift=shift)


def idx_splits(folder: Path) -> dict[str, Split]:
    """The "train" and "test" images of a folder with the four files, labelled by their numbers.

    Raises DataError where a file is missing or damaged, or where two do not belong together.
    """
    splits = {
        split: _read_pair(_needed(folder, images), _needed(folder, labels))
        for split, (images, labels) in STEMS.items()
    }
    sizes = [tuple(split.images.shape[2:]) for split in splits.values()]
    if len(set(sizes)) > 1 or 0 in sizes[0]:
        raise DataError(
            f"{folder} has images of {' and '.join('x'.join(map(str, size)) for size in sizes)}",
            help=["take the files of train and test from the same place"],
        )
    return splits


def read_idx(path: str | Path) -> NDArray[np.uint8]:
    """The bytes in an IDX file, in its shape. Raises DataError where it is not one, or not whole.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels"
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    >>> read_idx(path)
    array([7, 8, 9], dtype=uint8)
    """
    path = Path(path)
    content = _content(path)
    if content[:3] != bytes([0, 0, UNSIGNED_BYTE]) or content[3:4] in (b"", b"\0"):
        found = content[:4].hex(" ") or "nothing"
        raise _damaged(path, f"it begins with {found}, not with 00 00 08 and a number of axes")
    start = 4 + 4 * content[3]
    sizes = tuple(np.frombuffer(content[4:start].ljust(start - 4, b"\0"), ">u4").tolist())
    expected, found = start + math.prod(sizes), len(content)
    if found != expected:
        shape = "x".join(map(str, sizes))
        raise _damaged(path, f"{shape} values take {expected} bytes, and it has {found}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(sizes).copy()


def _find(folder: Path, stem: str) -> Path | None:
    """The file whose name begins with `stem`, in either of the spellings in use."""
    found = sorted(folder.glob(f"{stem}[-.]idx[13]-ubyte*"))
    return found[0] if found else None


def _needed(folder: Path, stem: str) -> Path:
    """That file, or a DataError."""
    found = _find(folder, stem)
    if found is None:
        raise DataError(
            f"{folder} has no file {stem}-idx{3 if 'images' in stem else 1}-ubyte",
            help=["the four files begin with " + ", ".join(sum(STEMS.values(), ()))],
        )
    return found


def _read_pair(images: Path, labels: Path) -> Split:
    """The images of one file under the labels of another."""
    pixels, numbers = read_idx(images), read_idx(labels)
    for path, found, axes in ((images, pixels.ndim, 3), (labels, numbers.ndim, 1)):
        if found != axes:
            raise _damaged(path, f"it has {found} axes where {axes} were expected")
    if len(pixels) != len(numbers) or not len(pixels):
        raise DataError(
            f"{len(pixels)} images in {images} and {len(numbers)} labels in {labels}",
            help=["each image needs one label: take both files from the same place"],
        )
    files = tuple(f"{images.name}[{i}]" for i in range(len(pixels)))
    return Split(
        torch.from_numpy(pixels).unsqueeze(1), torch.from_numpy(numbers.astype(np.int64)), files
    )


def _content(path: Path) -> bytes:
    """The bytes of a file, unpacked where they are packed."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error) or "it is not whole") from error


def _damaged(path: Path, detail: str) -> DataError:
    """The error for a file that is not what its name promises."""
    return DataError(
        f"{path} cannot be read as an IDX file: {detail}",
        help=["remove the file and fetch it again"],
    )
