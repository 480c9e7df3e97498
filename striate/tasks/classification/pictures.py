"""The pictures of a classification: what was taken for what, how surely, the worst mistakes."""

from torch import Tensor

from striate.drawing import charts
from striate.runs.task import Answers
from striate.tasks.classification.evaluation import count_answers, outcomes
from striate.training.calibration import Calibration, calibrate

CONFUSION, RELIABILITY, WORST = "confusion.png", "reliability.png", "worst.png"

MOST = 24
"""How many images are shown at most."""


def draw(answers: Answers, labels: Tensor) -> dict[str, bytes]:
    """The pictures, by the names of their files."""
    matrix, told = count_answers(answers, labels), outcomes(answers, labels)
    places, captions = worst(answers.output, labels, answers.classes)
    return {
        CONFUSION: charts.confusion(matrix, answers.classes),
        RELIABILITY: reliability(calibrate(told.sureness, told.said == told.labels)),
        WORST: charts.worst(answers.images[places].numpy(), captions),
    }


def reliability(found: Calibration) -> bytes:
    """The picture of a calibration."""
    return charts.reliability(
        [one.count for one in found.bins],
        [one.confidence for one in found.bins],
        [one.accuracy for one in found.bins],
        error=found.error,
    )


def worst(
    logits: Tensor, labels: Tensor, classes: tuple[str, ...], *, most: int = MOST
) -> tuple[list[int], list[str]]:
    """The places of the images that are most surely taken for something else, and captions.

    >>> import torch
    >>> logits = torch.tensor([[2.0, 0.0], [0.0, 2.0], [0.0, 4.0]])
    >>> worst(logits, torch.tensor([0, 0, 0]), ("ant", "bee"))
    ([2, 1], ['ant, said bee 0.98', 'ant, said bee 0.88'])
    """
    sureness, said = logits.double().softmax(1).max(1)
    wrong = (said != labels).nonzero().flatten()
    places = wrong[sureness[wrong].argsort(descending=True, stable=True)][:most].tolist()
    captions = [
        f"{classes[int(labels[place])]}, said {classes[int(said[place])]} {sureness[place]:.2f}"
        for place in places
    ]
    return places, captions
