"""Depth: how many layers lie behind each weight, and the share of the learning rate that leaves it.

What the first layers of a trained network see is of use for other images too, what the last ones
see far less. So the last layer follows the full rate, and each before it a share of the rate of the
layer behind it (Howard and Ruder, "Universal language model fine-tuning", 2018, section 3.2).

A layer is the module that holds the weights, in the order in which the network holds its modules.
One that has a number for each channel and no more, a norm or a scale, counts with the layer before
it. Only layers with something to train count.
"""

from torch import nn


def behind(model: nn.Module) -> dict[str, int]:
    """How many layers with something to train lie behind the layer of each parameter, by name.

    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 1, 3))
    >>> behind(model)["0.bias"], behind(model)["1.weight"], behind(model)["3.weight"]
    (1, 1, 0)
    """
    layers: list[dict[str, nn.Parameter]] = []
    for holder, own in _held(model).items():
        named = {f"{holder}.{name}" if holder else name: value for name, value in own.items()}
        if layers and all(_is_scale(value) for value in own.values()):
            layers[-1] |= named
        else:
            layers.append(named)
    trained = [any(value.requires_grad for value in layer.values()) for layer in layers]
    return {name: sum(trained[k + 1 :]) for k, layer in enumerate(layers) for name in layer}


def shares(model: nn.Module, decay: float) -> dict[str, float]:
    """The share of the learning rate that each parameter follows, by name.

    >>> model = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 3), nn.Linear(3, 2, bias=False))
    >>> shares(model, 0.5)["0.weight"], shares(model, 0.5)["2.weight"]
    (0.25, 1.0)
    """
    return {name: float(decay) ** count for name, count in behind(model).items()}


def _is_scale(value: nn.Parameter) -> bool:
    """Whether there is one number for each channel, or one for all."""
    return value.ndim == 0 or value.numel() == len(value)


def _held(model: nn.Module) -> dict[str, dict[str, nn.Parameter]]:
    """The parameters that each module holds itself, each parameter once, by path and name."""
    held: dict[str, dict[str, nn.Parameter]] = {}
    for path, parameter in model.named_parameters():
        holder, _, name = path.rpartition(".")
        held.setdefault(holder, {})[name] = parameter
    return held
