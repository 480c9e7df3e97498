"""How far the units of an operation reach that no record describes: each its place, or all."""

from collections.abc import Sequence
from typing import Any, Literal

from torch import Tensor

from striate.arithmetic.reach import Reach
from striate.inspection.calls import Call
from striate.inspection.meanings import equation, families
from striate.inspection.meanings.parts import along, dropped, picked, taken
from striate.inspection.values import BATCH, CHANNELS, LOST, STACKED, Roles, Value, ordered

Reads = Literal["places", "all", "unknown"] | tuple[Reach, ...]

_ODD = (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError)
"""Errors where a function was called in a way that is not foreseen here."""


def reach(call: Call, made: Tensor) -> tuple[Reads, str]:
    """What each unit of a result reads, and the reason if that is not known."""
    try:
        reads = _reads(call, made)
    except _ODD:
        reads = "unknown"
    if isinstance(reads, str) and reads not in ("places", "all", "unknown"):
        return "unknown", reads
    reason = f"what each unit of {call.name} reads is not known"
    return reads, reason if reads == "unknown" else ""


def roles_after(call: Call, made: Tensor) -> Roles:
    """The roles of a result: those of what was given, as far as the shapes show it."""
    try:
        return _roles_after(call, made)
    except _ODD:
        return _lost((), tuple(made.shape))


def _roles_after(call: Call, made: Tensor) -> Roles:
    given = call.given[0]
    value = call.values[id(given)]
    before, after = tuple(given.shape), tuple(made.shape)
    if call.name == "einsum":
        read = equation.read(call)
        return read[0] if read is not None else _lost(value.roles, after)
    if call.name == "stack":
        place = (_dims(call) or (0,))[0] % made.ndim
        return (*value.roles[:place], STACKED, *value.roles[place:])
    if before == after or (len(before) == len(after) and value.pictured):
        return value.roles
    gone = _gone(call, given, len(before) - len(after))
    if gone:
        return _renumbered(role for dim, role in enumerate(value.roles) if dim not in gone)
    parted = before[:2] == after[:2] and len(after) > len(before)
    shaped = call.name in families.SHAPES and value.roles[:2] == (BATCH, CHANNELS)
    if shaped and len(after) > 2 and (parted or value.roles == (BATCH, CHANNELS)):
        return ordered(len(after) - 2)  # features, or places in a row, become an image
    return _lost(value.roles if before[:1] == after[:1] else (), after)


def _lost(roles: Roles, after: Sequence[int]) -> Roles:
    first = roles[:1] or (LOST,)
    return (*first, *(LOST,) * (len(after) - 1)) if after else ()


def _renumbered(roles: Any) -> Roles:
    """Roles in which no axis is missing."""
    roles = tuple(roles)
    axes = sorted(role for role in roles if role >= 0)
    return tuple(axes.index(role) if role >= 0 else role for role in roles)


def _gone(call: Call, given: Tensor, many: int) -> set[int]:
    """The dimensions that a result lacks, where that can be told."""
    if call.name == "getitem":
        gone = set(dropped(given, call.args[1]) or ())
    elif call.name in ("select", "unbind"):
        gone = {d % given.ndim for d in _dims(call)} or {0}
    elif call.name in families.OVER:
        gone = {d % given.ndim for d in _dims(call)}
    else:
        gone = set[int]()
    return gone if len(gone) == many else set()


def _reads(call: Call, made: Tensor) -> Any:
    """The reads, or in other words why they are not known."""
    given = call.given[0]
    value = call.values[id(given)]
    name = call.name
    if name in families.PLACES or (name in ("max", "min") and len(call.given) > 1):
        return "places" if _aligned(call) else "its values are turned against each other"
    if name in families.ALL:
        return "all"
    if name in families.VIEWS:
        return _viewed(call, given, value, made)
    if name in families.FACTORS:
        return (
            (families.FACTORS[name](call.args[1]),) * (given.ndim - 2) if value.plain else "unknown"
        )
    return _calculated(call, given, value, made)


def _calculated(call: Call, given: Tensor, value: Value, made: Tensor) -> Any:
    match call.name:
        case name if name in families.OVER:
            return _over(value, given, made, [d % given.ndim for d in _dims(call)])
        case "layer_norm" | "rms_norm" | "native_layer_norm":
            normed = range(given.ndim - len(call.args[1]), given.ndim)
            return _over(value, given, made, normed)
        case name if name in families.MATRICES:
            alone = len(call.given) == 1 and given is call.args[0]
            return _over(value, given, made, [given.ndim - 1]) if alone else "all"
        case "einsum":
            read = equation.read(call)
            return "places" if read is not None and read[1] else "all"
        case "setitem" | "overwritten":
            return _written(call, given, value)
        case name if name in families.SHAPES:
            return "places"
        case "cat" | "concat" | "concatenate":
            dim = call.kwargs.get("dim", call.args[1] if len(call.args) > 1 else 0)
            apart = value.pictured and value.roles[dim] != CHANNELS
            return "it joins places to places" if apart or not _aligned(call) else "places"
        case "index_select":
            return "places" if value.roles[call.args[1]] == CHANNELS else "unknown"
        case "pad" if value.plain and call.kwargs.get("mode", "constant") == "constant":
            return _padded(call, given)
        case _:
            return "unknown"


