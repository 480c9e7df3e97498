"""What do two processes of one thread make of a training step of one process of two threads?

The network of `training_step`, with batch norm, in float32: the same batch and the same number of
threads in all. Beside it two processes under torch's own DistributedDataParallel, which leaves each
its own batch statistics, so that it has less to send. "sums" is the time in which a process adds
up gradients and statistics with the other, waiting for it included.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

import striate
from benchmarks.rounds import Result, rounds, spread, torch_machine
from benchmarks.training_step import TEXT
from striate.data import Collection, Split
from striate.tasks import task_called
from striate.training import Recipe
from striate.training.choosing import settle
from striate.training.learner import Learner, surroundings
from striate.training.optimizer import Optimizer
from striate.training.ranks import ALONE, Ranks, as_ranks, here, joined

BATCH, STEPS, ROUNDS = 128, 5, 5
WAYS = {
    "1 process x 2 threads": (1, 2, False),
    "2 processes x 1 thread": (2, 1, False),
    "2 processes x 1 thread, DDP": (2, 1, True),
}


def main(batch: int = BATCH, steps: int = STEPS, count: int = ROUNDS) -> Result:
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    sums: dict[str, list[float]] = {name: [] for name in WAYS}

    def contestant(name: str) -> Callable[[], float]:
        def run() -> float:
            found = _started(name, batch, steps)
            times[name] += found["steps"][1:]  # the first prepares kernels and memory
            sums[name] += found["sums"][1:]
            return statistics.median(found["steps"][1:])

        return run

    rounds({name: contestant(name) for name in WAYS}, count)
    one, *_ = (batch / statistics.median(times[name]) for name in WAYS)
    rows: list[dict[str, float | str]] = []
    for name in WAYS:
        speed = batch / statistics.median(times[name])
        own = WAYS[name] == WAYS["2 processes x 1 thread"]
        added = {"sums": statistics.median(sums[name])} if own else {}
        row = {"images/s": speed, "against one": speed / one, **added}
        rows.append({"way": name, **spread(times[name]), **row})
    faster = float(rows[1]["against one"])
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "threads": "2", "batch": f"{batch}", "unit": "seconds"},
        rows=rows,
        answer=(
            f"two processes are {faster:.2f} times as fast as one, DDP "
            f"{float(rows[2]['against one']):.2f} times"
        ),
    )


def _started(name: str, batch: int, steps: int) -> dict[str, list[float]]:
    """Start the processes of a way; the seconds of its steps, as the first found them."""
    ranks, threads, _ = WAYS[name]
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.ranks", name, f"{batch}", f"{steps}"]
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": f"{port}", "WORLD_SIZE": f"{ranks}"}
    processes = [
        subprocess.Popen(
            command,
            env=os.environ
            | meeting
            | {"OMP_NUM_THREADS": f"{threads}", "RANK": f"{rank}", "LOCAL_RANK": f"{rank}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(ranks)
    ]
    printed = [process.communicate()[0] for process in processes]
    return json.loads(printed[0])


def _learner(batch: int) -> Learner:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (4 * batch, 3, 32, 32), dtype=torch.uint8, generator=generator)
    noise = Split(images, torch.arange(4 * batch) % 10, tuple(map(str, range(4 * batch))))
    collection = Collection("noise", "noise", tuple("0123456789"), {"train": noise, "val": noise})
    recipe = Recipe(epochs=9, batch=batch, precision="float32", layout="contiguous", device="cpu")
    model = striate.build(TEXT)
    return Learner(model, collection, task_called("classify"), settle(recipe, collection, model))


def _stepper(batch: int, *, ddp: bool) -> tuple[Learner, Callable[[int], Any]]:
    """A learner and its steps, or those of torch's own wrapper around the same network."""
    ranks = here()
    if not ddp:
        learner = _learner(batch)
        return learner, learner.step
    with as_ranks(ALONE):  # the wrapper does what a learner would do with the others
        learner = _learner(batch)
    wrapped = nn.parallel.DistributedDataParallel(learner.model)
    learner.model, optimizer = wrapped, Optimizer(learner.model, learner.recipe)
    learner.batches.rank, learner.batches.ranks = ranks.rank, ranks.ranks

    def step(number: int) -> None:
        loss = learner.losses(learner.batches.at(number)).sum() * ranks.ranks / batch
        loss.backward()
        optimizer.step(learner.rate(number))
        optimizer.forget_gradients()

    return learner, step


def _work(name: str, batch: int, steps: int) -> None:
    """Take steps as one of the processes, and print how long they took."""
    found: dict[str, list[float]] = {"steps": [], "sums": []}
    with joined() as ranks:
        learner, step = _stepper(batch, ddp=WAYS[name][2])
        summing = _Clock(learner.summing, ranks)
        learner.summing = summing  # pyright: ignore[reportAttributeAccessIssue]
        learner.ranks = summing.ranks
        with surroundings(learner.recipe):
            for number in range(steps + 1):
                summing.seconds, started = 0.0, time.perf_counter()
                step(number)
                found["steps"].append(time.perf_counter() - started)
                found["sums"].append(summing.seconds)
        if ranks.first:
            print(json.dumps(found))


class _Clock:
    """Times what a learner does with other processes."""

    def __init__(self, summing: Callable[..., torch.Tensor], ranks: Ranks) -> None:
        self.seconds = 0.0
        clock = self

        class Timed(Ranks):
            def sum(self, tensor: torch.Tensor) -> torch.Tensor:
                return clock.timed(super().sum, tensor)

        self.summing = summing
        self.ranks = Timed(ranks.rank, ranks.ranks, ranks.local, ranks.near)

    def __call__(self, *arguments: Any) -> torch.Tensor:
        return self.timed(self.summing, *arguments)

    def timed(self, function: Callable[..., torch.Tensor], *arguments: Any) -> torch.Tensor:
        started = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            self.seconds += time.perf_counter() - started


if __name__ == "__main__":
    _work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
