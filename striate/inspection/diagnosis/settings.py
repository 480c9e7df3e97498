"""The numbers that a layer of torch was made with, and the same layer made with others."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from torch import Tensor, nn
from torch.nn.modules import container

_NO_NUMBERS = frozenset(("self", "args", "kwargs", "device", "dtype"))
_CONTAINERS = (nn.Module, container.Sequential, container.ModuleList, container.ModuleDict)


class Unsuitable(Exception):
    """A layer that cannot be made again with these numbers."""


def kind_of(module: nn.Module) -> type[nn.Module] | None:
    """The layer of torch that a module is, or is made after; None if it is none.

    >>> kind_of(nn.Linear(2, 3)), kind_of(nn.Sequential())
    (<class 'torch.nn.modules.linear.Linear'>, None)
    """
    for kind in type(module).__mro__:
        if kind.__module__.startswith("torch.nn.modules."):
            return None if kind in _CONTAINERS else kind
    return None


def settings(module: nn.Module) -> dict[str, Any]:
    """What a layer of torch was made with, as far as it remembers it.

    >>> settings(nn.Linear(2, 3, bias=False))
    {'in_features': 2, 'out_features': 3, 'bias': False}
    """
    kind = kind_of(module)
    if kind is None:
        return {}
    names = [name for name in _parameters(kind) if name not in _NO_NUMBERS]
    known = {name: getattr(module, name) for name in names if hasattr(module, name)}
    if known.get("kdim") == known.get("embed_dim") == known.get("vdim"):
        known = {name: known[name] for name in known if name not in ("kdim", "vdim")}
    return {
        name: value is not None if name == "bias" and not isinstance(value, bool) else value
        for name, value in known.items()
    }


def _parameters(kind: type[nn.Module]) -> list[str]:
    """The names of what a layer is made with; where it hands them on, those of what it is like."""
    names = list(signature(kind.__init__).parameters)
    if "args" not in names:
        return names
    return [name for name in signature(kind.__mro__[1].__init__).parameters if name != "mode"]


def remake(module: nn.Module, numbers: Mapping[str, Any]) -> None:
    """Give a layer without memory other numbers, and weights of the shapes that they ask for.

    Raises Unsuitable where its weights come from somewhere else, and whatever the layer itself
    refuses.

    >>> layer = nn.Linear(2, 3, device="meta")
    >>> remake(layer, {"in_features": 5})
    >>> layer, tuple(layer.weight.shape)
    (Linear(in_features=5, out_features=3, bias=True), (3, 5))
    """
    kind = kind_of(module)
    if kind is None:
        raise Unsuitable(type(module).__name__)
    fresh = _fresh(kind, settings(module) | dict(numbers), module)
    for name, value in vars(fresh).items():
        if not name.startswith("_") or name == "_reversed_padding_repeated_twice":
            module.__dict__[name] = value
    for held in ("_parameters", "_buffers"):
        _take(vars(fresh)[held], vars(module)[held])
    vars(module)["_modules"].update(vars(fresh)["_modules"])
    module.eval()


def _fresh(kind: type[nn.Module], numbers: dict[str, Any], module: nn.Module) -> nn.Module:
    weight = next(module.parameters(), None)
    where = {"device": "meta", "dtype": None if weight is None else weight.dtype}
    return kind(**numbers, **(where if "device" in _parameters(kind) else {}))


def _take(fresh: Mapping[str, Any], held: dict[str, Any]) -> None:
    """Weights of new shapes, where the layer holds such weights itself."""
    for name, weight in fresh.items():
        before = held.get(name)
        if isinstance(weight, Tensor) and not isinstance(before, Tensor):
            raise Unsuitable(name)
        held[name] = weight
