"""How long does it take to recognise 90 % of Fashion-MNIST's test images, from the first step?

Against a plain script in the manner of PyTorch's MNIST example; and, to see where the ratio comes
from, against that script on data in memory, and against our own network and schedule in float32.
Ours is the whole of `striate.train` after the images are open: choosing, training, validating,
checkpoints, the reading of the test images and the charts. The script's clock counts its training
steps alone. Needs fashion-mnist below $STRIATE_DATA, or a network to fetch it.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import striate
from benchmarks.plain_script import seconds_to
from benchmarks.rounds import Result, rounds, spread, torch_machine
from striate import runs
from striate.data import Collection, open_images
from striate.tasks import task_called
from striate.training import Recipe

GOAL = 0.90
ROUNDS = 2
QUICK = Recipe(epochs=1)
PLAIN = replace(QUICK, precision="float32", layout="contiguous")

accuracies: dict[str, list[float]] = {}


def _ours(name: str, recipe: Recipe, collection: Collection) -> Callable[[], float]:
    """A contestant that trains `small` once, with another seed each time."""
    task = replace(task_called("classify"), open=lambda *_, **__: collection)
    seeds = iter(range(1, 1 + ROUNDS))

    def run() -> float:
        with tempfile.TemporaryDirectory() as project:
            started = time.perf_counter()
            made = runs.train(
                "fashion-mnist",
                striate.read("small"),
                task,
                replace(recipe, seed=next(seeds)),
                project=project,
            )
            seconds = time.perf_counter() - started
        assert made.report is not None
        accuracies.setdefault(name, []).append(made.report.evaluation.accuracy)
        return seconds

    return run


def _script(collection: Collection, *, in_memory: bool) -> Callable[[], float]:
    seeds = iter(range(1, 1 + ROUNDS))
    train, test = collection.splits["train"], collection.splits["test"]
    return lambda: seconds_to(GOAL, train, test, seed=next(seeds), in_memory=in_memory)


def main() -> Result:
    collection = open_images("fashion-mnist")
    contestants = {
        "plain script": _script(collection, in_memory=False),
        "plain script, data in memory": _script(collection, in_memory=True),
        "striate, float32 contiguous": _ours("float32", PLAIN, collection),
        "striate": _ours("striate", QUICK, collection),
    }
    measured = rounds(contestants, ROUNDS)
    script, memory, float32, ours = (statistics.median(s) for s in measured.values())
    least = min(accuracies["striate"] + accuracies["float32"])
    reached = (
        "all of ours reached it" if least >= GOAL else f"NOT REACHED: the least is {least:.4f}"
    )
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "unit": "seconds", "rounds": str(ROUNDS)},
        rows=[
            {
                "contestant": name,
                **spread(samples),
                "script / it": script / spread(samples)["median"],
            }
            for name, samples in measured.items()
        ],
        answer=(
            f"{script / ours:.1f} times faster than the plain script ({reached}): data path "
            f"{script / memory:.2f}, network and schedule {memory / float32:.2f}, precision and "
            f"layout {float32 / ours:.2f}"
        ),
    )
