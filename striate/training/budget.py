"""A budget of time: how many epochs fit into it, decided before the first step.

A few real steps and a part of the validation are timed; what remains is arithmetic. A tenth of the
time is left for what nobody foresees. The schedule of the learning rate runs over the epochs that
fit, so training is complete when it ends, and does not depend on any clock once it has begun.
"""

import copy
import math
import time
from dataclasses import dataclass, replace

from torch import nn

from striate.data.collection import Collection, Split
from striate.errors import OptionError
from striate.training.evaluating import evaluate
from striate.training.learner import Learner
from striate.training.recipe import Recipe
from striate.training.task import Task

MOST = 300
"""More epochs than that are never planned, whatever the time: they would hardly help."""

SHARE = 0.9
"""The share of the time that is planned for."""

CLOSING = 3.0
"""Seconds for the pictures and the report at the end."""

STEPS, SECONDS = 12, 2.0
"""Timing ends after so many steps, or so many seconds."""


@dataclass(frozen=True)
class Pace:
    """How many seconds things take: an epoch with its validation, and all that follows the last.

    >>> Pace(epoch=2.0, closing=3.0).epochs(60), Pace(epoch=2.0, closing=3.0).epochs(4)
    (25, 0)
    """

    epoch: float
    closing: float

    def epochs(self, seconds: float) -> int:
        """How many epochs fit into `seconds`."""
        return max(0, min(MOST, int((SHARE * seconds - self.closing) / self.epoch)))

    @property
    def shortest(self) -> float:
        """The seconds into which one epoch fits."""
        return (self.epoch + self.closing) / SHARE


@dataclass(frozen=True, eq=False)
class Budget:
    """What is to be trained in a time that began to run at `begun`, by `time.perf_counter`."""

    collection: Collection
    model: nn.Module
    task: Task
    begun: float

    def fitted(self, recipe: Recipe, most: int | None) -> Recipe:
        """A recipe that leaves nothing open with the epochs that fit into its time, up to `most`.

        Raises OptionError where not even one fits.
        """
        learner = Learner(copy.deepcopy(self.model), self.collection, self.task, recipe)
        pace = measure_pace(learner, self.collection)
        spent = time.perf_counter() - self.begun
        return fit_epochs(replace(recipe, epochs=most), pace, spent)


def fit_epochs(recipe: Recipe, pace: Pace, spent: float) -> Recipe:
    """The recipe with the epochs that fit into its time, of which `spent` seconds are gone.

    Epochs that were asked for are the most. Raises OptionError where not even one fits.
    """
    fitting = pace.epochs(recipe.time - spent)
    if not fitting:
        shortest = math.ceil(pace.shortest + spent)
        raise OptionError(
            f"an epoch takes about {told(pace.epoch)} here, and training may take "
            f"{told(recipe.time)} in all",
            help=[
                f"the shortest is time = {shortest} (--time {shortest}s)",
                "a smaller network, or a smaller size of the images, is faster",
            ],
        )
    return replace(recipe, epochs=min(fitting, recipe.epochs or fitting))


def measure_pace(learner: Learner, collection: Collection) -> Pace:
    """Time a few steps and a part of `val`; the learner's weights move."""
    step = _seconds_of_a_step(learner)
    val, judging = collection.splits["val"], collection.splits.get("test", collection.splits["val"])
    image = _seconds_of_an_answer(learner, val)
    return Pace(
        epoch=step * learner.batches.steps + image * len(val),
        closing=image * len(judging) + CLOSING,
    )


def told(seconds: float) -> str:
    """A time as people say it.

    >>> told(0.25), told(90), told(120), told(7200), told(100)
    ('0.25 s', '90 s', '2 min', '2 h', '100 s')
    """
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit or seconds == unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


def _seconds_of_a_step(learner: Learner) -> float:
    """The mean over some steps, after two that only warm up."""
    taken: list[float] = []
    begun = time.perf_counter()
    for number in range(min(STEPS, learner.steps)):
        started = time.perf_counter()
        loss, _ = learner.step(number)
        loss.item()  # waits for a device that works on its own
        taken.append(time.perf_counter() - started)
        if number > 2 and time.perf_counter() - begun > SECONDS:
            break
    settled = taken[2:] or taken[-1:]
    return sum(settled) / len(settled)


def _seconds_of_an_answer(learner: Learner, val: Split) -> float:
    """The time for one image, from a part of `val` that is answered twice: the second counts."""
    part = val.select(range(min(len(val), 4 * len(learner.batches.at(0)))))
    seconds = 0.0
    for _ in range(2):
        started = time.perf_counter()
        evaluate(learner.model, part, learner.task, learner.recipe, learner.prepare)
        seconds = time.perf_counter() - started
    return seconds / max(1, len(part))
