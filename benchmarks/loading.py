"""How many images a second become training batches, against a DataLoader that opens each image?

The baseline does what most scripts do: one image at a time is opened, a random part of it resized
with Pillow, mirrored half of the time, made a tensor and normalised, by as many worker processes as
there are threads here; default collation. Ours does the same to the same files: from the files
themselves, which are decoded once and then seen in one epoch, or in five; and from the cache
(mapped; an epoch after the first). Both end in a float32 batch of 64 at 224x224 on the cpu. And
batches of 128 out of 28x28 in memory.
"""

import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.rounds import Result, rounds, torch_machine
from striate.data import Collection, Split
from striate.data.photos import caching
from striate.data.sources import loading
from striate.ops import memory
from striate.training import Recipe
from striate.training.batches import Batches, Preparation

COUNT, SIZE, BATCH, ROUNDS = 400, 224, 64, 5
SMALL_COUNT, SMALL_BATCH = 12_800, 128
CROP = 0.35
"""The least share of an image that a training view shows."""


def photo(number: int) -> Any:
    """A picture of 500x375 that compresses as photos do: clouds of several sizes, and grain."""
    from PIL import Image

    draw = np.random.default_rng(number)
    layers = []
    for cells, weight in ((4, 0.45), (16, 0.3), (60, 0.17), (200, 0.08)):
        cloud = draw.integers(0, 256, (cells * 3 // 4 + 1, cells, 3), dtype=np.uint8)
        cloud = Image.fromarray(cloud).resize((500, 375), Image.Resampling.BICUBIC)
        layers.append(weight * np.asarray(cloud, dtype=np.float64))
    return Image.fromarray(sum(layers).clip(0, 255).astype(np.uint8))  # type: ignore[union-attr]


def write_photos(root: Path) -> None:
    """JPEG files of about 40 kB in two classes."""
    for label in ("ant", "bee"):
        (root / label).mkdir(parents=True)
    for number in range(COUNT):
        path = root / ("ant", "bee")[number % 2] / f"{number:05}.jpg"
        photo(number).save(path, quality=90)


def as_tensor(image: Any) -> Tensor:
    """A picture as float32 (channel, row, column), 0 to 1."""
    levels = torch.from_numpy(np.array(image))
    levels = levels.unsqueeze(2) if levels.ndim == 2 else levels
    return levels.permute(2, 0, 1).contiguous().float().div(255)


def normalised(image: Tensor) -> Tensor:
    """With about mean 0 and deviation 1, as the batches of both end."""
    return image.sub_(0.5).div_(0.25)


class Files(Dataset[tuple[Tensor, int]]):
    """What a script does with a folder: everything about an image when it is asked for."""

    def __init__(self, root: Path) -> None:
        self.files = sorted(root.rglob("*.jpg"))

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        from PIL import Image

        path = self.files[place]
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        wide, high = image.size
        area = random.uniform(CROP, 1) * wide * high
        ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        broad = min(wide, round(math.sqrt(area * ratio)))
        tall = min(high, round(math.sqrt(area / ratio)))
        left, top = random.randint(0, wide - broad), random.randint(0, high - tall)
        box = (left, top, left + broad, top + tall)
        image = image.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box)
        if random.random() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return normalised(as_tensor(image)), int(path.parent.name == "bee")


class Arrays(Dataset[tuple[Tensor, int]]):
    """What a script does with images in memory: each becomes a picture, then a tensor."""

    def __init__(self, split: Split) -> None:
        assert isinstance(split.images, Tensor)
        self.images, self.labels = split.images[:, 0].numpy(), split.labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        from PIL import Image

        image = Image.fromarray(self.images[place])
        if random.random() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return normalised(as_tensor(image)), int(self.labels[place])


def pace(batches: Iterable[Tensor]) -> float:
    """Images a second."""
    started, count = time.perf_counter(), 0
    for batch in batches:
        assert batch.dtype == torch.float32
        count += len(batch)
    return count / (time.perf_counter() - started)


def loader(dataset: Dataset[tuple[Tensor, int]], batch: int, workers: int) -> Callable[[], float]:
    """A DataLoader whose workers are up before the clock starts."""
    ready = DataLoader(
        dataset, batch, shuffle=True, num_workers=workers, persistent_workers=bool(workers)
    )
    pace(images for images, _ in ready)
    return lambda: pace(images for images, _ in ready)


def epochs(collection: Collection, batch: int, crop: float, times: int = 1) -> Callable[[], float]:
    """Our batches of so many epochs, each time of others."""
    recipe = Recipe(
        epochs=1, batch=batch, flip=True, shift=0, crop=crop, device="cpu", layout="channels_last"
    )
    batches = Batches(collection.splits["train"], recipe)
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    numbers = iter(range(10_000))

    def run() -> float:
        first, count = next(numbers) * times * batches.steps, times * batches.steps
        return pace(prepare(batches.at(first + step).images) for step in range(count))

    return run


def from_files(root: Path, times: int = 1) -> Callable[[], float]:
    """Decoding included: open the folder, then so many epochs."""

    def run() -> float:
        started = time.perf_counter()
        epochs(loading.load_folder(root, (SIZE, SIZE)), BATCH, CROP, times)()
        return times * COUNT / (time.perf_counter() - started)

    return run


def clothes() -> Collection:
    """As many grey images of 28x28."""
    draw = np.random.default_rng(0)
    images = torch.from_numpy(draw.integers(0, 256, (SMALL_COUNT, 1, 28, 28), dtype=np.uint8))
    labels = torch.arange(SMALL_COUNT) % 10
    split = Split(images, labels, tuple(map(str, range(SMALL_COUNT))))
    return Collection("noise", "noise", tuple("0123456789"), {"train": split}, flip=True)


def main() -> Result:
    threads = torch.get_num_threads()
    with tempfile.TemporaryDirectory() as place:
        root, few = Path(place) / "photos", caching.FEW
        os.environ["STRIATE_CACHE"] = str(Path(place) / "cache")
        write_photos(root)
        small = clothes()
        scripts = {
            "224 DataLoader": loader(Files(root), BATCH, threads),
            "28 DataLoader": loader(Arrays(small.splits["train"]), SMALL_BATCH, threads),
        }
        memory.keep()  # as `striate train` does, and a script does not: its workers are up by now
        caching.FEW = 0
        cached = loading.load_folder(root, (SIZE, SIZE))
        caching.FEW = few
        contestants = scripts | {
            "224 from files, one epoch": from_files(root),
            "224 from files, five epochs": from_files(root, 5),
            "224 from the cache": epochs(cached, BATCH, CROP, 5),
            "28 from memory": epochs(small, SMALL_BATCH, 1.0, 5),
        }
        rounds(contestants, 1)
        measured = rounds(contestants, ROUNDS)
    medians = {name: statistics.median(paces) for name, paces in measured.items()}
    ratio = {
        name: median / medians[name.split()[0] + " DataLoader"] for name, median in medians.items()
    }
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "workers": str(threads), "unit": "images a second"},
        rows=[
            {
                "batches": name,
                "median": medians[name],
                "least": min(paces),
                "most": max(paces),
                "faster": ratio[name],
            }
            for name, paces in measured.items()
        ],
        answer=(
            f"{ratio['224 from files, one epoch']:.1f} times as many from files in one epoch, "
            f"{ratio['224 from files, five epochs']:.1f} times in five, "
            f"{ratio['224 from the cache']:.1f} times from the cache, "
            f"{ratio['28 from memory']:.0f} times from memory"
        ),
    )
