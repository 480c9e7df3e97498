"""The penalty of a regression: the one of a row under which images that were left out fare best.

The images are dealt into folds, each class evenly, and each fold is judged by what was fitted on
the others: all folds at once, from the largest penalty to the smaller ones, each from where the
last one ended, until it only gets worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.chance import FOLD, order
from striate.transfer.probing.regression import NEAR, Fit, Rows, regress

FOLDS = 5
"""Into so many parts the images are dealt, where a class has as many."""

STRENGTHS = tuple(10.0 ** (half / 2) for half in range(4, -9, -1))
"""The penalties that are tried, for each feature: 100, 31.6, ... 0.0001.

Where features are of deviation 1 and weights are drawn at random as such a penalty supposes, the
logits have a deviation from 0.1 to 100, however many features there are.
"""

MIDDLE = 10.0**-1.5
"""The penalty for each feature where nothing can be left out to choose one."""

PATIENCE = 2
"""The row ends where so many penalties in turn were worse than the best."""


@dataclass(frozen=True)
class Candidate:
    """A penalty, and how images fared that were left out: mean log loss, share that was right."""

    penalty: float
    loss: float
    accuracy: float


def deal(labels: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], int]:
    """The fold of each image, and how many folds there are; -1 where an image is the only one.

    No class is wholly in one fold. There are no folds where no class has two images.

    >>> deal(np.array([0, 0, 0, 0, 1, 1, 2]), seed=0)
    (array([ 3,  0,  1,  2,  1,  0, -1]), 4)
    """
    most = int(np.bincount(labels).max(initial=0))
    folds = min(FOLDS, most)
    visited = order(seed, 0, len(labels), draw=FOLD)
    ranked = visited[np.argsort(labels[visited], kind="stable")]
    fold = np.empty(len(labels), np.int64)
    fold[ranked] = np.arange(len(labels)) % max(1, folds)
    single = np.bincount(labels)[labels] < 2
    return np.where(single, -1, fold), folds if folds > 1 else 0


def candidates(
    x: Tensor,
    labels: Tensor,
    begin: Fit,
    penalties: Sequence[float],
    *,
    seed: int,
    intercept: bool = True,
) -> tuple[list[Candidate], int, Fit | None]:
    """What cross-validation saw of the penalties, in how many folds, and the fit of the best one.

    `x` is (view, image, feature): all views teach, the first one is judged. The fits begin where
    `begin` is, a fit of one problem; the penalties fall.
    """
    views = len(x)
    dealt, folds = deal(labels.cpu().numpy(), seed)
    if not folds:
        return [], 0, None
    fold = torch.from_numpy(dealt).to(x.device)
    out = fold[:, None] == torch.arange(folds, device=x.device)
    rows = Rows(x.flatten(0, 1), labels.repeat(views), (~out).repeat(views, 1).to(x) / views)
    fit = Fit(begin.weights.repeat(1, folds, 1), begin.biases.repeat(folds, 1))
    seen: list[Candidate] = []
    best = fit
    for penalty in penalties:
        fit = regress(rows, penalty, fit, intercept=intercept, flat=NEAR)
        seen.append(_judge(fit, x[0], labels, fold, penalty))
        least = min(candidate.loss for candidate in seen)
        best = fit if seen[-1].loss == least else best
        if all(candidate.loss > least for candidate in seen[-PATIENCE:]):
            break
    return seen, folds, best


def _judge(fit: Fit, x: Tensor, labels: Tensor, fold: Tensor, penalty: float) -> Candidate:
    """How each image fares under what was fitted without it."""
    left = (fold >= 0).nonzero()[:, 0]
    logits = fit.logits(x[left])[torch.arange(len(left), device=x.device), fold[left]]
    loss = torch.nn.functional.cross_entropy(logits, labels[left])
    right = (logits.argmax(1) == labels[left]).to(torch.float64).mean()
    return Candidate(penalty, float(loss), float(right))
