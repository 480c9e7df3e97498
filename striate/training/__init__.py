"""Training: from a network and images to weights, exactly, and so that it can always go on."""

from striate.training.choosing import choose
from striate.training.interruption import RunInterrupted
from striate.training.loop import fit
from striate.training.manner import Manner
from striate.training.recipe import Recipe
from striate.training.task import Task

__all__ = ["Manner", "Recipe", "RunInterrupted", "Task", "choose", "fit"]
