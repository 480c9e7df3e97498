"""The pictures of a run folder: curves, confusions, and the images it is most wrong about."""

from pathlib import Path

from torch import Tensor

from striate.data import Split
from striate.drawing import charts
from striate.runs.evaluation import Evaluation
from striate.runs.folder import CONFUSION, CURVES, WORST
from striate.training.results import Row
from striate.training.writing import write_whole

MOST = 24
"""How many images are shown at most."""


def write_pictures(
    folder: Path, evaluation: Evaluation, *, split: Split, logits: Tensor, rows: list[Row]
) -> None:
    """Draw and write all three; `logits` (image, class) answer the images of `split`."""
    classes = tuple(one.name for one in evaluation.classes)
    write_whole(folder / CURVES, charts.curves(rows))
    write_whole(folder / CONFUSION, charts.confusion(evaluation.matrix, classes))
    places, captions = worst(logits, split.labels, classes)
    write_whole(folder / WORST, charts.worst(split.images[places].numpy(), captions))


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
