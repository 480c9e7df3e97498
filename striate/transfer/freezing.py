"""Freezing: which parameters stay as they are while the rest is trained, and what holds them still.

A pattern is the path of a layer or of a parameter (`features`, `layer1.0.conv1.weight`), with * and
? and [12] where it stands for several. What lies below a path that it matches is frozen too.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from fnmatch import fnmatchcase

from torch import nn

from striate.errors import OptionError
from striate.transfer.following import attribute, layer_of, still, trace


def freeze(model: nn.Module, patterns: Sequence[str]) -> None:
    """Train no parameter whose path, or a beginning of it, matches one of the patterns.

    Raises OptionError, before anything is frozen, for a pattern that matches no parameter.

    >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Linear(4, 2))
    >>> freeze(model, ["0"])
    >>> [name for name, weight in model.named_parameters() if weight.requires_grad]
    ['2.weight', '2.bias']
    """
    for path in matching(model, patterns):
        model.get_parameter(path).requires_grad_(False)


def freeze_but(model: nn.Module, paths: Collection[str]) -> None:
    """Train only these parameters, and those of these layers. Raises OptionError for no path.

    >>> model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    >>> freeze_but(model, last_layers(model, 1))
    >>> [weight.requires_grad for weight in model.parameters()]
    [False, False, True, True]
    """
    named = dict(model.named_parameters(remove_duplicate=False))
    below = {path: set(_levels(path)) for path in named}
    for path in set(paths).difference(*below.values()):
        raise _unmatched(model, path, list(named))
    kept = {id(weight) for path, weight in named.items() if not below[path].isdisjoint(paths)}
    for weight in named.values():
        weight.requires_grad_(id(weight) in kept)


@contextmanager
def only_trained(model: nn.Module, paths: Collection[str]) -> Generator[None]:
    """Train only these parameters, and those of these layers, for a while.

    >>> model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    >>> freeze(model, ["0.bias"])
    >>> with only_trained(model, ["1"]):
    ...     print(trained_in(model))
    ['1.weight', '1.bias']
    >>> trained_in(model)
    ['0.weight', '1.weight', '1.bias']
    """
    before = trained_in(model)
    freeze_but(model, paths)
    try:
        yield
    finally:
        freeze_but(model, before)


def trained_in(model: nn.Module) -> list[str]:
    """The paths of all parameters that are trained, each once, in the order of the model."""
    return [path for path, weight in model.named_parameters() if weight.requires_grad]


def matching(model: nn.Module, patterns: Sequence[str]) -> list[str]:
    """The paths of all parameters that patterns match, in the order of the model.

    Raises OptionError for a pattern that matches none, with the paths that look like it.
    """
    paths = [path for path, _ in model.named_parameters(remove_duplicate=False)]
    for pattern in patterns:
        if not any(_matches(path, pattern) for path in paths):
            raise _unmatched(model, pattern, paths)
    return [path for path in paths if any(_matches(path, pattern) for pattern in patterns)]


def last_layers(model: nn.Module, count: int) -> tuple[str, ...]:
    """The paths of the last layers with parameters, in the order in which they are computed.

    Raises OptionError where there are not so many.

    >>> last_layers(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU()), 1)
    ('2',)
    """
    layers = _layers(model)
    if not 1 <= count <= len(layers):
        raise OptionError(
            f"the last {count} layers cannot be trained: there are {len(layers)} with parameters",
            help=[f"a number from 1 to {len(layers)}"],
        )
    return tuple(layers[-count:])


def require_trained(model: nn.Module) -> None:
    """Raise OptionError where every parameter is frozen, as nothing could be trained."""
    count = sum(weight.numel() for weight in model.parameters())
    if not any(weight.requires_grad for weight in model.parameters()):
        raise OptionError(
            f"nothing is left to train: all {count:,} parameters are frozen",
            help=["freeze fewer layers", "or train the last ones: --train-last 1"],
        )


def hold_still(model: nn.Module) -> None:
    """Put what is frozen in evaluation mode: norms do not move, and no dropout inside draws.

    Where dropout lies behind the last frozen layer it stays as it is: it is trained with. Call it
    after every `model.train()`.

    >>> model = nn.Sequential(nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2))
    >>> freeze(model, ["0"])
    >>> hold_still(model.train())
    >>> [module.training for module in model]
    [False, True, True]
    """
    if all(weight.requires_grad for weight in model.parameters()):
        return
    inside = still(model)
    for path, module in model.named_modules(remove_duplicate=False):
        weights = list(module.parameters())
        frozen = weights and not any(weight.requires_grad for weight in weights)
        if frozen or path in inside:
            module.training = False


def _layers(model: nn.Module) -> list[str]:
    """The paths of what has parameters of its own, in the order in which it is last computed."""
    graph = trace(model)
    if graph is None:
        paths = [layer_of(model, path) for path, _ in model.named_parameters()]
    else:
        called = (node for node in graph.nodes if node.op in ("call_module", "get_attr"))
        paths = [path for node in called if _learns(model, path := str(node.target))]
    return list(dict.fromkeys(reversed(paths)))[::-1]


def _learns(model: nn.Module, path: str) -> bool:
    """Whether what stands at a path is a parameter, or has some."""
    found = attribute(model, path)
    if isinstance(found, nn.Module):
        return any(True for _ in found.parameters())
    return isinstance(found, nn.Parameter)


def _matches(path: str, pattern: str) -> bool:
    """Whether a pattern matches a path, or a beginning of it that ends at a dot."""
    return any(fnmatchcase(level, pattern) for level in _levels(path))


def _levels(path: str) -> list[str]:
    """A path, and all its beginnings that end at a dot.

    >>> _levels("layer1.0.conv1")
    ['layer1', 'layer1.0', 'layer1.0.conv1']
    """
    names = path.split(".")
    return [".".join(names[:count]) for count in range(1, len(names) + 1)]


def _unmatched(model: nn.Module, pattern: str, paths: Sequence[str]) -> OptionError:
    """The error for a pattern that matches no parameter."""
    modules = [path for path, _ in model.named_modules() if path]
    if any(_matches(path, pattern) for path in modules):
        message = f"what '{pattern}' matches has no parameters"
    else:
        message = f"'{pattern}' matches no parameter of the network"
    levels = {level for path in paths for level in _levels(path)}
    near = get_close_matches(pattern, sorted(levels), n=4, cutoff=0.5)
    first = list(dict.fromkeys(path.split(".")[0] for path in paths))
    shown = ", ".join(near or first[:8])
    return OptionError(message, help=[f"there are, for instance: {shown}"] if shown else [])
