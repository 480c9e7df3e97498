"""The values of a network in memory: which node made each, how large it is, and how it lies.

A view, a layer that passes on what arrives, and a layer in place take the memory of their input.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from math import prod

from striate.arithmetic.padding import even
from striate.arithmetic.window import Size
from striate.language import layers as L
from striate.language.network import Node
from striate.planning.costs import costs
from striate.planning.memory import layout
from striate.planning.memory.layout import Strides

FLOAT = 4
"""Bytes of a number in float32."""


@dataclass(frozen=True)
class Value:
    """What leaves a node; `numbers` are those of the memory that it lies in, for one image.

    `strides` are None where they depend on the kernels that torch chooses. `learns` says whether
    a gradient flows back through it, `certain` whether it is known to lie in memory of its own.
    """

    made: int
    numbers: int
    size: Size
    strides: Strides | None
    learns: bool
    certain: bool = True

    @property
    def bytes(self) -> int:
        """The memory that it lies in, for one image, in float32."""
        return FLOAT * self.numbers

    @property
    def flattens(self) -> bool | None:
        """Whether its numbers can be read as one row without a copy; None if that depends."""
        if self.strides is None:
            return None
        return layout.in_one_row(self.size, self.strides)

    @property
    def listed(self) -> bool | None:
        """Whether its places can be read as a list of channels without a copy, images included."""
        if self.strides is None:
            return None
        return layout.in_one_row((2, *self.size[1:]), (self.numbers, *self.strides[1:]))


def learns(node: Node, arriving: Sequence[Value]) -> bool:
    """Whether a gradient is computed here: it has parameters, or something before it has."""
    if any(value.learns for value in arriving):
        return True
    if isinstance(node.layer, L.Operation):
        measured = bool(node.layer.kept or node.layer.holds)
        return bool(node.parameters) or measured  # nothing is kept where nothing is learnt
    own = costs(node.layer, tuple(value.size for value in arriving), node.size).parameters.value
    frozen = not node.remembers and node.parameters == 0
    return own > 0 and not frozen


def value_of(node: Node, number: int, arriving: Sequence[Value]) -> Value:
    """The value that leaves a node."""
    if isinstance(node.layer, L.Input):
        return Value(number, prod(node.size), node.size, layout.first(node.size), learns=False)
    flows = learns(node, arriving)
    if node.overwrites or passes_on(node.layer, arriving):
        strides = _seen_through(node, arriving[0])
        return replace(arriving[0], size=node.size, strides=strides, learns=flows)
    numbers, strides = _lying(node.layer, node.size, arriving)
    certain = not (isinstance(node.layer, L.Flatten) and arriving[0].flattens is None)
    return Value(number, numbers, node.size, strides, flows, certain)


def _seen_through(node: Node, value: Value) -> Strides | None:
    """How what lies in the memory of another value lies there."""
    cut = isinstance(node.layer, L.Crop) or node.size[1:] == value.size[1:]
    if cut:  # places or channels are left out, and the others stay where they are
        return value.strides
    return None if len(node.size) == len(value.size) else layout.first(node.size)


def passes_on(layer: L.Layer, arriving: Sequence[Value]) -> bool:
    """Whether what leaves a layer is what arrives, or a view of it."""
    match layer:
        case L.Identity() | L.Crop():
            return True
        case L.Add():
            return len(arriving) == 1
        case L.Dropout(rate):
            return rate == 0
        case L.Pad(padding):
            return not any(map(any, padding))
        case L.ChannelPad(channels):
            return channels == arriving[0].size[0]
        case L.Flatten():
            return bool(arriving[0].flattens)
        case _:
            return False


@singledispatch
def _lying(layer: L.Layer, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    """How many numbers a new value takes, and how it lies: as what arrives, if that is plain."""
    return prod(size), _after(size, arriving[0])


@_lying.register(L.LayerNorm)
@_lying.register(L.Dense)
@_lying.register(L.Unshared)
@_lying.register(L.Tiled)
def _(layer: L.Layer, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    return prod(size), layout.last(size)


@_lying.register
def _(layer: L.Flatten, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    """A copy; where it is not known to be one, all that it may be a view of."""
    unknown = arriving[0].strides is None
    return arriving[0].numbers if unknown else prod(size), layout.first(size)


@_lying.register(L.Linear)
@_lying.register(L.Operation)
def _(layer: L.Layer, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    return prod(size), layout.first(size)


@_lying.register(L.Activation)
@_lying.register(L.Scale)
@_lying.register(L.Dropout)
def _(layer: L.Layer, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    seen = arriving[0].strides
    if seen is None or len(seen) != len(size):
        return prod(size), None
    return prod(size), layout.dense(size, seen)


@_lying.register
def _(layer: L.Concatenate, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    laid = {_after(size, value) for value in arriving}
    return prod(size), laid.pop() if len(laid) == 1 else None


@_lying.register
def _(layer: L.Add, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    laid = {value.strides and layout.dense(value.size, value.strides) for value in arriving}
    return prod(size), laid.pop() if len(laid) == 1 else None


@_lying.register
def _(layer: L.Transposed, size: Size, arriving: Sequence[Value]) -> tuple[int, Strides | None]:
    """Padding that torch does not know is cut off what windows cover; a bias copies the rest."""
    sides = layer.window.padding
    if even(sides):
        return prod(size), _after(size, arriving[0])
    covered = (size[0], *(n + sum(pair) for n, pair in zip(size[1:], sides, strict=True)))
    laid = _after(covered, arriving[0])
    if layer.bias:
        return prod(size), None if laid is None else layout.dense(size, laid)
    return prod(covered), laid


def _after(size: Size, arriving: Value) -> Strides | None:
    """Kernels keep channels first, and on two axes channels last; the rest is their choice."""
    if arriving.strides is None:
        return None
    packed = layout.dense(arriving.size, arriving.strides)
    if packed == layout.first(arriving.size):
        return layout.first(size)
    keeps = packed == layout.last(arriving.size) and len(size) == 3
    return layout.last(size) if keeps else None
