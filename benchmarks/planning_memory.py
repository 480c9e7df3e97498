"""How much memory does it take to plan a network of 140 million parameters from its text?

The most that a fresh process held (VGG-19: 143.7 million parameters, 575 MB of weights), against
processes that do less, and against what a counter has to do that needs the module first.
"""

import sys
from pathlib import Path

from benchmarks.rounds import Result, machine, rounds, spread


def main(count: int = 5) -> Result:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from house.peaks import VGG19, peak_of

    programs = {
        "an empty Python process": "",
        "plan, from text": VGG19,
        "plan, table, every working, training memory": (
            f"{VGG19}str(made), made.explain(), made.memory(32)"
        ),
        "import torch": "import torch",
        "build the module in torch": f"{VGG19}striate.build(tree, classes=1000)",
    }
    contestants = {
        name: lambda program=program: peak_of(program) / 1e6 for name, program in programs.items()
    }
    measured = {name: spread(taken) for name, taken in rounds(contestants, count).items()}
    plain, whole = [measured[name]["median"] for name in list(programs)[1:3]]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**machine(), "unit": "MB", "rounds": str(count)},
        rows=[{"process": name, **taken} for name, taken in measured.items()],
        answer=f"{plain:.0f} MB, {whole:.0f} MB with every table: the aim is under 60",
    )
