"""Phrases: tensors, and where they come from, in the words of a diagnosis."""

import re
from math import isqrt
from typing import Any

from torch import Tensor

from striate.arithmetic.window import show
from striate.inspection.diagnosis.earlier import ancestors, maker
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal
from striate.inspection.diagnosis.settings import settings

_AXES = re.compile(r"[123]d$")


def kind_of_call(name: str) -> str:
    """The name of a function without the number of its axes.

    >>> kind_of_call("conv_transpose3d")
    'conv_transpose'
    """
    return _AXES.sub("", name)


def arriving(number: int, what: str) -> str:
    """How many arrive.

    >>> arriving(1, "channel"), arriving(3, "channel")
    ('1 channel arrives', '3 channels arrive')
    """
    return f"1 {what} arrives" if number == 1 else f"{number} {what}s arrive"


def shown(tensor: Tensor) -> str:
    """A size without the batch."""
    return show(tensor.shape[1:]) if tensor.ndim > 1 else show(tensor.shape)


def whence(failure: Rehearsal, tensor: Tensor) -> str:
    """A size, and the layer that it comes from: 16x30x30 from conv1."""
    return f"{shown(tensor)} from {maker(failure, tensor)}"


def numbers(given: Any) -> str:
    """A number for each axis, or one that all axes share.

    >>> numbers((2, 2)), numbers((2, 3)), numbers("same")
    ('2', '2x3', 'same')
    """
    if isinstance(given, int | str):
        return str(given)
    return str(given[0]) if len(set(given)) == 1 else show(given)


def known_of(done: Performed) -> dict[str, Any]:
    """What the layer that makes a call was made with."""
    return settings(done.owner) if done.owner is not None else {}


def kinds(done: Performed) -> str | None:
    """That what arrives and the weights are numbers of different kinds, if so."""
    names = [str(tensor.dtype).removeprefix("torch.") for tensor in done.given]
    other = next((name for name in names if name != names[0]), None)
    return f"numbers of kind {names[0]} arrive, and the weights are {other}" if other else None


def flattened_from(failure: Rehearsal, features: Tensor) -> Tensor | None:
    """What features were before they were flattened."""
    for done in ancestors(failure, [features]):
        before = done.given[0] if done.given else features
        if before.numel() != features.numel():
            return None
        if before.ndim > 3 or (before.ndim == 3 and features.ndim == 2):
            return before
    return None


def as_picture(number: int, like: Tensor | None) -> str:
    """A number of features, and what it is as channels and equal sides: 3136 = 16x14x14."""
    if like is None:
        return str(number)
    channels, axes = like.shape[1], like.ndim - 2
    places, rest = divmod(number, channels)
    side = isqrt(places) if axes == 2 else round(places ** (1 / axes))
    if rest or side**axes != places:
        return str(number)
    return f"{number} = {show((channels, *(side,) * axes))}"
