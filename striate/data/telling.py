"""Telling: what a run was given to learn from, and what was left out, for another program."""

import json

from torch import Tensor

from striate.data.collection import Collection
from striate.data.images import margin


def data_json(collection: Collection) -> str:
    """A collection as JSON: its counts, its preparation, and every file that was left out.

    >>> import torch
    >>> from striate.data.collection import Split
    >>> split = Split(torch.zeros(2, 1, 8, 8, dtype=torch.uint8), torch.arange(2), ("a", "b"))
    >>> pair = Collection("pair", "pair", ("cat", "dog"), {"train": split, "val": split})
    >>> json.loads(data_json(pair))["splits"]["val"]
    {'cat': 1, 'dog': 1}
    """
    return json.dumps(
        {
            "name": collection.name,
            "source": collection.source,
            "images": sum(len(split) for split in collection.splits.values()),
            "size": collection.size,
            "splits": {name: _counts(collection, name) for name in collection.splits},
            "preparation": _preparation(collection),
            "digest": collection.digest,
            "notes": collection.notes,
            "problems": [
                {"file": problem.file, "kind": problem.kind, "detail": problem.detail}
                for problem in collection.problems
            ],
        },
        indent=1,
    )


def _counts(collection: Collection, name: str) -> dict[str, int]:
    """How many images of each class a split has."""
    counts = collection.splits[name].labels.bincount(minlength=len(collection.classes))
    return dict(zip(collection.classes, counts.tolist(), strict=True))


def _preparation(collection: Collection) -> dict[str, object]:
    """What files become before they are looked at."""
    if collection.look is not None:
        return {"look": collection.look.as_dict()}
    channels, height, width = collection.size
    photos = not isinstance(collection.splits["train"].images, Tensor)
    return {
        "colour": channels == 3,
        "kept": [margin(height), margin(width)] if photos else [height, width],
        "seen": [height, width],
        "mean": collection.mean,
        "deviation": collection.std,
    }
