"""An evaluation: how much of images a network gives back that it did not learn from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from rich.console import RenderableType
from rich.text import Text
from torch import Tensor

from striate.runs.showing import percent
from striate.runs.task import Answers, Evaluation
from striate.tasks.reconstruction.learning import errors

Z = 1.959963984540054
"""How many standard errors a normal number keeps within, 95 times in 100."""


@dataclass(frozen=True)
class ReconstructionEvaluation(Evaluation):
    """The explained share of the variance with its 95 % interval, beside that of one fixed answer.

    `error` is the mean squared error, `variance` that of the judged images around the mean of each
    channel, both of prepared images; `explained` is 1 - error/variance; `baseline` is what always
    answering their mean image would explain. None is what cannot be said: a share of no variance,
    an interval from one image.
    """

    error: float
    variance: float
    explained: float | None
    interval: tuple[float, float] | None
    count: int
    baseline: float | None
    files: tuple[str, ...] = field(repr=False, compare=False, default=())
    errors: tuple[float, ...] = field(repr=False, compare=False, default=())
    """The mean squared error of each image."""

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "error": self.error,
            "variance": self.variance,
            "explained": self.explained,
            "interval": list(self.interval) if self.interval else None,
            "count": self.count,
            "baseline": self.baseline,
        }

    def each(self) -> Iterator[dict[str, Any]]:
        """Each image's file and its error."""
        for file, error in zip(self.files, self.errors, strict=True):
            yield {"file": file, "error": error}

    def __rich__(self) -> RenderableType:
        return Text(
            f"{self.headline}\nmean squared error {self.error:.4f}, where the variance of the "
            f"prepared images is {self.variance:.4f}"
        )

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        low, high = self.interval or (None, None)
        return (
            f"{percent(self.explained)} of the variance of {self.count} images explained (95 % "
            f"interval {percent(low)} to {percent(high)}); always answering their mean image: "
            f"{percent(self.baseline)}"
        )


def judge(answers: Answers, _labels: Tensor) -> ReconstructionEvaluation:
    """How near the images that were given back are to those that went in."""
    x = answers.prepare(answers.images[:])
    mean_image = x.mean(0, keepdim=True)
    error = errors(answers.output, x).double()
    spread = errors(x, mean_image.mean((2, 3), keepdim=True)).double()
    mean_error, variance = float(error.mean()), float(spread.mean())
    varied = bool((x != x[:1, :, :1, :1]).any())
    return ReconstructionEvaluation(
        error=mean_error,
        variance=variance,
        explained=1 - mean_error / variance if varied else None,
        interval=interval(error, spread) if varied and len(error) > 1 else None,
        count=len(error),
        baseline=1 - float(errors(x, mean_image).mean()) / variance if varied else None,
        files=tuple(answers.files),
        errors=tuple(error.tolist()),
    )


def interval(error: Tensor, spread: Tensor) -> tuple[float, float]:
    """Between which values 1 - (sum of errors)/(sum of spreads) truly lies, 95 times in 100.

    Images are what chance draws: each brings its error and its spread, both (image,). The standard
    error is that of a ratio of means (Cochran, "Sampling Techniques", 1977, chapter 6).

    >>> low, high = interval(torch.tensor([0.1, 0.3]).double(), torch.tensor([1.0, 1.0]).double())
    >>> round(low, 3), round(high, 3)
    (0.604, 0.996)
    """
    ratio = error.sum() / spread.sum()
    standard = (error - ratio * spread).square().sum() / (len(error) - 1) / len(error)
    reach = Z * torch.sqrt(standard) / spread.mean()
    return float(1 - ratio - reach), min(1.0, float(1 - ratio + reach))
