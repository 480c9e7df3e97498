"""The range test: which learning rate a network bears, found in some hundred steps.

The rate grows by the same factor from step to step; the loss falls slowly, then fast, then rises
or is no number any more (Smith, "Cyclical learning rates for training neural networks", 2017). The
rate that is suggested is a tenth of the one at which the smoothed loss is lowest: there it still
falls, and a rate that is somewhat too low costs less than one that is too high (Gugger, "How do you
find a good learning rate", 2018).
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from striate.data.collection import Collection
from striate.errors import OptionError
from striate.training.learner import Learner, surroundings
from striate.training.recipe import Recipe
from striate.training.task import Task

LOWEST, HIGHEST = 1e-5, 10.0
"""The rates between which is searched."""

STEPS = 100
"""How many steps are taken from one to the other."""

KEPT = 0.9
"""How much of the smoothed loss each step keeps."""

DIVERGED = 4.0
"""The test ends where the smoothed loss is so many times its lowest."""


@dataclass(frozen=True)
class Rates:
    """The rates that were tried, the loss at each, as it was and smoothed."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """The rate at which the smoothed loss was lowest."""
        return self.rates[self.smoothed.index(min(self.smoothed))]

    @property
    def suggested(self) -> float:
        """A tenth of the rate with the lowest loss, in two digits.

        >>> Rates((0.01, 0.1, 1.0), (2.0, 1.0, 3.0), (2.0, 1.0, 3.0)).suggested
        0.01
        """
        return float(f"{self.lowest / 10:.2g}")


def find_rates(
    recipe: Recipe, collection: Collection, model: nn.Module, task: Task, *, steps: int = STEPS
) -> Rates:
    """Try rates on a copy of a network, by a recipe that leaves nothing open.

    Raises OptionError for fewer than 10 steps, and where no step gave a loss that is a number.
    """
    require_steps(steps)
    rates = geometric(steps)
    losses: list[float] = []
    with surroundings(recipe):
        learner = _Rising(copy.deepcopy(model), collection, task, recipe, rates=rates)
        for number in range(steps):
            losses.append(float(learner.step(number)[0]))
            if has_diverged(losses):
                break
    finite = [loss for loss in losses if math.isfinite(loss)]
    if not finite:
        raise OptionError(
            f"the loss is not finite at a learning rate of {LOWEST:g} already",
            help=["precision = float32 may help; or the images or the network are unusual"],
        )
    return Rates(rates[: len(finite)], tuple(finite), smooth(finite))


def require_steps(steps: object) -> None:
    """Raise OptionError for what is no number of steps in which a rate can be found."""
    if not isinstance(steps, int) or steps < 10:
        raise OptionError(
            f"a learning rate cannot be found in {steps} steps",
            help=["steps takes a whole number of at least 10"],
        )


def geometric(steps: int) -> tuple[float, ...]:
    """Rates from the lowest to the highest, each the same multiple of the one before it."""
    return tuple(LOWEST * (HIGHEST / LOWEST) ** (step / (steps - 1)) for step in range(steps))


def smooth(losses: Sequence[float]) -> tuple[float, ...]:
    """The mean of each loss and those before it, the near ones counting more.

    >>> [round(loss, 3) for loss in smooth([1.0, 1.0, 2.0])]
    [1.0, 1.0, 1.369]
    """
    total, smoothed = 0.0, []
    for step, loss in enumerate(losses, 1):
        total = KEPT * total + (1 - KEPT) * loss
        smoothed.append(total / (1 - KEPT**step))
    return tuple(smoothed)


def has_diverged(losses: Sequence[float]) -> bool:
    """Whether the last loss is no number, or far above the lowest."""
    if not math.isfinite(losses[-1]):
        return True
    smoothed = smooth(losses)
    return smoothed[-1] > DIVERGED * min(smoothed)


@dataclass(eq=False)
class _Rising(Learner):
    """A learner whose rate is that of a list, whatever its recipe says."""

    rates: tuple[float, ...] = ()

    def rate(self, number: int) -> float:
        return self.rates[number]
