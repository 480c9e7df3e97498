"""Timing: in which precision and layout the steps of a network are fastest, here and now.

A few real steps of copies of the network, in turns, so that what else the machine does falls on
all of them. bfloat16 is taken only if it is clearly ahead, since it keeps eight bits of a number.
"""

import copy
import math
import time

from torch import nn

from striate.data.collection import Collection
from striate.training.learner import Learner
from striate.training.recipe import Recipe
from striate.training.task import Task

CLEARLY = 0.85
"""The share of the time of float32 that bfloat16 may take to be chosen."""

ROUNDS, SECONDS = 6, 2.0
"""Timing ends after so many rounds, or so many seconds."""

Way = tuple[str, str]
"""(precision, layout)."""

Times = dict[Way, float]
"""Seconds of the fastest step of each way."""


def time_steps(
    recipes: dict[Way, Recipe], collection: Collection, model: nn.Module, task: Task
) -> Times:
    """Time a few steps of each way, after a first that only warms up; the model stays as it is."""
    learners = {
        way: Learner(copy.deepcopy(model), collection, task, recipe)
        for way, recipe in recipes.items()
    }
    times: Times = dict.fromkeys(recipes, math.inf)
    begun = time.perf_counter()
    for turn in range(ROUNDS):
        for way, learner in learners.items():
            seconds = seconds_of_a_step(learner, turn % learner.batches.steps)
            if turn:
                times[way] = min(times[way], seconds)
        if turn and time.perf_counter() - begun > SECONDS:
            break
    return times


def seconds_of_a_step(learner: Learner, number: int) -> float:
    """How long one step takes, all of its work done; infinite where there is no kernel for it."""
    started = time.perf_counter()
    try:
        loss, _ = learner.step(number)
        loss.item()  # waits for a device that works on its own
    except RuntimeError:
        return math.inf
    return time.perf_counter() - started


def fastest(times: Times) -> Way:
    """The way to take: bfloat16 only if it is clearly ahead.

    >>> fastest({("float32", "contiguous"): 1.0, ("bfloat16", "contiguous"): 0.9})
    ('float32', 'contiguous')
    """
    return min(times, key=lambda way: times[way] / (CLEARLY if way[0] == "bfloat16" else 1))
