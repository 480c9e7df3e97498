"""Noting: a call of a function becomes a node, by its record or as an operation with its counts."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from striate.inspection.book import Book
from striate.inspection.calls import Call, Step, tensors_in
from striate.inspection.kernels import Counted, Kernels
from striate.inspection.ledger import Ledger, covers, memory
from striate.inspection.meanings import does, reach, roles_after
from striate.inspection.meanings.families import SHAPES
from striate.inspection.values import BATCH, CHANNELS, Value, ordered, reshaped
from striate.language import layers as L


@dataclass(eq=False)
class Noting:
    """Makes nodes of calls; `parts` are the checkpointed parts, as their hooks tell them apart."""

    book: Book
    kernels: Kernels
    parts: list[object] = field(default_factory=list[object])

    @property
    def ledger(self) -> Ledger:
        """What is known of the tensors."""
        return self.book.ledger

    def refreshed(self, tensor: Tensor, value: Value) -> Value:
        """The value of a tensor, which is a new one if a part of its memory was written to."""
        through = self.ledger.changed(tensor)
        new = None if through is None else self.ledger.value(through)
        if through is None or new is None:
            return value
        if covers(through, tensor):
            roles = reshaped(tuple(through.shape), new.roles, tuple(tensor.shape))
            self.ledger.know(tensor, Value(new.node, roles))
            return Value(new.node, roles)
        if through.numel() > tensor.numel():
            call = Call("narrow", (through,), {}, (tensor,), {id(through): new})
        else:
            values = {id(tensor): value, id(through): new}
            call = Call("overwritten", (tensor, through), {}, (tensor,), values)
        self.operate(call, [tensor], Counted(), frozenset())
        return self.ledger.value(tensor) or value

    def step(self, call: Call, said: Step, results: list[Tensor], weights: frozenset[str]) -> None:
        """A node for what a record describes; other results lie where the first does."""
        self.reshaped(call, said)
        first = results[0]
        overwrites = first is said.reads[0]
        learns = self.remembers(call)
        self.book.place(
            call,
            first,
            said,
            weights=weights,
            overwrites=overwrites,
            remembers=learns,
            again=self.again(),
        )
        if (value := self.ledger.value(first)) is not None:
            for other in results[1:]:
                self.ledger.know(other, value)

    def operate(
        self, call: Call, results: list[Tensor], counted: Counted, weights: frozenset[str]
    ) -> None:
        """What no record describes: a node for each result, the first with the costs."""
        known, products = call.given, None if counted.uncounted else counted.products
        learns = self.remembers(call)
        kept, holds = (0, ())
        if learns and counted.saved:
            kept, holds = counted.kept(results[:1], known, self.book.there)
        for tensor in results:
            reads, reason = reach(call, tensor)
            roles = roles_after(call, tensor)
            size = Value(0, roles).size(tuple(tensor.shape))
            layer = L.Operation(call.name, size, 0, products, kept, holds, reads, reason)
            step = Step(layer, known, roles)
            over = memory(tensor) == memory(known[0])
            self.book.place(
                call,
                tensor,
                step,
                weights=weights,
                overwrites=over,
                remembers=learns,
                again=self.again(),
            )
            products, kept, holds, weights = 0, 0, (), frozenset[str]()

    def gives_shape(self, call: Call, results: list[Tensor]) -> bool:
        """Whether features of a linear layer that nobody has read yet are only given a shape."""
        value = call.values[id(call.given[0])]
        features = value.roles == (BATCH, CHANNELS) and call.name in SHAPES
        if not features or not self.book.shape(value.node, tuple(results[0].shape[1:])):
            return False
        self.ledger.know(results[0], Value(value.node, ordered(results[0].ndim - 2)))
        return True

    def give(self, tensor: Tensor) -> int | None:
        """The node of a result of the module, in the shape in which it is given."""
        value = self.ledger.value(tensor)
        return None if value is None else self._shaped(tensor, self.refreshed(tensor, value)).node

    def _shaped(self, tensor: Tensor, value: Value) -> Value:
        """The value of a tensor, as a node of its own if that of its node has another size."""
        size = value.size(tuple(tensor.shape))
        if size == self.book.operations[value.node].node.size:
            return value
        flat = value.roles == (BATCH, CHANNELS)
        name, layer = "flatten", L.Flatten() if flat else L.Operation("view", size, reads="places")
        call = Call(name if flat else "view", (tensor,), {}, (), {id(tensor): value})
        self.book.place(call, tensor, Step(layer, (tensor,), value.roles))
        return self.ledger.value(tensor) or value

    def reshaped(self, call: Call, said: Step) -> None:
        """Nodes of the sizes that a record is to be given, where it would not do with the old."""
        sizes = [self.book.operations[call.values[id(t)].node].node.size for t in said.reads]
        if not does(said.layer, sizes, [call.size(tensor) for tensor in said.reads]):
            for tensor in said.reads:
                call.values[id(tensor)] = self._shaped(tensor, call.values[id(tensor)])

    def remembers(self, call: Call) -> bool:
        """Whether what backward needs of a call is kept: not under checkpointing."""
        hooks = _hooks()
        learns = any(t.requires_grad for t in tensors_in((call.args, call.kwargs)))
        return torch.is_grad_enabled() and learns and hooks[0] == self.kernels.pack

    def again(self) -> int:
        """The checkpointed part that is being run, counted from 1; 0 outside of them."""
        hooks = _hooks()
        if hooks[0] == self.kernels.pack:
            return 0
        if hooks[0] not in self.parts:
            self.parts.append(hooks[0])
        return self.parts.index(hooks[0]) + 1


def _hooks() -> tuple[object, object]:
    """What is called for each tensor that is saved for backward, and how it is fetched again."""
    autograd: Any = torch._C  # pyright: ignore[reportPrivateUsage]
    return autograd._autograd._top_saved_tensors_default_hooks(True)
