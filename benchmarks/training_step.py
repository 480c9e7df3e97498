"""What does a training step of a 64/256/256 net at 32x32 cost in bfloat16 and channels_last?

Against the same step in float32 and NCHW; and the share that each reaches of what this machine
does in a plain matrix product of the same precision (a step counted as three times the products
of the forward pass). Where the processor has no bfloat16 the ratio is not expected.
"""

import statistics
import time
from collections.abc import Callable

import torch

import striate
from benchmarks.rounds import Result, rounds, spread, torch_machine
from striate.data import Collection, Split
from striate.tasks import task_called
from striate.training import Recipe
from striate.training.choosing import has_bfloat16
from striate.training.learner import Learner, surroundings

BATCH, ROUNDS = 128, 9
TEXT = """
BLOCK(c) = CONV c bias=no -> POOL 2 -> BN -> GELU -> CONV c bias=no -> BN -> GELU
INPUT 3x32x32
CONV 24 2x2 -> GELU
BLOCK(64) -> BLOCK(256) -> BLOCK(256)
GAP -> FC 10
"""
WAYS = {
    "float32 contiguous": ("float32", "contiguous"),
    "float32 channels_last": ("float32", "channels_last"),
    "bfloat16 channels_last": ("bfloat16", "channels_last"),
}


def _noise(count: int) -> Split:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8, generator=generator)
    return Split(images, torch.arange(count) % 10, tuple(map(str, range(count))))


def _stepper(precision: str, layout: str) -> Callable[[], float]:
    recipe = Recipe(
        epochs=1,
        batch=BATCH,
        optimizer="sgd",
        lr=0.01,
        weight_decay=5e-4,
        augment="light",
        flip=True,
        shift=4,
        crop=1.0,
        rotate=0.0,
        scale=0.0,
        jitter=0.0,
        erase=0.0,
        mixup=0.0,
        cutmix=0.0,
        precision=precision,  # pyright: ignore[reportArgumentType]
        layout=layout,  # pyright: ignore[reportArgumentType]
        device="cpu",
        threads=torch.get_num_threads(),
    )
    splits = {"train": _noise(8 * BATCH), "val": _noise(BATCH)}
    collection = Collection("noise", "noise", tuple("0123456789"), splits, flip=True, shift=4)
    learner = Learner(striate.build(TEXT), collection, task_called("classify"), recipe)
    numbers = iter(range(10_000))

    def step() -> float:
        with surroundings(recipe):
            started = time.perf_counter()
            learner.step(next(numbers) % learner.steps)[0].item()
            return time.perf_counter() - started

    return step


def _peak(dtype: torch.dtype) -> Callable[[], float]:
    """Products per second of a large matrix product, as a contestant."""
    a, b = torch.randn(2, 2048, 2048).to(dtype)

    def multiply() -> float:
        started = time.perf_counter()
        torch.mm(a, b)
        return 2048**3 / (time.perf_counter() - started)

    return multiply


def main() -> Result:
    products = 3 * BATCH * striate.plan(TEXT).totals["products"].value
    steps = {name: _stepper(*way) for name, way in WAYS.items()}
    peaks = {"float32": _peak(torch.float32), "bfloat16": _peak(torch.bfloat16)}
    rounds(steps | peaks, 2)  # kernels are prepared in the first steps
    measured = rounds(steps | peaks, ROUNDS)
    peak = {name: statistics.median(measured[name]) for name in peaks}
    slow = statistics.median(measured["float32 contiguous"])
    rows: list[dict[str, float | str]] = []
    for name in WAYS:
        median = spread(measured[name])["median"]
        share = products / median / peak[name.split()[0]]
        rows.append(
            {"way": name, **spread(measured[name]), "faster": slow / median, "share": share}
        )
    rows += [
        {"way": f"matrix product, {name}", "products/s": value} for name, value in peak.items()
    ]
    best = rows[2]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "bfloat16": str(has_bfloat16("cpu")), "unit": "seconds"},
        rows=rows,
        answer=(
            f"bfloat16 channels_last is {best['faster']:.2f} times faster than float32 NCHW, at "
            f"{100 * float(best['share']):.0f} % of the matrix-product peak in bfloat16"
        ),
    )
