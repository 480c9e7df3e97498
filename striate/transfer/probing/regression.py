"""Logistic regression for any number of classes, with a penalty on the squares of the weights.

Its loss is the sum of -log p over the rows, p the softmax of x W + b at the right class, and half
the penalty times the sum of the squares of W. It is convex: L-BFGS finds its one least value
(Nocedal, "Updating quasi-Newton matrices with limited storage", 1980). Several of them, each on
some of the rows, are fitted at once: their sum is one problem with as many more columns.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

STEPS = 500
"""The most steps of one fit."""

FLAT = 1e-6
"""A fit ends where no slope, of the loss for each image, is steeper."""

NEAR = 1e-4
"""The same of a fit that is only to be compared with others."""

SMALL = 1 << 24
"""Where a step has fewer products than these, one thread does it sooner than several."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights (feature, problem, class) and biases (problem, class)."""

    weights: Tensor
    biases: Tensor

    @classmethod
    def zeros(cls, x: Tensor, problems: int, classes: int) -> "Fit":
        """Where every class is as likely as any other."""
        return cls(x.new_zeros(x.shape[1], problems, classes), x.new_zeros(problems, classes))

    def logits(self, x: Tensor) -> Tensor:
        """Rows (row, feature) to (row, problem, class)."""
        return (x @ self.weights.flatten(1)).unflatten(1, self.biases.shape) + self.biases


@dataclass(frozen=True, eq=False)
class Rows:
    """What is learned from: features (row, feature), labels (row,), and how much each row counts.

    `counts` is (row, problem): 0 where a row is not part of a problem.
    """

    x: Tensor
    labels: Tensor
    counts: Tensor


def regress(
    rows: Rows, penalty: float, begin: Fit, *, intercept: bool = True, flat: float = FLAT
) -> Fit:
    """The least loss of every problem, found from where another fit has ended.

    >>> x = torch.tensor([[-1.0], [1.0]], dtype=torch.float64)
    >>> rows = Rows(x, torch.tensor([0, 1]), torch.ones(2, 1, dtype=torch.float64))
    >>> fit = regress(rows, 1.0, Fit.zeros(x, 1, 2))
    >>> fit.logits(x).softmax(-1)[:, 0, 0].round(decimals=3).tolist()
    [0.739, 0.261]
    """
    from scipy.optimize import minimize  # scipy is there: scikit-learn stands on it

    total = float(rows.counts[:, 0].sum())

    def slope(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        loss, gradient = _loss(rows, penalty, _unpacked(numbers, begin), intercept)
        return loss / total, _packed(gradient) / total

    options = {"maxiter": STEPS, "maxfun": 2 * STEPS, "gtol": flat, "ftol": 0.0}
    with _threads_for(len(rows.x) * begin.weights.numel()):
        found = minimize(slope, _packed(begin), jac=True, method="L-BFGS-B", options=options)
    return _unpacked(found.x, begin)


@contextmanager
def _threads_for(products: int) -> Generator[None]:
    """One thread for steps of few products: those that wait would only stand in the way."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if products < SMALL else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _loss(rows: Rows, penalty: float, fit: Fit, intercept: bool) -> tuple[float, Fit]:
    """The loss, and its gradient in the form of a fit."""
    logs = fit.logits(rows.x).log_softmax(-1)
    right = rows.labels[:, None, None].expand(-1, logs.shape[1], 1)
    missed = -logs.gather(-1, right)[..., 0]
    loss = (missed * rows.counts).sum() + penalty / 2 * fit.weights.square().sum()
    excess = logs.exp().scatter_add(-1, right, -torch.ones_like(missed)[..., None])
    excess *= rows.counts[..., None]
    weights = (rows.x.T @ excess.flatten(1)).unflatten(1, fit.biases.shape)
    weights += penalty * fit.weights
    biases = excess.sum(0) if intercept else torch.zeros_like(fit.biases)
    return float(loss), Fit(weights, biases)


def _packed(fit: Fit) -> NDArray[np.float64]:
    both = torch.cat([fit.weights.flatten(), fit.biases.flatten()])
    return both.to("cpu", torch.float64).numpy()


def _unpacked(numbers: NDArray[np.float64], like: Fit) -> Fit:
    both = torch.from_numpy(numbers).to(like.weights)
    weights, biases = both.split([like.weights.numel(), like.biases.numel()])
    return Fit(weights.view_as(like.weights), biases.view_as(like.biases))
