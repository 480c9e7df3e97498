"""How long does it take to recognise 93 % and 94 % of Fashion-MNIST's test images?

The whole of `striate train` after the images are open: choosing, training, validating, checkpoints,
the reading of the test images and the pictures. The first is what `striate train fashion-mnist`
does by itself and is the baseline of the others; the test images are read once, at the end. Needs
fashion-mnist below $STRIATE_DATA, or a network to fetch it.
"""

import tempfile
import time
from dataclasses import replace

from benchmarks.rounds import Result, torch_machine
from striate import runs
from striate.data import Collection, open_images
from striate.ops import memory
from striate.runs.networks import form_of
from striate.tasks import task_called
from striate.tasks.classification.evaluation import ClassEvaluation
from striate.training import Recipe

WIDE = " -> ".join(
    [f"CONV {filters} 3x3 pad=1 bias=no -> POOL? -> BN -> RELU" for filters in (32, 96, 192)]
    + ["FC classes"]
)
SETTINGS = {
    "by itself": (93.0, "auto", Recipe()),
    "twice as wide, the mean of the weights": (94.0, WIDE, Recipe(epochs=20, ema=0.998)),
}


def _row(name: str, collection: Collection) -> dict[str, float | str]:
    """One training: its time, and how many of the test images it recognises."""
    goal, network, recipe = SETTINGS[name]
    task = replace(task_called("classify"), open=lambda *_, **__: collection)
    with tempfile.TemporaryDirectory() as project:
        started = time.perf_counter()
        run = runs.train("fashion-mnist", form_of(network, {}), task, recipe, project=project)
        seconds = time.perf_counter() - started
    assert run.report is not None
    assert isinstance(run.report.evaluation, ClassEvaluation)
    accuracy = 100 * run.report.evaluation.accuracy
    return {
        "settings": name,
        "goal %": goal,
        "test %": accuracy,
        "reached": "yes" if accuracy >= goal else "NO",
        "epochs": float(run.recipe.epochs or 0),
        "seconds": seconds,
    }


def main() -> Result:
    memory.keep()
    collection = open_images("fashion-mnist")
    rows = [_row(name, collection) for name in SETTINGS]
    return Result(
        question=(__doc__ or "").splitlines()[0],
        conditions={**torch_machine(), "unit": "seconds", "rounds": "1"},
        rows=rows,
        answer="; ".join(
            f"{row['test %']:.2f} % in {row['seconds']:.0f} s ({row['settings']})" for row in rows
        ),
    )
