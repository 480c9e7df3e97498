"""Labels: what somebody wrote beside images, as whole numbers or as texts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from striate.data.sources.levels import as_numbers
from striate.errors import DataError

LABELS = "give one whole number, or one text, for each image"


def as_labels(given: Any, name: str, images: int) -> NDArray[Any]:
    """Labels as int64 (image,), or as texts; truths are texts.

    Raises DataError, which calls the images `name`, where they are none, or not as many.

    >>> as_labels([[3], [1]], "x", 2), as_labels(["bee", "ant"], "x", 2).tolist()
    (array([3, 1]), ['bee', 'ant'])
    """
    try:
        labels = as_numbers(given)
    except ValueError:
        raise _refused(name, "are not one list") from None
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        hot = ["where they are one-hot: y.argmax(1)"] if labels.ndim == 2 else []
        raise _refused(name, f"have the shape {labels.shape}", *hot)
    if len(labels) != images:
        raise DataError(f"{name} has {images} images and {len(labels)} labels", help=[LABELS])
    if labels.dtype.kind in "iu":
        return labels.astype(np.int64)
    if labels.dtype.kind != "b":
        each = labels.tolist() if isinstance(given, Tensor | np.ndarray) else list(given)
        _require_kind(each, name)
        if not isinstance(each[0], str):
            return np.array(each, dtype=np.int64)
    return labels.astype(str)


def _require_kind(labels: list[Any], name: str) -> None:
    """Raise DataError unless all are texts, or all whole numbers below 2**63."""
    text = isinstance(labels[0], str)
    for place, label in enumerate(labels):
        number = isinstance(label, int | np.integer) and abs(int(label)) < 2**63
        if not (isinstance(label, str) if text else number):
            found = f"have {label!r} at place {place}"
            raise _refused(name, found, "whole numbers that came as floats: y.astype(int)")


def _refused(name: str, found: str, *remedies: str) -> DataError:
    """The error for labels that are none."""
    return DataError(f"the labels of {name} {found}", help=[LABELS, *remedies])
