"""The optimizer: how the weights follow the gradient.

The arithmetic is torch's own (`torch.optim.sgd.sgd` and its like); what it remembers is kept here,
one tensor for each name, so that a checkpoint can hold it and give it back. Nothing is remembered
of what is frozen.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from striate.training.depth import shares
from striate.training.recipe import Recipe

RATES = {"sgd": 0.2, "adam": 0.003, "adamw": 0.003}
"""The highest learning rate, for batches of 128 images, where none is asked for."""

DECAYS = {"sgd": 5e-4, "adam": 0.0, "adamw": 0.05}
"""The weight decay where none is asked for."""

_MEAN, _SQUARE, _STEPS = "exp_avg", "exp_avg_sq", "step"


class Optimizer:
    """Moves the weights of a model that are to be trained, as a recipe says.

    `memory` holds momentum, means and counts by `name/field`.

    >>> model = nn.Linear(2, 1)
    >>> optimizer = Optimizer(model, Recipe(optimizer="sgd", weight_decay=0.0))
    >>> sorted(optimizer.memory)
    ['bias/momentum', 'weight/momentum']
    """

    def __init__(self, model: nn.Module, recipe: Recipe) -> None:
        assert recipe.weight_decay is not None
        assert recipe.optimizer != "auto"
        self.recipe = recipe
        self.parameters = trained(model)
        self.groups = groups(self.parameters, shares(model, recipe.layer_decay), recipe)
        fields = ("momentum",) if recipe.optimizer == "sgd" else (_MEAN, _SQUARE)
        self.memory = {
            f"{name}/{field}": torch.zeros_like(value).detach()
            for name, value in self.parameters.items()
            for field in fields
        }
        if recipe.optimizer != "sgd":
            for name, value in self.parameters.items():
                self.memory[f"{name}/{_STEPS}"] = torch.zeros((), device=value.device)

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Follow the gradients that are there, at this learning rate.

        All of them together are one vector; `clip` bounds its length (Pascanu, Mikolov and Bengio,
        "On the difficulty of training recurrent neural networks", 2013).
        """
        if self.recipe.clip:
            clip_grad_norm_(self.parameters.values(), self.recipe.clip)
        for (share, decay), group in self.groups.items():
            names = [name for name in group if self.parameters[name].grad is not None]
            if names and self.recipe.optimizer == "sgd":
                self._follow(names, share * rate, decay)
            elif names:
                self._follow_mean(names, share * rate, decay)

    def forget_gradients(self) -> None:
        """Free all gradients."""
        for parameter in self.parameters.values():
            parameter.grad = None

    def remember(self, memory: dict[str, Tensor]) -> None:
        """Take back a memory, each tensor lying as its parameter lies."""
        for key, value in memory.items():
            self.memory[key].copy_(value)

    def _follow(self, names: list[str], rate: float, decay: float) -> None:
        sgd(
            *self._parameters(names),
            [*self._remembered(names, "momentum")],
            fused=True,
            lr=rate,
            weight_decay=decay,
            momentum=self.recipe.momentum,
            nesterov=self.recipe.nesterov,
            dampening=0.0,
            maximize=False,
        )

    def _follow_mean(self, names: list[str], rate: float, decay: float) -> None:
        follow = adam if self.recipe.optimizer == "adam" else adamw
        follow(
            *self._parameters(names),
            self._remembered(names, _MEAN),
            self._remembered(names, _SQUARE),
            [],
            self._remembered(names, _STEPS),
            fused=True,
            lr=rate,
            weight_decay=decay,
            beta1=self.recipe.momentum,
            beta2=0.999,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    def _parameters(self, names: list[str]) -> tuple[list[Tensor], list[Tensor]]:
        parameters = [self.parameters[name] for name in names]
        return parameters, [value.grad for value in parameters if value.grad is not None]

    def _remembered(self, names: list[str], field: str) -> list[Tensor]:
        return [self.memory[f"{name}/{field}"] for name in names]


def trained(model: nn.Module) -> dict[str, Tensor]:
    """The parameters that are to be trained, by name, each once; one without numbers is none."""
    named = model.named_parameters()
    return {name: value for name, value in named if value.requires_grad and value.numel()}


def groups(
    parameters: Mapping[str, Tensor], shares: Mapping[str, float], recipe: Recipe
) -> dict[tuple[float, float], list[str]]:
    """(share of the learning rate, weight decay) -> the names of the parameters that have both."""
    found: dict[tuple[float, float], list[str]] = {}
    for name, value in parameters.items():
        decay = 0.0 if _is_exempt(name, value) else recipe.weight_decay or 0.0
        found.setdefault((shares[name], decay), []).append(name)
    return found


def _is_exempt(name: str, parameter: Tensor) -> bool:
    """Whether a parameter does not decay: biases and norms, which have one axis at most."""
    return parameter.ndim <= 1 or name.rpartition(".")[2] == "bias"
