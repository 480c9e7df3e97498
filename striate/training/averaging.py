"""The mean of the weights over the steps: steadier than the weights of any one step.

After step t the mean keeps the share d of what it was and takes the rest from the weights, where
d = min(ema, (1 + t) / (10 + t)). So it reaches back over about a ninth of the steps at first, and
over 1 / (1 - ema) steps in the end: the weights that training began with are soon forgotten
(Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; the rising
share is that of TensorFlow's ExponentialMovingAverage).

Only weights that are trained have a mean. Buffers, such as the statistics of batch norm, are
those of the last step: they are means of their own already.
"""

import contextlib
from collections.abc import Generator

import torch
from torch import Tensor, nn

from striate.training.optimizer import trained


class Mean:
    """The mean of a model's weights, float32, by name; of none of them where `ema` is 0.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> mean = Mean(model, ema=0.9)
    >>> _ = mean.memory["weight"].fill_(1.0), model.weight.data.fill_(0.0)
    >>> mean.follow(1)
    >>> round(mean.memory["weight"].item(), 4)  # it kept 2/11
    0.1818
    """

    def __init__(self, model: nn.Module, ema: float) -> None:
        self.ema = ema
        self.parameters = trained(model) if ema else {}
        self.memory = {
            name: value.detach().to(torch.float32, copy=True)
            for name, value in self.parameters.items()
        }

    @torch.no_grad()
    def follow(self, steps: int) -> None:
        """Take in the weights as they are once `steps` steps are done."""
        share = 1 - kept(steps, self.ema)
        for name, value in self.memory.items():
            value.lerp_(self.parameters[name].detach().float(), share)

    @contextlib.contextmanager
    def shown(self) -> Generator[None]:
        """The model with the mean for its weights; afterwards it has its own again."""
        own = {name: value.detach().clone() for name, value in self.parameters.items()}
        self.take()
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in own.items():
                    self.parameters[name].copy_(value)

    @torch.no_grad()
    def take(self) -> None:
        """Give the model the mean for its weights, for good."""
        for name, value in self.memory.items():
            self.parameters[name].copy_(value)

    def remember(self, memory: dict[str, Tensor]) -> None:
        """Take back a mean, each tensor lying as its parameter lies."""
        for name, value in memory.items():
            self.memory[name].copy_(value)


def kept(steps: int, ema: float) -> float:
    """The share of itself that the mean keeps once `steps` steps are done.

    >>> [round(kept(steps, 0.999), 3) for steps in (1, 80, 10_000)]
    [0.182, 0.9, 0.999]
    """
    return min(ema, (1 + steps) / (10 + steps))
