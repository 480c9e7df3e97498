"""Known sets: images that everybody has under one name."""

import numpy as np
import torch

from striate.data.collection import Collection, Split
from striate.data.sources.fetching import locate
from striate.data.sources.published import DIGITS, PUBLISHED
from striate.errors import DataError

NAMES = ("digits", *PUBLISHED)
"""The sets that are known by name."""


def known_collection(name: str) -> Collection:
    """The known set of that name, out of its files. Raises DataError where those are others."""
    if name == "digits":
        return _digits()
    published = PUBLISHED[name]
    folder, classes = locate(published), published.classes
    splits = published.read(folder)
    highest = max(int(split.labels.max()) for split in splits.values())
    if highest >= len(classes):
        raise DataError(
            f"{folder} has the label {highest}, and {name} has {len(classes)} classes, from 0 on",
            help=["these are the files of another set: open them by the path of their folder"],
        )
    return Collection(name, name, classes, splits, flip=published.flip, shift=published.shift)


def _digits() -> Collection:
    """The handwritten digits that scikit-learn brings: 1797 images of 8x8, levels 0 to 16."""
    from sklearn.datasets import load_digits

    levels, labels = load_digits(return_X_y=True)
    images = (levels.astype(np.int64).reshape(-1, 1, 8, 8) * 255 + 8) // 16
    files = tuple(f"digits[{i}]" for i in range(len(labels)))
    split = Split(torch.from_numpy(images.astype(np.uint8)), torch.from_numpy(labels), files)
    return Collection("digits", "digits", DIGITS, {"train": split}, shift=1)
