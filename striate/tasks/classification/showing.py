"""How an evaluation of a classifier is shown: sentences, and a table of its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from striate.runs.showing import percent

if TYPE_CHECKING:
    from striate.tasks.classification.evaluation import ClassEvaluation

MOST = 30
"""With more classes than that, the table shows those that are recognised worst."""


def shown(evaluation: ClassEvaluation) -> RenderableType:
    """All that is told of an evaluation."""
    sentences = (headline(evaluation), beside(evaluation), sureness(evaluation))
    told = [Text(sentence) for sentence in sentences]
    return Group(*told, Text(), _table(evaluation), *_confusions(evaluation))


def headline(evaluation: ClassEvaluation) -> str:
    """The result in one sentence."""
    low, high = evaluation.interval
    return (
        f"{percent(evaluation.accuracy)} of {evaluation.count} images recognised (95 % interval "
        f"{percent(low)} to {percent(high)}); always saying the most frequent class: "
        f"{percent(evaluation.baseline)}"
    )


def beside(evaluation: ClassEvaluation) -> str:
    """The other measures in one sentence."""
    low, high = evaluation.balanced_interval
    top5 = evaluation.top5
    first = "" if top5 is None else f"; among the first 5 answers: {percent(top5)}"
    return (
        f"every class alike: balanced accuracy {percent(evaluation.balanced_accuracy)} "
        f"({percent(low)} to {percent(high)}), macro F1 {percent(evaluation.macro_f1)}{first}"
    )


def sureness(evaluation: ClassEvaluation) -> str:
    """Whether the network is as sure as it may be: its accuracy's interval holds its confidence."""
    found, (low, high) = evaluation.calibration, evaluation.interval
    verdict = "as it may be" if low <= found.confidence <= high else "too sure"
    if found.confidence < low:
        verdict = "less sure than it may be"
    return (
        f"on average {percent(found.confidence)} sure of what it says, {verdict}; expected "
        f"calibration error {percent(found.error)}"
    )


def _table(evaluation: ClassEvaluation) -> Table:
    """The measures of the classes, or of those that are recognised worst."""
    classes, title = evaluation.classes, None
    if len(classes) > MOST:
        title = f"the {MOST} of {len(classes)} classes that are recognised worst"
        classes = sorted(classes, key=lambda one: (one.f1 or 0) if one.count else 2)[:MOST]
    table = Table(title=title, box=None, pad_edge=False)
    table.add_column("class")
    for name in ("precision", "recall", "f1", "images"):
        table.add_column(name, justify="right")
    for one in classes:
        shares = (percent(share) for share in (one.precision, one.recall, one.f1))
        table.add_row(Text(one.name), *shares, str(one.count))
    return table


def _confusions(evaluation: ClassEvaluation) -> list[Text]:
    """The pairs of classes that are taken for each other most often."""
    if not evaluation.confused:
        return []
    pairs = [f"{pair.true} taken for {pair.said}: {pair.count}" for pair in evaluation.confused]
    return [Text(), Text("most confused: " + "; ".join(pairs))]
