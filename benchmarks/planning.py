"""What does it cost to plan a network of ResNet-18's size, from the command to the printed table?

Processor time of the whole process (user and system), against the least that any counter built on
torch has to pay: importing torch. The aim is under 0.3 seconds.
"""

import os
import subprocess
import sys

from benchmarks.rounds import Result, machine, rounds, spread

_CONTESTANTS = {
    "striate plan resnet18": ["-m", "striate", "plan", "resnet18"],
    "striate plan resnet18 --explain": ["-m", "striate", "plan", "resnet18", "--explain"],
    "import torch": ["-c", "import torch"],
    "an empty Python process": ["-c", "pass"],
}


def _processor_seconds(arguments: list[str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def main() -> Result:
    contestants = {
        name: lambda arguments=arguments: _processor_seconds(arguments)
        for name, arguments in _CONTESTANTS.items()
    }
    rounds(contestants, 1)  # the first round fills the disk's cache
    measured = rounds(contestants, 9)
    medians = {name: spread(samples)["median"] for name, samples in measured.items()}
    plan, torch = medians["striate plan resnet18"], medians["import torch"]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**machine(), "unit": "seconds of processor time", "rounds": "9"},
        rows=[{"process": name, **spread(samples)} for name, samples in measured.items()],
        answer=f"a plan takes {plan:.2f} s, {plan / torch:.2f} of importing torch alone",
    )
