"""How much of a published network should be trained, by the number of images there are?

SqueezeNet 1.0 with its published weights under each regime, and from random weights, on subsets of
Fashion-MNIST (brought to 48x48) and on ants-bees (224x224). Each training is `striate train`, but
for its epochs, which two cores can wait for; the images that judge (test, or val of ants-bees) are
read once. Given counts, such as 100 2000, only those subsets are trained on. Needs fashion-mnist,
ants-bees and squeezenet1_0-imagenet.safetensors below $STRIATE_DATA.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rounds import Result, torch_machine
from striate import runs
from striate.data import Collection, open_images, order
from striate.ops import memory
from striate.runs.transferred import Asked
from striate.tasks import task_called
from striate.tasks.classification.evaluation import ClassEvaluation
from striate.training import Recipe
from striate.transfer.regimes import regime_for
from striate.zoo import find

COUNTS = (100, 2_000, 60_000)
SIDE = 48
SCRATCH = "random weights"
WAYS = ("little", "medium", "much", SCRATCH)

TUNED = {0: 6, 100: 20, 2_000: 6, 60_000: 1}
"""Epochs from published weights, by the number of images; 0 stands for ants-bees."""

ANEW = {0: 12, 100: 60, 2_000: 18, 60_000: 1}
"""Epochs from random weights."""


def _few(collection: Collection, count: int) -> Collection:
    """The collection with so many of its training images, val in the same proportion."""
    splits = dict(collection.splits)
    whole = sum(len(splits[name]) for name in ("train", "val"))
    for name in ("train", "val"):
        share = -(-len(splits[name]) * min(count, whole) // whole)
        splits[name] = splits[name].select(np.sort(order(0, 0, len(splits[name]))[:share]))
    return replace(collection, splits=splits)


def row_of(name: str, count: int, way: str) -> dict[str, float | str]:
    """One training: how well it does, and its time."""

    def opened(source: Any, *, seed: int, size: Any) -> Collection:
        collection = open_images(source, seed=seed, size=size)
        return _few(collection, count) if count else collection

    data = Path(os.environ["STRIATE_DATA"])
    source: Any = data / name if name == "ants-bees" else name
    task = replace(task_called("classify"), open=opened)
    weights = data / "squeezenet1_0-imagenet.safetensors"
    asked = Asked() if way == SCRATCH else Asked(weights=weights, transfer=way)
    size = 224 if name == "ants-bees" else SIDE
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as project:
        options: Any = {"project": project, "size": size, "asked": asked}
        epochs = None if way == "little" else (ANEW if way == SCRATCH else TUNED).get(count)
        run = runs.train(source, find("squeezenet1_0"), task, Recipe(epochs=epochs), **options)
        assert run.report is not None
        assert isinstance(run.report.evaluation, ClassEvaluation)
        seconds, images = time.perf_counter() - began, count or 244
        return {
            "images": f"{name}, {images:,}",
            "way": way,
            "by itself": "yes" if way == regime_for(images) else "",
            "right %": 100 * run.report.evaluation.accuracy,
            "epochs": float(run.recipe.epochs or 0),
            "seconds": seconds,
        }


def main(counts: Sequence[int] = COUNTS, ways: Sequence[str] = WAYS) -> Result:
    memory.keep()
    sets = [*(("fashion-mnist", count) for count in counts), ("ants-bees", 0)]
    return summed_up([row_of(name, count, way) for name, count in sets for way in ways])


def summed_up(rows: list[dict[str, float | str]]) -> Result:
    """The rows, and which way is best for each set."""
    named = sorted({str(row["images"]): None for row in rows})
    best = {
        images: max(
            (row for row in rows if row["images"] == images), key=lambda row: row["right %"]
        )
        for images in named
    }
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "rounds": "1"},
        rows=rows,
        answer="; ".join(f"{images}: {row['way']} is best" for images, row in best.items()),
    )


if __name__ == "__main__":
    print(main(tuple(map(int, sys.argv[1:])) or COUNTS))
