"""Other numbers for one call: those of the layer that makes it, or those written in the call."""

from collections.abc import Iterator, Sequence
from inspect import signature
from math import prod
from typing import Any

from torch import Tensor
from torch.nn import functional

from striate.arithmetic.window import show
from striate.inspection.diagnosis.edits import Edit, Recalled, Remade, naming
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal
from striate.inspection.diagnosis.settings import settings
from striate.inspection.meanings import MEANINGS
from striate.inspection.refusals import named_arguments

ENTERING = ("in_features", "in_channels", "num_features", "num_channels", "num_parameters")
ENTERING_LAST = ("input_size", "embed_dim", "normalized_shape")
LEAVING = ("out_features", "out_channels", "embedding_dim", "hidden_size")


def own(done: Performed, **numbers: Any) -> Edit | None:
    """A call with other numbers; None where it takes no such numbers."""
    shown = ", ".join(f"{name}={value!r}" for name, value in numbers.items())
    says, kind = f"{shown} in {done.called}", f"{', '.join(numbers)} in {done.called}"
    if done.owner is not None and numbers.keys() <= settings(done.owner).keys():
        return Remade(says, kind, done.path, numbers)
    names = parameters(done.name)
    if not numbers.keys() <= {*names} or _varying(done):
        return None
    return Recalled(says, kind, done.site, naming(names, numbers))


def parameters(name: str) -> tuple[str, ...]:
    """The names of what a function of torch is given, in order.

    >>> parameters("max_pool2d")[:4]
    ('input', 'kernel_size', 'stride', 'padding')
    """
    function = MEANINGS.get(name) or getattr(functional, name, None)
    try:
        names = tuple(signature(function).parameters) if function else ()
    except (TypeError, ValueError):  # written in C
        return ()
    return tuple(name for name in names if name != "call")


def _varying(done: Performed) -> bool:
    """Whether its numbers are those of a layer, which somebody's code calls in its own way."""
    return done.owner is not None and done.name.startswith(("conv", "linear"))


def reweighted(done: Performed, shape: Sequence[int]) -> Edit:
    """A call with a weight of another shape."""

    def change(func: Any, given: Any) -> Any:
        args, kwargs = given
        weight = kwargs.get("weight", args[1] if len(args) > 1 else None)
        names = parameters(done.name)
        return naming(names, {"weight": weight.new_empty(tuple(shape))})(func, given)

    says = f"a weight of {show(shape)} in {done.called}"
    return Recalled(says, f"weight in {done.called}", done.site, change)


def given_by_name(done: Performed) -> dict[str, Any]:
    """What a call was given, by name."""
    return named_arguments(done.name, done.args, done.kwargs)


def agreeing(failure: Rehearsal) -> Iterator[Edit]:
    """The call that failed, with numbers that agree with the channels or features that arrive."""
    done = failure.failed
    if done is None or not done.given:
        return
    arriving = done.given[0]
    if done.name == "linear":
        yield from _features(done, arriving.shape[-1])
    elif done.name.startswith("conv"):
        yield from _channels(done, arriving)
    elif done.name in ("view", "reshape"):
        yield from _reshaped(done, arriving)
    else:
        yield from _named(done, arriving)


def _features(done: Performed, features: int) -> Iterator[Edit]:
    if edit := own(done, in_features=features):
        yield edit
    else:
        weight = given_by_name(done)["weight"]
        yield reweighted(done, (weight.shape[0], features))


def _channels(done: Performed, arriving: Tensor) -> Iterator[Edit]:
    given = given_by_name(done)
    weight, groups = given["weight"], given["groups"]
    channels = arriving.shape[-(weight.ndim - 1)] if arriving.ndim >= weight.ndim - 1 else 0
    if not channels or expected_channels(done) == channels:
        return
    if edit := own(done, in_channels=channels):
        yield edit
    elif "transpose" in done.name:
        yield reweighted(done, (channels, *weight.shape[1:]))
    elif channels % groups == 0:
        yield reweighted(done, (weight.shape[0], channels // groups, *weight.shape[2:]))


def expected_channels(done: Performed) -> int:
    """The channels that a convolution's weight is for."""
    given = given_by_name(done)
    weight, groups = given["weight"], given["groups"]
    return weight.shape[0] if "transpose" in done.name else weight.shape[1] * groups


def _reshaped(done: Performed, arriving: Tensor) -> Iterator[Edit]:
    """view(-1, n) with the number of what arrives for one image."""
    shape = asked_shape(done)
    known = shape[1:]
    if len(shape) < 2 or shape[0] not in (-1, 1) or len(known) != 1:
        return
    number = arriving.numel() // arriving.shape[0]
    says = f"{number} in place of {known[0]} in {done.called}"
    args = (done.args[0].shape[0] if shape[0] == 1 else -1, number)
    listed = len(done.args) == 2

    def change(func: Any, given: Any) -> Any:
        return func, ((given[0][0], args) if listed else (given[0][0], *args), {})

    yield Recalled(says, f"shape of {done.called}", done.site, change)


def asked_shape(done: Performed) -> tuple[int, ...]:
    """The shape that a view was asked for."""
    rest = done.args[1:] or tuple(done.kwargs.get("shape", ()))
    return tuple(rest[0]) if rest and not isinstance(rest[0], int) else rest


def _named(done: Performed, arriving: Tensor) -> Iterator[Edit]:
    """A layer that remembers how many numbers enter it: norms, PReLU, LSTM, attention."""
    known = settings(done.owner) if done.owner is not None else {}
    for name in ENTERING:
        other = name in known and arriving.ndim > 1 and known[name] != arriving.shape[1]
        edit = own(done, **{name: arriving.shape[1]}) if other else None
        if edit is not None:
            yield edit
    for name in ENTERING_LAST:
        if name not in known:
            continue
        rank = len(known[name]) if name == "normalized_shape" else 1
        wanted = tuple(arriving.shape[-rank:])
        edit = own(done, **{name: wanted if name == "normalized_shape" else prod(wanted)})
        if edit is not None:
            yield edit
