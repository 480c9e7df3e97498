"""Room: how much memory a step takes, how much there is, and the batch that fits into it.

What a network keeps for its way back is counted for a few images; the rest is arithmetic. A
network's weights, their gradients and what the optimizer remembers come on top.
"""

from dataclasses import dataclass, replace

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
