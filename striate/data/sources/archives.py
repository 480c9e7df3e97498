"""Archives of arrays: the .npz files that NumPy writes, under the names that people use.

x, y                                      or images, labels: all images, to be divided
x_train, y_train, x_test, y_test          as in Keras's mnist.npz, with x_val, y_val or without
train_images, train_labels, ...           as in MedMNIST, val_ and test_ likewise

An array `classes`, where there is one, names the classes. Nothing is unpickled.
"""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from striate.data.collection import Collection
from striate.data.sources.arrays import Part, array_collection
from striate.errors import DataError

SPLITS = {"train": "train", "val": "val", "valid": "val", "test": "test"}
PAIRS = {
    ("x", "y"): "train",
    ("images", "labels"): "train",
    ("data", "target"): "train",
    **{(f"x_{name}", f"y_{name}"): split for name, split in SPLITS.items()},
    **{(f"{name}_images", f"{name}_labels"): split for name, split in SPLITS.items()},
}
"""Names of images and of labels, and the split that these are."""

NAMED = "name them x and y, or x_train, y_train, x_test, y_test: np.savez(path, x=x, y=y)"


def npz_collection(path: Path) -> Collection:
    """The collection in an .npz file, in the splits that its names say.

    Raises DataError where names are missing, or the file is damaged or holds pickled objects.
    """
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no archive of arrays")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            parts, names = _parts(path, archive), None
            if "classes" in archive.files:
                names = [str(name) for name in archive["classes"].tolist()]
    except DataError:
        raise
    except Exception as error:  # damaged bytes raise anything
        raise DataError(f"{path} cannot be read: {error}", help=[NAMED]) from error
    return array_collection(parts, name=path.stem, source=str(path), names=names)


def _parts(path: Path, archive: Any) -> dict[str, Part]:
    """The images and labels of each split."""
    parts: dict[str, Part] = {}
    for (images, labels), split in PAIRS.items():
        if images not in archive.files:
            continue
        if labels not in archive.files:
            raise DataError(f"{path} has {images} and no {labels}", help=[NAMED])
        if split in parts:
            raise DataError(f"{path} has {parts[split].name} and {images}", help=["keep one"])
        parts[split] = Part(archive[images], archive[labels], images)
    if "train" not in parts:
        found = ", ".join(archive.files) or "nothing"
        raise DataError(f"{path} holds {found}: no images to learn from", help=[NAMED])
    return parts
