"""The picture of a reconstruction: what went in and what came out, side by side."""

import numpy as np
from torch import Tensor

from striate.drawing import charts
from striate.runs.task import Answers
from striate.tasks.reconstruction.learning import errors

RECONSTRUCTION = "reconstruction.png"

MOST = 12
"""How many images are shown at most."""


def draw(answers: Answers, _labels: Tensor) -> dict[str, bytes]:
    """The picture, by the name of its file: from the image that is given back best to the worst."""
    error = errors(answers.output, answers.prepare(answers.images[:]))
    places = spaced(error)
    captions = [f"output, error {error[place]:.3f}" for place in places]
    outputs = answers.prepare.undone(answers.output[places])
    picture = charts.pairs(answers.images[places].numpy(), outputs.numpy(), captions)
    return {RECONSTRUCTION: picture}


def spaced(error: Tensor, *, most: int = MOST) -> list[int]:
    """The places of the least error, of the largest, and of some at even steps of rank between.

    >>> import torch
    >>> spaced(torch.tensor([0.5, 0.1, 0.4, 0.2, 0.3]), most=3)
    [1, 4, 0]
    """
    ranks = np.linspace(0, len(error) - 1, min(most, len(error))).round().astype(int)
    return error.argsort(stable=True)[ranks].tolist()
