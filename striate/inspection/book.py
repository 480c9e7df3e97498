"""The book: nodes in the order in which a running module computes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from torch import Tensor

from striate.arithmetic.window import Size
from striate.inspection.calls import Call, Step
from striate.inspection.ledger import Ledger, memory
from striate.inspection.meanings import leaving
from striate.inspection.twin import Twin
from striate.inspection.values import Value, ordered
from striate.inspection.whereabouts import Visit, Whereabouts, line
from striate.language import layers as L
from striate.language.network import Node
from striate.planning.costs import costs


@dataclass(frozen=True, eq=False)
class Operation:
    """A node that has no path yet: the name of its function, and where it was called."""

    name: str
    node: Node
    visit: Visit
    own: bool
    """Whether it uses weights of the very module that it was called in."""
    weights: frozenset[str] = frozenset()
    shares: tuple[int, ...] = ()
    """The operations that took some of its weights first."""


@dataclass(eq=False)
class Book:
    """Nodes, and the weights that they took."""

    twin: Twin
    where: Whereabouts
    ledger: Ledger
    operations: list[Operation] = field(default_factory=list[Operation])
    taken: dict[str, int] = field(default_factory=dict[str, int])
    """The operation that took a weight first."""

    @cached_property
    def there(self) -> frozenset[int]:
        """The memories of all weights and buffers."""
        return frozenset(map(memory, (*self.twin.parameters.values(), *self.twin.buffers.values())))

    def input(self, tensor: Tensor, size: Size) -> None:
        """An input of the module, (1, *size)."""
        node = Node("input", L.Input(size), (), size)
        self.operations.append(Operation("input", node, self.where.stack[0], own=False))
        self.ledger.know(tensor, Value(len(self.operations) - 1, ordered(len(size) - 1)))

    def place(
        self,
        call: Call,
        tensor: Tensor,
        step: Step,
        *,
        weights: frozenset[str] = frozenset(),
        overwrites: bool = False,
        remembers: bool = True,
        again: int = 0,
    ) -> None:
        """Make a node of a step, and know the tensor that it gives as its value."""
        inputs = tuple(call.values[id(read)].node for read in step.reads)
        arriving = tuple(self.operations[number].node.size for number in inputs)
        size = leaving(step.layer, arriving)
        taken = costs(step.layer, arriving, size).parameters.value
        count = self.numbers(weights - self.taken.keys())
        node = Node(
            call.name.removeprefix("striate."),
            step.layer,
            inputs,
            size,
            source=line(),
            parameters=None if count == taken else count,
            overwrites=overwrites,
            remembers=remembers,
            again=again,
        )
        self._append(node, weights)
        self.ledger.know(tensor, Value(len(self.operations) - 1, step.roles))

    def stop(self, name: str, inputs: Sequence[int], reason: str, source: str | None) -> None:
        """The node at which a module could not be followed any further."""
        layer = L.Operation(name, (), products=None, reason=reason)
        node = Node(name, layer, tuple(inputs), (), source=source)
        self.operations.append(Operation(name, node, self.where.here, own=False))

    def shape(self, number: int, size: Size) -> bool:
        """Let a linear layer give its features a shape, if nothing has read them yet."""
        operation = self.operations[number]
        node, layer = operation.node, operation.node.layer
        read = any(number in other.node.inputs for other in self.operations[number + 1 :])
        if read or not isinstance(layer, L.Linear) or len(layer.shape) > 1:
            return False
        node = replace(node, layer=replace(layer, shape=size), size=size)
        self.operations[number] = replace(operation, node=node)
        return True

    def numbers(self, weights: Iterable[str]) -> int:
        """How many numbers some weights hold."""
        return sum(self.twin.parameters[name].numel() for name in weights)

    def _append(self, node: Node, weights: frozenset[str]) -> None:
        shares = tuple(sorted({self.taken[name] for name in weights & self.taken.keys()}))
        for name in weights - self.taken.keys():
            self.taken[name] = len(self.operations)
        own = bool(weights & self.where.here.weights)
        made = Operation(node.path, node, self.where.here, own, weights, shares)
        self.operations.append(made)
