"""What does a film cost, and a network that is drawn: processor time, and the size of the page?

A film of a convolution of 7x7 and of 28x28 numbers by a 3x3 kernel, from the command to the file,
that of 7x7 beside the same film made of the animation of matplotlib (`plain_film`, more than nine
minutes for 28x28), and a ResNet-50 drawn, beside its plan. Processor time of whole processes, user
and system; the least that anyone pays is a Python that does nothing, and one that imports numpy.
The aims are printed beside.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rounds import Result, machine, rounds, spread

ROUNDS = 7
PLAIN = str(Path(__file__).with_name("plain_film.py"))


@dataclass(frozen=True)
class Contestant:
    """A command, the file that it writes, and the most that it may cost: seconds, kB."""

    arguments: tuple[str, ...]
    file: str = ""
    seconds: float | None = None
    size: float | None = None
    rounds: int = ROUNDS


def _striate(*arguments: str) -> tuple[str, ...]:
    return ("-m", "striate", *arguments)


CONTESTANTS = {
    "an empty Python process": Contestant(("-c", "pass")),
    "import numpy": Contestant(("-c", "import numpy")),
    "striate draw conv, 7x7": Contestant(
        _striate("draw", "conv", "--input", "7", "--kernel", "3", "-o", "7.html"), "7.html", 0.4, 60
    ),
    "matplotlib, 7x7": Contestant((PLAIN, "7", "3", "plain7.html"), "plain7.html", rounds=3),
    "striate draw conv, 28x28": Contestant(
        _striate("draw", "conv", "--input", "28", "--kernel", "3", "-o", "28.html"),
        *("28.html", 1.0, 400),
    ),
    "striate plan resnet50": Contestant(_striate("plan", "resnet50")),
    "striate draw resnet50": Contestant(
        _striate("draw", "resnet50", "-o", "net.html"), "net.html", 1.0, 500
    ),
    "striate draw resnet50, SVG": Contestant(
        _striate("draw", "resnet50", "-o", "net.svg"), "net.svg", 1.0, 500
    ),
}


def _processor_seconds(arguments: tuple[str, ...], folder: str) -> float:
    before = os.times()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def _measured(folder: str) -> dict[str, list[float]]:
    """Every contestant once a round, as long as it takes part."""
    runs = {
        name: lambda one=one: _processor_seconds(one.arguments, folder)
        for name, one in CONTESTANTS.items()
    }
    few = {name: runs[name] for name, one in CONTESTANTS.items() if one.rounds == ROUNDS}
    rounds(few, 1)  # the first round fills the disk's cache
    measured: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(ROUNDS):
        taking = {name: runs[name] for name, one in CONTESTANTS.items() if number < one.rounds}
        for name, samples in rounds(taking, 1).items():
            measured[name] += samples
    return measured


def _row(name: str, samples: list[float], folder: str) -> dict[str, float | str]:
    one = CONTESTANTS[name]
    row: dict[str, float | str] = {"process": name, **spread(samples)}
    row["at most"] = one.seconds if one.seconds is not None else ""
    row["kB"] = (Path(folder) / one.file).stat().st_size / 1000 if one.file else ""
    row["kB at most"] = one.size if one.size is not None else ""
    return row


def main() -> Result:
    with tempfile.TemporaryDirectory() as folder:
        measured = _measured(folder)
        rows = [_row(name, samples, folder) for name, samples in measured.items()]
    median = {str(row["process"]): float(row["median"]) for row in rows}
    film, plain = median["striate draw conv, 7x7"], median["matplotlib, 7x7"]
    long = median["striate draw conv, 28x28"]
    net, plan = median["striate draw resnet50"], median["striate plan resnet50"]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**machine(), "unit": "seconds of processor time", "rounds": str(ROUNDS)},
        rows=rows,
        answer=(
            f"a film of 7x7 takes {film:.2f} s, {film / plain:.2f} of matplotlib's; of 28x28 "
            f"{long:.2f} s; ResNet-50 drawn {net:.2f} s, of which its plan is {plan:.2f} s"
        ),
    )