def _dims(call: Call) -> tuple[int, ...]:
    """The dimensions that a function is told; none if it works on all."""
    dim = call.kwargs.get("dim", call.kwargs.get("axis"))
    if dim is None:
        numbers = [arg for arg in call.args[1:] if not isinstance(arg, bool | Tensor)]
        place = families.TOLD.get(call.name, 0)
        dim = numbers[place] if len(numbers) > place else families.DIMENSIONS.get(call.name)
    dims = (dim,) if isinstance(dim, int) else dim
    return tuple(dims) if isinstance(dims, list | tuple) and _are_numbers(dims) else ()


def _are_numbers(given: Sequence[Any]) -> bool:
    return all(isinstance(each, int) for each in given)


def _over(value: Value, given: Tensor, made: Tensor, dims: Sequence[int]) -> Any:
    """What is read by what works over some dimensions: its place, if these are the channels."""
    roles = {value.roles[dim] for dim in dims} or set(value.roles) - {BATCH}
    if BATCH in roles:
        return "it works over the batch"
    axes = [role for role in value.roles if role not in (BATCH, CHANNELS, STACKED)]
    if axes and roles <= {CHANNELS, STACKED}:
        return "places"
    if roles >= set(axes) or not value.pictured:
        return "all"
    if made.ndim != given.ndim:
        return "it takes an axis away"
    places = {role: n for n, role in zip(given.shape, value.roles, strict=True)}
    each = range(len(axes))
    return tuple(Reach.of_all(places[axis]) if axis in roles else along(0) for axis in each)


def _aligned(call: Call) -> bool:
    """Whether the axes of all values meet themselves, dimensions counted from the last."""
    kinds: dict[int, int] = {}
    for tensor in call.given:
        value = call.values[id(tensor)]
        for back, (n, role) in enumerate(zip(tensor.shape[::-1], value.roles[::-1], strict=True)):
            if n > 1 and role != BATCH and kinds.setdefault(back, role) != role:
                return LOST in (role, kinds[back])
    return True


def _viewed(call: Call, given: Tensor, value: Value, made: Tensor) -> Any:
    """A part of a tensor: along each axis the places that are taken."""
    if call.name == "getitem" and (part := picked(given, call.args[1])) is not None:
        made = part
    elif call.name == "getitem":
        return _indexed(call, value)
    elif call.name in ("select", "unbind"):
        dims = [d % given.ndim for d in _dims(call)]
        return "places" if value.roles[dims[0]] == CHANNELS else "it takes an axis away"
    if not value.pictured:
        return "places"  # each is one of the units that arrive
    parts = taken(given, made)
    if parts is None:
        return "unknown"
    gone = dropped(given, call.args[1]) if call.name == "getitem" else ()
    if any(value.roles[dim] >= 0 for dim in gone or ()):
        return "it takes an axis away"
    cut = {role: part for role, part in zip(value.roles, parts, strict=True) if role >= 0}
    whole = all(
        cut[value.roles[d]] == (0, 1) and made.shape[d] == given.shape[d]
        for d in range(given.ndim)
        if value.roles[d] >= 0
    )
    return "places" if whole else tuple(along(*cut[axis]) for axis in range(len(cut)))


def _indexed(call: Call, value: Value) -> Reads:
    """An index by other numbers: a place's own, where it picks channels alone."""
    entries = call.args[1] if isinstance(call.args[1], tuple) else (call.args[1],)
    if any(entry is None or entry is Ellipsis for entry in entries):
        return "unknown"
    busy = [d for d, e in enumerate(entries) if not isinstance(e, slice) or e != slice(None)]
    return "places" if [value.roles[dim] for dim in busy] == [CHANNELS] else "unknown"


def _written(call: Call, given: Tensor, value: Value) -> Any:
    """Where only a part is written to: a place's own, if the part goes over all axes."""
    if call.name == "setitem":
        part = picked(call.args[0], call.args[1])
        value = call.value(call.args[0]) or value
    else:
        part = call.args[1]
    parts = None if part is None else taken(call.args[0], part)
    if part is None or parts is None or not value.pictured:
        return "only a part of it is written to"
    for dim, role in enumerate(value.roles):
        if role >= 0 and (parts[dim] != (0, 1) or part.shape[dim] != call.args[0].shape[dim]):
            return "only some places are written to"
    return "places"


def _padded(call: Call, given: Tensor) -> Any:
    pad = call.kwargs.get("pad", call.args[1] if len(call.args) > 1 else ())
    befores = [*pad[::2][::-1]]
    axes = given.ndim - 2
    if len(befores) > axes:
        return "places" if not any(pad[: 2 * axes]) else "unknown"
    return tuple(along(-before) for before in (*(0,) * (axes - len(befores)), *befores))
