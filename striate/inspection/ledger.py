"""The ledger: which tensors of a running module are values of the network, and which are weights.

A tensor is known by what it is, and where that fails by where it lies: a view of the whole of a
tensor is that tensor. What is written into a part of a tensor changes all that lies in its memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from striate.inspection.values import Value


@dataclass(eq=False)
class Ledger:
    """What is known of tensors, each kept alive, so that no other one gets its number.

    >>> ledger = Ledger({"weight": nn.Parameter(torch.ones(3))})
    >>> ledger.know(one := torch.ones(1, 2), Value(0, (-1, -2)))
    >>> ledger.value(one.view_as(one)), ledger.value(torch.ones(1, 2))
    (Value(node=0, roles=(-1, -2)), None)
    """

    parameters: Mapping[str, nn.Parameter]
    _values: dict[int, Value] = field(default_factory=dict[int, Value])
    _weights: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    _alive: list[Tensor] = field(default_factory=list[Tensor])
    _stored: dict[int, list[Tensor]] = field(default_factory=dict[int, list[Tensor]])
    _changed: dict[int, Tensor] = field(default_factory=dict[int, Tensor])
    """Tensors a part of whose memory was written to, and what it was written through."""

    def __post_init__(self) -> None:
        for name, weight in self.parameters.items():
            self._weights[id(weight)] = frozenset({name})
            if not is_lazy(weight):
                self._keep(weight)

    def value(self, tensor: Tensor) -> Value | None:
        """The value that a tensor is; None for weights, and for what comes from neither."""
        found = self._values.get(id(tensor))
        if found is None and id(tensor) not in self._weights:
            other = self._lies_as(tensor)
            found = None if other is None else self._values.get(id(other))
            if found is not None:
                self.know(tensor, found)
        return found

    def know(self, tensor: Tensor, value: Value) -> None:
        """From now on a tensor is this value."""
        self._values[id(tensor)] = value
        self._changed.pop(id(tensor), None)
        self._keep(tensor)

    def derive(self, made: Iterable[Tensor], given: Iterable[Tensor]) -> None:
        """What is computed from weights alone stands for these weights."""
        used = self.weights(given)
        for tensor in made:
            if id(tensor) not in self._weights:
                self._weights[id(tensor)] = used
                self._keep(tensor)

    def weights(self, given: Iterable[Tensor]) -> frozenset[str]:
        """The names of the weights in some tensors."""
        return frozenset[str]().union(*map(self._weights_in, given))

    def changed(self, tensor: Tensor) -> Tensor | None:
        """What a part of a tensor was written through, since it became its value."""
        return self._changed.get(id(tensor))

    def written(self, tensor: Tensor) -> None:
        """A tensor that is known was written to: so were all that share its memory."""
        value = self._values[id(tensor)]
        for other in self._stored.get(memory(tensor), []):
            if other is tensor or id(other) not in self._values:
                continue
            if _laid(other) == _laid(tensor):
                self._values[id(other)] = value
            elif _overlap(other, tensor):
                self._changed[id(other)] = tensor

    def _weights_in(self, tensor: Tensor) -> frozenset[str]:
        found = self._weights.get(id(tensor))
        if found is None and id(tensor) not in self._values:
            other = self._lies_as(tensor)
            found = None if other is None else self._weights.get(id(other))
        return found or frozenset()

    def _lies_as(self, tensor: Tensor) -> Tensor | None:
        """A tensor that is known and lies in the same memory, in the same way."""
        for other in reversed(self._stored.get(memory(tensor), [])):
            if _laid(other) == _laid(tensor):
                return other
        return None

    def _keep(self, tensor: Tensor) -> None:
        self._alive.append(tensor)
        self._stored.setdefault(memory(tensor), []).append(tensor)


def memory(tensor: Tensor) -> int:
    """What tells in which memory a tensor lies; a sparse one is known by itself."""
    if tensor.layout != torch.strided or is_lazy(tensor):
        return id(tensor)
    return tensor.untyped_storage()._cdata  # pyright: ignore[reportPrivateUsage]


def covers(one: Tensor, two: Tensor) -> bool:
    """Whether two tensors in one memory are the same numbers in the same order.

    >>> covers(x := torch.ones(2, 3), x.view(3, 2)), covers(x, x[:1])
    (True, False)
    """
    plain = one.is_contiguous() and two.is_contiguous()
    return plain and _first(one) == _first(two) and one.numel() == two.numel()


def _laid(tensor: Tensor) -> tuple[object, ...]:
    """How a tensor lies in its memory."""
    if tensor.layout != torch.strided:
        return (id(tensor),)
    return tensor.shape, tensor.stride(), tensor.storage_offset()


def _overlap(one: Tensor, two: Tensor) -> bool:
    """Whether two tensors in the same memory may share numbers."""
    return _first(one) <= _last(two) and _first(two) <= _last(one)


def _first(tensor: Tensor) -> int:
    return int(tensor.storage_offset())


def _last(tensor: Tensor) -> int:
    steps = zip(tensor.shape, tensor.stride(), strict=True)
    return _first(tensor) + sum((n - 1) * step for n, step in steps)
