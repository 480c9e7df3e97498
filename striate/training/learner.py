"""A learner: a network, its optimizer and its batches, which together take steps.

Each step is a function of the weights before it and of its number; nothing else is remembered.
"""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from striate.data.collection import Collection
from striate.data.features import Features
from striate.training.averaging import Mean
from striate.training.balancing import weigher
from striate.training.batches import Batch, Batches, Preparation
from striate.training.evaluating import autocast, evaluate, placed
from striate.training.interruption import Interruption
from striate.training.optimizer import Optimizer
from striate.training.prefetching import Prefetched
from striate.training.ranks import here
from striate.training.recipe import Recipe
from striate.training.schedule import rate
from striate.training.spanning import agree, spanning
from striate.training.summing import Summing
from striate.training.task import Task
from striate.transfer.freezing import hold_still


@dataclass(eq=False)
class Learner:
    """A model on its device, ready to take the steps of a recipe that leaves nothing open."""

    model: nn.Module
    collection: Collection
    task: Task
    recipe: Recipe
    asked: Interruption = field(default_factory=Interruption)

    def __post_init__(self) -> None:
        assert self.recipe.epochs is not None
        assert not self.recipe.open
        hold_still(placed(self.model, self.recipe).train())
        self.optimizer = Optimizer(self.model, self.recipe)
        self.mean = Mean(self.model, self.recipe.ema)
        self.prepare = preparation(self.collection, self.recipe)
        self.ranks = here()
        self.summing = Summing(self.optimizer.parameters.values(), self.ranks)
        self.batches = Batches(
            self.collection.splits["train"], self.recipe, self.ranks.rank, self.ranks.ranks
        )
        self.weights = weigher(self.recipe, self.collection.splits["train"].labels)
        self.val = self.collection.splits["val"]
        self.epochs = self.recipe.epochs
        self.steps = self.batches.steps * self.epochs
        self.prefetched = Prefetched(self.batches, self.steps, self.recipe.workers)

    def step(self, number: int) -> tuple[Tensor, int]:
        """Take step `number`, counted from 0: the mean loss of its batch, and how many images."""
        count, total = self.batches.size(number), torch.zeros((), device=self.recipe.device)
        for part in range(self.batches.parts):
            _draw_from(self.batches.noise(number, part), self.recipe.device)
            with spanning(self.model, self.ranks):
                loss = self.losses(self.prefetched.at(number, part)).sum() / count
            loss.backward()
            total += loss.detach()
        total = self.summing(total, self.asked)
        self.optimizer.step(self.rate(number))
        self.mean.follow(number + 1)
        agree(self.model, self.ranks)
        self.optimizer.forget_gradients()
        return total, count

    def losses(self, batch: Batch) -> Tensor:
        """The loss of each image of a batch: (image,)."""
        x = self.prepare(batch.images)
        with autocast(self.recipe):
            output = self.model(x)
        losses = self._losses(x, output, batch.labels)
        if batch.others is None or batch.share is None:
            return losses
        return batch.share * losses + (1 - batch.share) * self._losses(x, output, batch.others)

    def _losses(self, x: Tensor, output: Tensor, labels: Tensor) -> Tensor:
        """The loss of each image if these are the labels."""
        losses = self.task.loss(output.float(), self.task.target(x, labels), self.recipe)
        return losses if self.weights is None else losses * self.weights[labels]

    def rate(self, number: int) -> float:
        """The learning rate of step `number`."""
        return rate(number, self.steps, self.recipe)

    def largest_weight(self) -> float:
        """The largest size of a weight that is trained; not a number if one is not."""
        weights = self.optimizer.parameters.values()
        sizes = [weight.detach().abs().max() for weight in weights]
        return float(torch.stack(sizes).max()) if sizes else 0.0

    def validate(self) -> dict[str, float]:
        """Each measure over the images of `val`, for the weights that are kept."""
        with self.mean.shown():
            return evaluate(self.model, self.val, self.task, self.recipe, self.prepare)


def preparation(collection: Collection, recipe: Recipe) -> Preparation:
    """How the images of a collection are prepared; features are given as they are."""
    if isinstance(collection.splits["train"].images, Features):
        return Preparation.of((), (), recipe)
    return Preparation.of(collection.mean, collection.std, recipe)


@contextlib.contextmanager
def surroundings(recipe: Recipe) -> Generator[None]:
    """Threads and kernels as a recipe wants them; those and the random state as before, after."""
    assert recipe.threads is not None
    threads = torch.get_num_threads()
    devices = [torch.cuda.current_device()] if recipe.device == "cuda" else []
    torch.set_num_threads(recipe.threads)
    try:
        with torch.random.fork_rng(devices), torch.backends.cudnn.flags(deterministic=True):
            yield
    finally:
        torch.set_num_threads(threads)


def _draw_from(number: int, device: str) -> None:
    """Seed what the layers of a network draw from, dropout above all, on their device."""
    if device == "cuda":
        torch.cuda.manual_seed(number)
    elif device == "mps":
        torch.mps.manual_seed(number)
    else:
        torch.default_generator.manual_seed(number)
