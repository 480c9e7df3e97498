"""CIFAR-10 in its binary version: records of bytes, in files, in one archive.

A record is a byte for the label and 3 x 32 x 32 bytes of pixels: all red, all green, all blue,
row by row. The archive is read in place: nothing in it is unpacked to disk or executed.
"""

import tarfile
import zlib
from pathlib import Path

import numpy as np
import torch

from striate.data.collection import Split
from striate.errors import DataError

ARCHIVE = "cifar-10-binary.tar.gz"
PARTS = {
    "train": tuple(f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)),
    "test": ("cifar-10-batches-bin/test_batch.bin",),
}
SIZE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32


def cifar_splits(folder: Path) -> dict[str, Split]:
    """The "train" and "test" images of the archive there. Raises DataError where it is damaged."""
    archive = folder / ARCHIVE
    try:
        with tarfile.open(archive) as tar:
            return {split: _read(tar, members) for split, members in PARTS.items()}
    except (OSError, EOFError, KeyError, ValueError, zlib.error, tarfile.TarError) as error:
        detail = str(error).strip('"')  # a KeyError shows its sentence in quotes
        raise DataError(
            f"{archive} cannot be read as the binary version of CIFAR-10: {detail}",
            help=["remove the file and fetch it again"],
        ) from error


def _read(tar: tarfile.TarFile, members: tuple[str, ...]) -> Split:
    """The records of several members, one after the other."""
    images, labels, files = list[torch.Tensor](), list[torch.Tensor](), list[str]()
    for member in members:
        records = _records(tar, member)
        labels.append(torch.from_numpy(records[:, 0].astype(np.int64)))
        images.append(torch.from_numpy(records[:, 1:].reshape(-1, *SIZE).copy()))
        files += [f"{Path(member).name}[{i}]" for i in range(len(records))]
    return Split(torch.cat(images), torch.cat(labels), tuple(files))


def _records(tar: tarfile.TarFile, member: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The records of one member: bytes (record, place)."""
    stream = tar.extractfile(member)
    if stream is None:  # a folder or a device of that name
        raise ValueError(f"{member} in it is not a file")
    content = np.frombuffer(stream.read(), np.uint8)
    if not content.size or content.size % RECORD:
        raise ValueError(f"{member} has {content.size} bytes, not a multiple of {RECORD}")
    return content.reshape(-1, RECORD)
