"""A call of one of torch's functions while a module runs, and what the functions may mean."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from striate.arithmetic.window import Size
from striate.inspection.values import BATCH, CHANNELS, LOST, Roles, Value
from striate.language import layers as L


@dataclass(frozen=True, eq=False)
class Call:
    """A function with what it was given, what it gave, and the values that those tensors are."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    made: tuple[Tensor, ...]
    values: dict[int, Value]

    def value(self, tensor: Any) -> Value | None:
        """The value that a tensor is; None for a weight, or what is no tensor."""
        return self.values.get(id(tensor))

    def plain(self, tensor: Any) -> bool:
        """Whether a tensor is a value of (batch, channels, *axes)."""
        value = self.value(tensor)
        return value is not None and value.plain

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The tensors that it was given and that are values, each once."""
        tensors = (t for t in tensors_in((self.args, self.kwargs)) if id(t) in self.values)
        return tuple({id(tensor): tensor for tensor in tensors}.values())

    def size(self, tensor: Tensor) -> Size:
        """The size of a tensor that is a value, channels first, without the batch."""
        value = self.values[id(tensor)]
        return value.size(tuple(tensor.shape))


@dataclass(frozen=True)
class Turned:
    """The same value, its dimensions in other roles: no layer at all."""

    roles: Roles


@dataclass(frozen=True)
class Step:
    """A layer, the tensors that it reads, and the roles of what leaves."""

    layer: L.Layer
    reads: tuple[Tensor, ...]
    roles: Roles

    @property
    def shaped(self) -> bool:
        """Whether the roles say which number of the size each dimension has."""
        return LOST not in self.roles and self.roles.count(CHANNELS) == 1

    def shape(self, input: Tensor, size: Size) -> Size:
        """The shape of what leaves, where that is `size` and its axes stand as those of `input`."""
        sizes = {BATCH: input.shape[0], CHANNELS: size[0], **dict(enumerate(size[1:]))}
        return tuple(sizes[role] for role in self.roles)


Said = Turned | Step | None
"""What a call means; None: no record describes it."""

Meaning = Callable[..., Said]
"""What a function means: given the call, and then what the function itself was given."""


_PLAIN = frozenset((bool, int, float, str, type(None)))


def tensors_in(given: Any) -> Iterator[Tensor]:
    """The tensors in nested lists, tuples, dictionaries and records.

    >>> import torch
    >>> len(list(tensors_in(([torch.ones(1)], {"a": torch.ones(2)}, 3))))
    2
    """
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, dict):
        yield from _each(given.values())
    elif isinstance(given, list | tuple | set):
        yield from _each(given)
    elif hasattr(type(given), "__dataclass_fields__"):
        yield from _each(vars(given).values())


def _each(values: Iterable[Any]) -> Iterator[Tensor]:
    for value in values:
        if type(value) not in _PLAIN:  # most are
            yield from tensors_in(value)


def works_in_place(func: Any, call: Call) -> bool:
    """Whether a function may write to what it is given: relu_, +=, inplace=True; no pool can.

    >>> import torch
    >>> call = Call("add", (), {}, (), {})
    >>> [works_in_place(f, call) for f in (torch.add, torch.Tensor.add_, torch.Tensor.__iadd__)]
    [False, True, True]
    """
    name = func.__name__
    written = name.endswith("_") and not name.endswith("__")
    asked = bool(call.kwargs.get("inplace")) or any(arg is True for arg in call.args)
    own = written or (name.startswith("__i") and name.endswith("__"))
    return "pool" not in name and (own or asked)


def name_of(func: Any) -> str:
    """The name of a function, or of the attribute that it gets: conv2d, add, T.

    >>> import torch
    >>> name_of(torch.Tensor.add_), name_of(torch.Tensor.T.__get__)
    ('add', 'T')
    """
    name = str(getattr(func, "__name__", func))
    if name in ("__get__", "__set__"):
        owner = getattr(func, "__self__", func)
        found = getattr(owner, "__name__", None) or getattr(owner.fget, "__name__", name)
        return str(found).strip("_")
    if str(getattr(func, "__module__", "")).startswith("striate."):
        return f"striate.{name}"
    return name.strip("_")
