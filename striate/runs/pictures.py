"""The pictures of a run folder: its curves, and what the task shows of the answers."""

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from striate.drawing import charts
from striate.runs.folder import CURVES
from striate.runs.task import Answers, WholeTask
from striate.training.results import Row
from striate.training.writing import write_whole


def write_pictures(
    folder: Path, task: WholeTask, answers: Answers, labels: Tensor, *, rows: Sequence[Row]
) -> tuple[str, ...]:
    """Draw and write all pictures; the names of their files."""
    curves = {CURVES: charts.curves(rows, measure=task.best)} if rows else {}
    pictures = {**curves, **task.draw(answers, labels)}
    for name, picture in pictures.items():
        write_whole(folder / name, picture)
    return tuple(pictures)
