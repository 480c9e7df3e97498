"""Tidying: what a module computes in two steps and the language says in one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from striate.arithmetic.window import Window
from striate.inspection.book import Operation
from striate.language import layers as L


@dataclass(frozen=True)
class Tidied:
    """The operations that are left, and the new numbers of the old."""

    operations: tuple[Operation, ...]
    numbers: Mapping[int, int]
    softmax: bool = False


def tidied(operations: Sequence[Operation], outputs: Sequence[int]) -> Tidied:
    """Padding joined with the convolution that it is for, the head's softmax taken off."""
    made, gone = list(operations), dict[int, int]()
    readers = Counter(number for one in made for number in one.node.inputs)
    for number, operation in enumerate(made):
        for before in operation.node.inputs[:1]:
            if readers[before] == 1 and before not in outputs:
                joined = _joined(made[before], operation)
                if joined is not None:
                    made[number], gone[before] = joined, before
    softmax = len(outputs) == 1 and not readers[outputs[0]] and _is_head(made[outputs[0]], made)
    if softmax:
        gone[outputs[0]] = outputs[0]
    return _without(made, gone, softmax=softmax)


def _joined(first: Operation, second: Operation) -> Operation | None:
    """Padding and convolution of one layer as one operation."""
    pad, layer = first.node.layer, second.node.layer
    if not isinstance(pad, L.Pad) or not isinstance(layer, L.Convolution):
        return None
    if first.visit is not second.visit or any(map(any, layer.window.padding)):
        return None
    if not first.visit.leaf or layer.mode != "zeros":
        return None
    window = layer.window
    framed = Window(window.kernel, window.stride, pad.padding, window.dilation)
    layer = replace(layer, window=framed, mode=pad.mode)
    return replace(second, node=replace(second.node, layer=layer, inputs=first.node.inputs))


def _is_head(operation: Operation, operations: Sequence[Operation]) -> bool:
    """Whether it is a softmax over classes: of features, or of the channels of each place."""
    layer = operation.node.layer
    if not isinstance(layer, L.Operation) or layer.name != "softmax":
        return False
    size = operations[operation.node.inputs[0]].node.size
    return layer.reads == "places" or (prod(size[1:]) == 1 and layer.reads == "all")


def _without(operations: Sequence[Operation], gone: Mapping[int, int], *, softmax: bool) -> Tidied:
    """The operations but for some, each of which is what it reads."""
    if not gone:
        return Tidied(tuple(operations), {n: n for n in range(len(operations))})
    numbers: dict[int, int] = {}
    made: list[Operation] = []
    for number, operation in enumerate(operations):
        if number in gone:
            numbers[number] = numbers[operation.node.inputs[0]]
            continue
        inputs = tuple(numbers[before] for before in operation.node.inputs)
        shares = tuple(numbers[before] for before in operation.shares)
        node = replace(operation.node, inputs=inputs)
        numbers[number] = len(made)
        made.append(replace(operation, node=node, shares=shares))
    return Tidied(tuple(made), numbers, softmax)
