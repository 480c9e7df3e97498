"""Prefetching: the batches of the next steps are made ready while the network learns.

A batch is a function of its step alone, so it does not matter who prepares it, or when: with any
number of workers training sees the same batches, and nothing about them has to be saved.
"""

import copy
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import torch

from striate.data.photos.working import workers
from striate.training.batches import Batch, Batches


@dataclass(eq=False)
class Prefetched:
    """Batches of which the next `ahead` are being prepared, up to the last of `steps`."""

    batches: Batches
    steps: int
    ahead: int
    _coming: dict[int, Future[Batch]] = field(default_factory=dict[int, Future[Batch]], init=False)

    def __post_init__(self) -> None:
        if self.ahead:
            workers(torch.get_num_threads())  # these are in use from now on: begin them alone
            self._pool = ThreadPoolExecutor(self.ahead, thread_name_prefix="prefetching")
            self._own = threading.local()

    def at(self, step: int, part: int = 0) -> Batch:
        """What `batches` has for a part of a step."""
        if not self.ahead:
            return self.batches.at(step, part)
        place, last = step * self.batches.parts + part, self.steps * self.batches.parts
        wanted = range(place, max(place + 1, min(place + 1 + self.ahead, last)))
        for number in set(self._coming) - set(wanted):
            self._coming.pop(number).cancel()
        for number in wanted:
            if number not in self._coming:
                self._coming[number] = self._pool.submit(self._prepare, number)
        return self._coming.pop(place).result()

    def _prepare(self, number: int) -> Batch:
        """A part of a batch, by one of the threads: each turns the epochs of its own copy."""
        if not hasattr(self._own, "batches"):
            self._own.batches = copy.copy(self.batches)
        mine: Batches = self._own.batches
        return mine.at(*divmod(number, mine.parts))
