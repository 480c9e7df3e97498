"""Loading weights into a network: what fits goes in, the rest is said, or is an error."""

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from striate.errors import OptionError, WeightsError
from striate.transfer.freezing import last_layers, matching
from striate.transfer.weights.converting import check_numbers
from striate.transfer.weights.fitting import Fit, best_fit, counted
from striate.transfer.weights.loaded import Loaded, level
from striate.transfer.weights.record import Weights
from striate.transfer.weights.refusals import refuse


def load_weights(
    model: nn.Module,
    weights: Weights,
    *,
    head: Collection[str] = (),
    fresh: Sequence[str] = (),
) -> Loaded:
    """Put weights into a network, under whatever names most of them fit, and say what happened.

    A layer whose keys, or path, are in `head` begins anew, with the values that it has, where the
    file has nothing for it or another shape; so does what a pattern in `fresh` matches (as in
    `freeze`), whatever the file has. All else must fit. Raises WeightsError, with the network as it
    was, and OptionError for a pattern that matches nothing.

    >>> import torch
    >>> from pathlib import Path
    >>> there = {"module.0.weight": torch.ones(3, 2), "module.0.bias": torch.ones(3)}
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> print(load_weights(model, Weights(there, "FILE", Path("FILE"), "")).sentence)
    2 of 2 tensors come from FILE
    """
    here = _tensors(model)
    fit = best_fit(_shapes(here), _shapes(weights.tensors))
    begun = _begun(model, here, fresh)
    anew = begun | _unfit_head(fit, here, head) | _tied(fit, here)
    refuse(fit, weights, frozenset(anew))
    taken = [key for key in fit.fitting if key not in anew]
    values = {key: _value(fit, weights, key) for key in taken}
    notes = check_numbers(values, here, weights)
    model.load_state_dict(values, strict=False)
    return Loaded(
        weights.source,
        tuple(taken),
        missing=tuple(key for key in fit.missing if key not in _tied(fit, here)),
        reshaped=fit.reshaped,
        fresh=tuple(key for key in counted(fit.fitting) if key in anew),
        left=tuple(fit.left.values()),
        map=str(fit.way),
        notes=(*weights.notes, *notes),
    )


def classes_in(model: nn.Module, weights: Weights) -> int | None:
    """How many classes weights tell apart: the outputs of what is the network's last layer there.

    None where the file has none, or is of another network.

    >>> import torch
    >>> from pathlib import Path
    >>> there = {"0.weight": torch.ones(3, 2), "1.weight": torch.ones(1000, 3)}
    >>> model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Linear(3, 2, bias=False))
    >>> classes_in(model, Weights(there, "FILE", Path("FILE"), ""))
    1000
    """
    here = _tensors(model)
    fit = best_fit(_shapes(here), _shapes(weights.tensors))
    try:
        path = last_layers(model, 1)[0]
    except OptionError:
        return None
    key = f"{path}.weight" if f"{path}.weight" in here else path
    others = [other for other in counted(here) if level(other) != path and other != key]
    fitting = frozenset(fit.fitting)
    if key not in fit.names or 2 * sum(other in fitting for other in others) < len(others):
        return None
    shape = fit.shape(key)
    return shape[0] if len(shape) > 1 else None


def _tensors(model: nn.Module) -> dict[str, Tensor]:
    """The parameters and buffers of a network that are kept, themselves."""
    held = model.state_dict(keep_vars=True)
    tensors = {key: value for key, value in held.items() if isinstance(value, Tensor)}
    for key, value in tensors.items():
        if is_lazy(value):
            raise WeightsError(
                f"the size of {key} is not known before the network has seen images",
                help=["run the network on some images first"],
            )
    return tensors


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value.shape) for key, value in tensors.items()}


def _begun(model: nn.Module, here: Mapping[str, Tensor], fresh: Sequence[str]) -> set[str]:
    """The keys that are to begin anew: matched parameters, and the buffers that belong to them."""
    if not fresh:
        return set()
    asked = set(matching(model, fresh))
    parameters = {path for path, _ in model.named_parameters(remove_duplicate=False)}
    partly = {level(path) for path in parameters - asked}
    wholly = {level(path) for path in asked} - partly
    buffers = {key for key in here if key not in parameters and level(key) in wholly}
    return asked | buffers


def _unfit_head(fit: Fit, here: Mapping[str, Tensor], head: Collection[str]) -> set[str]:
    """The keys of those layers of the head of which anything is missing or of another shape."""
    unfit = {*fit.missing, *(key for key, _, _ in fit.reshaped)}
    last = {key for key in here if _is_below(key, head)}
    return {key for key in last if level(key) in {level(other) for other in unfit & last}}


def _is_below(key: str, paths: Collection[str]) -> bool:
    return any(key == path or key.startswith(f"{path}.") for path in paths)


def _tied(fit: Fit, here: Mapping[str, Tensor]) -> set[str]:
    """Missing keys whose tensor is the very one of a key that fits: a file has it once."""
    fitting = {id(here[key]) for key in fit.fitting}
    return {key for key in fit.missing if id(here[key]) in fitting}


def _value(fit: Fit, weights: Weights, key: str) -> Tensor:
    with torch.no_grad():
        return weights.tensors[fit.names[key]].reshape(fit.shape(key))
