"""An evaluation: how well a network recognises images that it did not learn from."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from torch import Tensor
from torch.nn.functional import cross_entropy

from striate.runs.showing import percent
from striate.runs.task import Answers, Evaluation
from striate.training import measures
from striate.training.measures import ClassMeasures, Confusion, Matrix

MOST = 30
"""With more classes than that, the table shows those that are recognised worst."""


@dataclass(frozen=True, eq=False)
class ClassEvaluation(Evaluation):
    """Accuracy with its 95 % interval, beside what always saying one class would reach.

    `loss` is the mean cross-entropy; `matrix` counts (true class, said class).
    """

    accuracy: float
    interval: tuple[float, float]
    count: int
    loss: float
    baseline: float
    classes: tuple[ClassMeasures, ...]
    confused: tuple[Confusion, ...] = field(repr=False)
    matrix: Matrix = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "count": self.count,
            "loss": self.loss,
            "baseline": self.baseline,
            "classes": [asdict(one) for one in self.classes],
        }

    def __rich__(self) -> RenderableType:
        return Group(Text(self.headline), Text(), self._table(), *self._confusions())

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        low, high = self.interval
        return (
            f"{percent(self.accuracy)} of {self.count} images recognised (95 % interval "
            f"{percent(low)} to {percent(high)}); always saying the most frequent class: "
            f"{percent(self.baseline)}"
        )

    def _table(self) -> Table:
        shown = self.classes
        title = None
        if len(shown) > MOST:
            shown = sorted(shown, key=lambda one: one.f1 if one.f1 is not None else 2)[:MOST]
            title = f"the {MOST} of {len(self.classes)} classes that are recognised worst"
        table = Table(title=title, box=None, pad_edge=False)
        table.add_column("class")
        for name in ("precision", "recall", "f1", "images"):
            table.add_column(name, justify="right")
        for one in shown:
            shares = (percent(share) for share in (one.precision, one.recall, one.f1))
            table.add_row(Text(one.name), *shares, str(one.count))
        return table

    def _confusions(self) -> list[Text]:
        if not self.confused:
            return []
        pairs = [f"{pair.true} taken for {pair.said}: {pair.count}" for pair in self.confused]
        return [Text(), Text("most confused: " + "; ".join(pairs))]


def judge(answers: Answers, labels: Tensor) -> ClassEvaluation:
    """How good the logits (image, class) are for images of the classes `labels`."""
    classes, matrix = answers.classes, count_answers(answers, labels)
    right, count = int(matrix.trace()), int(matrix.sum())
    return ClassEvaluation(
        accuracy=measures.accuracy(matrix),
        interval=measures.interval(right, count),
        count=count,
        loss=float(cross_entropy(answers.output, labels, reduction="sum")) / count,
        baseline=measures.baseline(matrix),
        classes=measures.by_class(matrix, classes),
        confused=measures.most_confused(matrix, classes),
        matrix=matrix,
    )


def count_answers(answers: Answers, labels: Tensor) -> Matrix:
    """How often each class was said for each: (true class, said class)."""
    said = answers.output.argmax(1)
    return measures.count_pairs(labels.numpy(), said.numpy(), len(answers.classes))
