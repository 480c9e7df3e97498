"""An einsum, read: which letters of its equation are channels and axes, and which are summed."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from striate.inspection.calls import Call
from striate.inspection.values import CHANNELS, LOST, Roles


def read(call: Call) -> tuple[Roles, bool] | None:
    """The roles of the result, and whether only channels are summed over; None if it is implicit.

    >>> import torch
    >>> from striate.inspection.values import Value
    >>> x, weight = torch.ones(1, 3, 5, 5), torch.ones(4, 3)
    >>> args = ("bchw,oc->bohw", x, weight)
    >>> read(Call("einsum", args, {}, (), {id(x): Value(0, (-1, -2, 0, 1))}))
    ((-1, -2, 0, 1), True)
    """
    equation, tensors = _spelled(call.args)
    if "->" not in equation or "." in equation:
        return None
    before, after = equation.replace(" ", "").split("->")
    roles: dict[str, int] = {}
    for letters, tensor in zip(before.split(","), tensors, strict=True):
        value = call.value(tensor)
        if value is not None:
            for letter, role in zip(letters, value.roles, strict=True):
                roles.setdefault(letter, role)
    summed = {role for letter, role in roles.items() if letter not in after}
    made = [roles.get(letter, LOST) for letter in after]
    new = [place for place, letter in enumerate(after) if letter not in roles]
    if CHANNELS not in made and len(new) == 1:
        made[new[0]] = CHANNELS
    return tuple(made), summed == {CHANNELS}


def _spelled(args: Sequence[Any]) -> tuple[str, Sequence[Tensor]]:
    first, *rest = args
    if not isinstance(first, str):
        return "", ()
    tensors = rest[0] if len(rest) == 1 and isinstance(rest[0], list | tuple) else rest
    return first, tensors
