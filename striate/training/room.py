"""Room: how much memory a step takes, how much there is, and the batch that fits into it.

What a network keeps for its way back is counted for a few images; the rest is arithmetic. A
network's weights, their gradients and what the optimizer remembers come on top.
"""

import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from striate.data.collection import Collection
from striate.training.batches import Batch
from striate.training.learner import Learner
from striate.training.recipe import Recipe
from striate.training.task import Task

USED = 0.8
"""The share of the free memory that a step may take."""

BESIDES = 2.0
"""What a step takes for an image, as a multiple of what is kept: gradients and work in progress."""

FEW = 4
"""So many images, or one less, are counted, and half as many."""


@dataclass(frozen=True)
class Need:
    """What a step takes, in bytes: whatever the batch, and for each image that is in it.

    >>> Need(fixed=1_000, image=100).bytes(128)
    13800
    >>> [Need(fixed=1_000, image=100).batch(128, room=room) for room in (50_000, 10_000, 10)]
    [128, 64, 1]
    """

    fixed: float
    image: float

    def bytes(self, batch: int) -> int:
        """What a step of so many images takes at once."""
        return int(self.fixed + self.image * batch)

    def batch(self, batch: int, *, room: float) -> int:
        """The batch, halved until it fits."""
        while batch > 1 and self.bytes(batch) > USED * room:
            batch //= 2
        return batch


def need(recipe: Recipe, collection: Collection, model: nn.Module, task: Task) -> Need:
    """Count what a step takes; `model` is left with gradients and other statistics."""
    learner = Learner(model, collection, task, replace(recipe, batch=FEW, accumulate=1))
    batch = learner.batches.at(0)
    images, half = len(batch), -(-len(batch) // 2)
    many, few = (_kept(learner, _first(batch, count)) for count in (images, half))
    image = (many - few) / (images - half) if images > half else many
    weights = sum(value.numel() for value in model.parameters())
    own = [*learner.optimizer.memory.values(), *learner.mean.memory.values()]
    fixed = 8 * weights + sum(value.numel() * value.element_size() for value in own)
    return Need(fixed=fixed, image=BESIDES * image)


def free(device: str) -> int | None:
    """The bytes of memory that are free for a device; None where nobody tells."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    if device == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    told = [*_told_by_linux(), *_told_by_windows()] or [*_told_by_posix()]
    return min(told, default=None)


def gigabytes(count: float) -> str:
    """A number of bytes as people say it.

    >>> gigabytes(2.5e9), gigabytes(3e6)
    ('2.5 GB', '3 MB')
    """
    return f"{count / 1e9:.3g} GB" if count >= 1e9 else f"{count / 1e6:.3g} MB"


def _kept(learner: Learner, batch: Batch) -> int:
    """The bytes that are kept from the way there for the way back."""
    storages: dict[int, int] = {}

    def keep(value: Tensor) -> Tensor:
        storage = value.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return value

    with saved_tensors_hooks(keep, lambda value: value):
        losses = learner.losses(batch)
    losses.sum().backward()
    return sum(storages.values())


def _first(batch: Batch, count: int) -> Batch:
    """The first images of a batch."""
    others = None if batch.others is None else batch.others[:count]
    share = None if batch.share is None else batch.share[:count]
    return Batch(batch.images[:count], batch.labels[:count], others, share)


def _told_by_linux() -> Iterator[int]:
    """What is available on the machine, and what its container leaves."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        yield from (int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
        group = Path("/sys/fs/cgroup")
        most, now = ((group / name).read_text("utf-8") for name in ("memory.max", "memory.current"))
        facts = (group / "memory.stat").read_text(encoding="utf-8").split()
        if most.strip().isdecimal():  # files that were read stay only as long as there is room
            yield int(most) - int(now) + int(facts[facts.index("inactive_file") + 1])
    except OSError:  # not Linux, or not in a container
        return


def _told_by_windows() -> Iterator[int]:
    """What the system says is available."""
    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return
    status = (ctypes.c_uint64 * 8)()
    status[0] = ctypes.sizeof(status)  # two numbers of 32 bits: the length, and the load
    if windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        yield status[2]


def _told_by_posix() -> Iterator[int]:
    """Half of what the machine has, where it does not say what is available."""
    names: dict[str, int] = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" in names and "SC_PAGE_SIZE" in names:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
