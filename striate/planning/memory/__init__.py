"""Memory before training: what each layer keeps, the most at once, and the batch that fits."""

from striate.planning.memory.demand import Memory, memory_of
from striate.planning.memory.shares import OPTIMIZERS, workings

__all__ = ["OPTIMIZERS", "Memory", "memory_of", "workings"]
