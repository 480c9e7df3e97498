"""Does a kernel of its own for every place recognise more than one kernel for all places?

UNSHARED against CONV at equal products (the same shape: fewer parameters) and at equal parameters
(wider in both layers: more products), on images whose parts have their place: digits, clothes, and
pairs of digits of which the left one counts. Behind the layer there is GAP, which averages over
all places, or FC, which looks at each with weights of its own. Recipe, steps, images and seeds are
the same for all three; nothing is shifted, mirrored or chosen on the way; the last weights are
judged by test images. Clothes are fashion-mnist, below $STRIATE_DATA, or fetched.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from rich.console import Console

import striate
from benchmarks.placed_images import JOBS, Job
from benchmarks.rounds import Result, torch_machine
from striate.data import Collection
from striate.errors import DataError
from striate.planning import Plan
from striate.tasks import classify
from striate.training import Manner, Recipe, fit
from striate.training.batches import Preparation
from striate.training.evaluating import evaluate

SEEDS = range(5)
STUDENT = 2.776
"""Standard errors in half of the 95 % interval of a mean of five."""
STEPS, BATCH, FEW = 500, 32, 6
RECIPE = Recipe(
    batch=BATCH,
    optimizer="adamw",
    lr=0.003,
    weight_decay=0.05,
    flip=False,
    shift=0,
    precision="float32",
    layout="contiguous",
    device="cpu",
    threads=1,
)
NETWORK = "CONV {few} 3x3 pad=1 -> BN -> RELU -> POOL {pool} -> {kind} {filters} 3x3 pad=1 -> BN"
HEADS = {"GAP": " -> RELU -> GAP -> FC", "FC": " -> RELU -> FC"}
AHEAD = "UNSHARED ahead by"


def main() -> Result:
    rows: list[dict[str, float | str]] = []
    missing = "none"
    for job in JOBS:
        try:
            collections = [job.images(seed) for seed in SEEDS]
        except DataError as error:
            missing = str(error).splitlines()[0]
            continue
        for head in HEADS:
            rows += _rows(job, head, collections)
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={
            **torch_machine(),
            "unit": "% of the test images",
            "seeds": str(len(SEEDS)),
            "steps": f"about {STEPS} of {BATCH} images",
            "left out": missing,
        },
        rows=rows,
        answer="; ".join(_counted(head, rows) for head in HEADS),
    )


def contestants(job: Job, head: str, images: Collection) -> dict[str, Plan]:
    """The three networks, planned; whether equal is equal is seen here."""

    def planned(kind: str, few: int, filters: int) -> Plan:
        named = {"few": few, "pool": job.pool, "kind": kind, "filters": filters}
        text = NETWORK.format(**named) + HEADS[head]
        return striate.plan(text, input=images.size, classes=len(images.classes))

    own, same = planned("UNSHARED", FEW, 2 * FEW), planned("CONV", FEW, 2 * FEW)
    parameters, products = (total(own, name) for name in ("parameters", "products"))
    wider = [
        planned("CONV", few, 2 * few + more) for few in range(FEW, 60) for more in range(-2, 3)
    ]
    wide = min(wider, key=lambda plan: abs(total(plan, "parameters") - parameters))
    assert total(same, "products") == products
    assert abs(total(wide, "parameters") / parameters - 1) < 0.01
    return {"UNSHARED": own, "CONV, equal products": same, "CONV, equal parameters": wide}


def total(plan: Plan, name: str) -> int:
    """A sum over a network, where all of it is counted."""
    value = plan.totals[name].value
    assert value is not None
    return value


def accuracy(plan: Plan, images: Collection, seed: int) -> float:
    """Train a network and judge it: the share of the test images that it recognises."""
    steps = -(-len(images.splits["train"]) // BATCH)
    recipe = replace(RECIPE, epochs=round(STEPS / steps), seed=seed)
    torch.manual_seed(seed)
    model = striate.build(plan.network)
    manner = Manner(look=60, settle=60, console=Console(quiet=True))
    with tempfile.TemporaryDirectory() as folder:
        fit(model, images, classify, recipe, folder=Path(folder), manner=manner)
    prepare = Preparation.of(images.mean, images.std, recipe)
    return evaluate(model, images.splits["test"], classify, recipe, prepare)["accuracy"]


def _rows(
    job: Job, head: str, collections: Sequence[Collection]
) -> Iterator[dict[str, float | str]]:
    """What the three networks reach, and by how much the first is ahead, seed by seed."""
    first: list[float] = []
    for name, plan in contestants(job, head, collections[0]).items():
        given = zip(collections, SEEDS, strict=True)
        found = [100 * accuracy(plan, images, seed) for images, seed in given]
        row: dict[str, float | str] = {
            "images": job.name,
            "train": str(job.count),
            "head": head,
            "network": name,
            "parameters": f"{total(plan, 'parameters'):,}",
            "products": f"{total(plan, 'products'):,}",
            **_mean("accuracy", found),
        }
        gains = [own - other for own, other in zip(first, found, strict=False)]
        yield row | (_mean(AHEAD, gains) if gains else {})
        first = first or found


def _mean(name: str, samples: Sequence[float]) -> dict[str, float]:
    """The mean, and half of its 95 % interval."""
    half = STUDENT * statistics.stdev(samples) / len(samples) ** 0.5
    return {name: round(statistics.mean(samples), 2), f"{name} ±": round(half, 2)}


def _counted(head: str, rows: Sequence[dict[str, float | str]]) -> str:
    """How often UNSHARED is ahead of the others before a head, and how often behind."""
    found = [
        (float(row[AHEAD]), float(row[f"{AHEAD} ±"]))
        for row in rows
        if row["head"] == head and AHEAD in row
    ]
    won = sum(gain > unsure for gain, unsure in found)
    lost = sum(gain < -unsure for gain, unsure in found)
    return f"before {head} UNSHARED is ahead in {won} of {len(found)} comparisons, behind in {lost}"
