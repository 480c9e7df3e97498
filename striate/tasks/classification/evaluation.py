"""An evaluation: how well a network recognises images that it did not learn from."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType
from torch import Tensor
from torch.nn.functional import cross_entropy

from striate.errors import OptionError
from striate.runs.task import Answers, Evaluation
from striate.tasks.classification import showing
from striate.training import measures
from striate.training.calibration import Calibration, calibrate
from striate.training.measures import ClassMeasures, Confusion, Matrix

FIRST = 5
"""How many answers count in `top5`, which is told where there are more than twice as many."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What was said of each image: its file, its class, the class that was said and how surely.

    `ranks` is how many classes came before the right one; all are (image,).
    """

    files: tuple[str, ...]
    labels: NDArray[np.int64]
    said: NDArray[np.int64]
    sureness: NDArray[np.float64]
    ranks: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ClassEvaluation(Evaluation):
    """Accuracy with its 95 % interval, beside what always saying one class would reach.

    `loss` is the mean cross-entropy; `balanced_accuracy` the mean share that is recognised of each
    class that occurs, with its own interval; `macro_f1` the mean F1; `top5` the share whose class
    is among the first five answers, told from 11 classes on; `matrix` counts (true class, said
    class).
    """

    accuracy: float
    interval: tuple[float, float]
    count: int
    loss: float
    baseline: float
    classes: tuple[ClassMeasures, ...]
    balanced_accuracy: float
    balanced_interval: tuple[float, float]
    macro_f1: float
    top5: float | None
    calibration: Calibration = field(repr=False)
    confused: tuple[Confusion, ...] = field(repr=False)
    matrix: Matrix = field(repr=False)
    outcomes: Outcomes = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "count": self.count,
            "loss": self.loss,
            "baseline": self.baseline,
            "classes": [asdict(one) for one in self.classes],
            "balanced_accuracy": self.balanced_accuracy,
            "balanced_interval": list(self.balanced_interval),
            "macro_f1": self.macro_f1,
            "top5": self.top5,
            "calibration": self.calibration.as_dict(),
            "confused": [asdict(pair) for pair in self.confused],
        }

    def top(self, k: int) -> float:
        """The share of the images whose class is among the first `k` answers.

        Raises OptionError unless there are so many classes.
        """
        if k not in range(1, len(self.classes) + 1):
            raise OptionError(
                f"the first {k} answers of {len(self.classes)} classes cannot be",
                help=[f"give a number from 1 to {len(self.classes)}"],
            )
        return int((self.outcomes.ranks < k).sum()) / self.count

    def each(self) -> Iterator[dict[str, Any]]:
        """What was said of each image: its file, its label, what was said, how probable it was."""
        names, told = [one.name for one in self.classes], self.outcomes
        for file, label, said, sureness in zip(
            told.files, told.labels, told.said, told.sureness, strict=True
        ):
            row = {"file": file, "label": names[label], "said": names[said]}
            yield row | {"probability": float(sureness)}

    def __rich__(self) -> RenderableType:
        return showing.shown(self)

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        return showing.headline(self)


def judge(answers: Answers, labels: Tensor) -> ClassEvaluation:
    """How good the logits (image, class) are for images of the classes `labels`."""
    classes, matrix, told = (
        answers.classes,
        count_answers(answers, labels),
        outcomes(answers, labels),
    )
    right, count = int(matrix.trace()), int(matrix.sum())
    by_class = measures.by_class(matrix, classes)
    many = len(classes) > 2 * FIRST
    return ClassEvaluation(
        accuracy=measures.accuracy(matrix),
        interval=measures.interval(right, count),
        count=count,
        loss=float(cross_entropy(answers.output, labels, reduction="sum")) / count,
        baseline=measures.baseline(matrix),
        classes=by_class,
        balanced_accuracy=measures.balanced_accuracy(matrix),
        balanced_interval=measures.balanced_interval(matrix),
        macro_f1=measures.macro_f1(by_class),
        top5=int((told.ranks < FIRST).sum()) / count if many else None,
        calibration=calibrate(told.sureness, told.said == told.labels),
        confused=measures.most_confused(matrix, classes),
        matrix=matrix,
        outcomes=told,
    )


def outcomes(answers: Answers, labels: Tensor) -> Outcomes:
    """What the logits (image, class) say of each image."""
    sureness = answers.output.double().softmax(1).amax(1)
    return Outcomes(
        tuple(answers.files),
        labels.numpy(),
        answers.output.argmax(1).numpy(),
        sureness.numpy(),
        measures.ranks(answers.output.numpy(), labels.numpy()),
    )


def count_answers(answers: Answers, labels: Tensor) -> Matrix:
    """How often each class was said for each: (true class, said class)."""
    said = answers.output.argmax(1)
    return measures.count_pairs(labels.numpy(), said.numpy(), len(answers.classes))
