"""How many images a second does augmenting whole batches give, against Pillow image by image?

Both mirror, move, and in the strong case apply one operation of TrivialAugment, cover a part and
mix; Pillow as a per-image data set does it, with the same operations and ranges, on one core. The
share is that of a training step of the `small` network on such images, augmentation included.
"""

import random
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

import striate
from benchmarks.rounds import Result, rounds, spread, torch_machine
from striate.data import Collection, Split
from striate.tasks import task_called
from striate.training import Recipe
from striate.training.batches import Batches
from striate.training.choosing import settle
from striate.training.learner import Learner, surroundings

ROUNDS, STEPS = 7, 3
CASES = {
    "28x28 grey, batch 128": (128, (1, 28, 28)),
    "224x224 colour, batch 64": (64, (3, 224, 224)),
}
LEVELS = ("light", "strong")

Contestant = Callable[[], float]


def _collection(batch: int, size: tuple[int, int, int]) -> Collection:
    """Smooth noise, so that levels are as in photos."""
    generator = torch.Generator().manual_seed(0)
    channels, height, width = size
    coarse = torch.rand(2 * batch, channels, height // 4, width // 4, generator=generator)
    levels = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
    images = (255 * levels).clamp(0, 255).to(torch.uint8)
    split = Split(images, torch.arange(2 * batch) % 10, tuple(map(str, range(2 * batch))))
    splits = {"train": split, "val": split}
    shift = min(height, width) // 16
    return Collection("noise", "noise", tuple("0123456789"), splits, flip=True, shift=shift)


def _learner(collection: Collection, batch: int, level: str) -> Learner:
    """One that takes steps of the `small` network."""
    recipe = Recipe(
        epochs=3,
        batch=batch,
        augment=level,  # pyright: ignore[reportArgumentType]
        precision="float32",
        layout="channels_last",
        device="cpu",
        threads=torch.get_num_threads(),
    )
    size = collection.size
    model = striate.build(striate.read("small"), input=size, classes=10)
    return Learner(model, collection, task_called("classify"), settle(recipe, collection, model))


def _views(batches: Batches, batch: int) -> Contestant:
    """Images a second of whole batches."""
    numbers = iter(range(10_000))

    def run() -> float:
        started = time.perf_counter()
        for _ in range(STEPS):
            batches.at(next(numbers))
        return STEPS * batch / (time.perf_counter() - started)

    return run


def _step(learner: Learner) -> Contestant:
    """Seconds of a step, its batch included."""
    numbers = iter(range(10_000))

    def run() -> float:
        with surroundings(learner.recipe):
            started = time.perf_counter()
            learner.step(next(numbers) % learner.steps)[0].item()
            return time.perf_counter() - started

    return run


def _one_by_one(collection: Collection, batch: int, *, strong: bool) -> Contestant:
    """Images a second of Pillow, one at a time, stacked to a batch."""
    images = collection.splits["train"].images[:batch].numpy()
    draw, shift = random.Random(0), collection.shift

    def run() -> float:
        started = time.perf_counter()
        seen = [_view(image, draw, shift, strong=strong) for image in images]
        whole = torch.from_numpy(np.stack(seen))
        if strong:
            share = torch.tensor([draw.random() if draw.random() < 0.5 else 1.0 for _ in seen])
            share = share.reshape(-1, *[1] * (whole.ndim - 1))
            (whole * share + whole.roll(1, 0) * (1 - share)).to(torch.uint8)
        return batch / (time.perf_counter() - started)

    return run


def _view(
    levels: NDArray[np.uint8], draw: random.Random, shift: int, *, strong: bool
) -> NDArray[np.uint8]:
    """A view of one image (channel, height, width), by Pillow, channels last."""
    array = levels[0] if len(levels) == 1 else np.moveaxis(levels, 0, 2)
    image = Image.fromarray(np.ascontiguousarray(array))
    if draw.random() < 0.5:
        image = ImageOps.mirror(image)
    width, height = image.size
    wide = ImageOps.expand(image, shift)
    left, top = draw.randrange(2 * shift + 1), draw.randrange(2 * shift + 1)
    image = wide.crop((left, top, left + width, top + height))
    if strong:
        image = draw.choice(_OPERATIONS)(image, draw.randrange(31) / 30 * draw.choice((-1, 1)))
        if draw.random() < 0.25:
            left, top = draw.randrange(width // 2), draw.randrange(height // 2)
            image.paste(Image.new(image.mode, (width // 3, height // 3)), (left, top))
    return np.asarray(image)


def _leaned(image: Image.Image, *matrix: float) -> Image.Image:
    """A view of an image by an affine matrix."""
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


_OPERATIONS: tuple[Callable[[Image.Image, float], Image.Image], ...] = (
    lambda image, _: image,
    lambda image, _: ImageOps.autocontrast(image),
    lambda image, _: ImageOps.equalize(image),
    lambda image, by: ImageOps.solarize(image, round(256 * (1 - abs(by)))),
    lambda image, by: ImageOps.posterize(image, round(8 - 6 * abs(by))),
    lambda image, by: ImageEnhance.Color(image).enhance(1 + 0.99 * by),
    lambda image, by: ImageEnhance.Contrast(image).enhance(1 + 0.99 * by),
    lambda image, by: ImageEnhance.Brightness(image).enhance(1 + 0.99 * by),
    lambda image, by: ImageEnhance.Sharpness(image).enhance(1 + 0.99 * by),
    lambda image, by: image.rotate(135 * by, Image.Resampling.BILINEAR),
    lambda image, by: _leaned(image, 1, 0.99 * by, 0, 0, 1, 0),
    lambda image, by: _leaned(image, 1, 0, 0, 0.99 * by, 1, 0),
    lambda image, by: _leaned(image, 1, 0, 10 / 32 * by * image.width, 0, 1, 0),
    lambda image, by: _leaned(image, 1, 0, 0, 0, 1, 10 / 32 * by * image.height),
)


def _rows(case: str, batch: int, size: tuple[int, int, int]) -> list[dict[str, float | str]]:
    """What is measured of one size: a row for each level."""
    collection = _collection(batch, size)
    learners = {level: _learner(collection, batch, level) for level in LEVELS}
    contestants: dict[str, Contestant] = {}
    for level, learner in learners.items():
        contestants[f"views {level}"] = _views(learner.batches, batch)
        contestants[f"step {level}"] = _step(learner)
        contestants[f"pillow {level}"] = _one_by_one(collection, batch, strong=level == "strong")
    rounds(contestants, 1)
    measured = rounds(contestants, ROUNDS)
    rows: list[dict[str, float | str]] = []
    for level in LEVELS:
        ours, pillow = measured[f"views {level}"], measured[f"pillow {level}"]
        step = statistics.median(measured[f"step {level}"])
        rows.append(
            {
                "images": case,
                "level": level,
                **spread(ours),
                "pillow": statistics.median(pillow),
                "faster": statistics.median(ours) / statistics.median(pillow),
                "share of a step": batch / statistics.median(ours) / step,
            }
        )
    return rows


def main() -> Result:
    rows = [row for case, (batch, size) in CASES.items() for row in _rows(case, batch, size)]
    faster = {(row["images"], row["level"]): float(row["faster"]) for row in rows}
    small, large = CASES
    light = float(rows[0]["share of a step"])
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "unit": "images a second", "network": "small"},
        rows=rows,
        answer=(
            f"whole batches are {faster[small, 'light']:.1f} (light) and "
            f"{faster[small, 'strong']:.1f} (strong) times as fast as Pillow at 28x28, "
            f"{faster[large, 'light']:.1f} and {faster[large, 'strong']:.1f} at 224x224; light "
            f"takes {100 * light:.1f} % of a step at 28x28"
        ),
    )
