"""Recording: a module is run on tensors without numbers, and what it does becomes nodes.

torch tells of every call of one of its functions, method or operator included, whatever class of
module it stands in. A function that a record describes becomes that record, if the record's own
rules give the size that torch gave; all others become operations, whose products are counted in the
kernels below them. So nothing is guessed from what a class is called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from striate.inspection.book import Book
from striate.inspection.calls import Call, Said, Step, Turned, name_of, tensors_in, works_in_place
from striate.inspection.kernels import Counted, Kernels
from striate.inspection.meanings import FORESEEN, leaving, meant
from striate.inspection.noting import Noting
from striate.inspection.refusals import refuse
from striate.inspection.running import HOME, Ran, Stripped, run
from striate.inspection.scripts import main_results, overwritten, spoken
from striate.inspection.values import Value
from striate.inspection.whereabouts import line, raised

QUESTIONS = frozenset(
    (
        *("get", "dim", "size", "numel", "nelement", "stride", "ndimension", "element_size"),
        *("is_contiguous", "is_floating_point", "is_complex", "storage_offset", "len", "shape"),
        *("dtype", "ndim", "device", "is_cuda", "is_leaf", "grad", "grad_fn", "layout", "names"),
        "requires_grad",
    )
)
"""Functions and attributes that ask a tensor something that has no numbers in it."""

BLANKS = frozenset(
    (
        *("new_ones", "new_zeros", "new_full", "new_empty", "new_tensor", "zeros_like"),
        *("ones_like", "full_like", "empty_like", "rand_like", "randn_like", "randint_like"),
    )
)
"""Functions that make a tensor of a value's size, and read none of its numbers."""

Change = Callable[[Call], tuple[tuple[Any, ...], dict[str, Any]]]
"""Other arguments for a call."""


@dataclass(frozen=True, eq=False)
class Trouble:
    """Where a module could not be followed any further: the call, its place, and why."""

    call: Call
    number: int
    path: str
    source: str | None
    error: Exception


@dataclass(eq=False)
class Recorder(TorchFunctionMode):
    """While it is entered, the calls of a twin become nodes.

    `changes` says which calls, counted from 0, are to be made with other arguments; without
    `foresees` everything is run, also what the rules of a record tell beforehand.
    """

    book: Book
    changes: Mapping[int, Change] = field(default_factory=dict[int, Change])
    foresees: bool = True
    trouble: Trouble | None = None
    _number: int = -1

    def __post_init__(self) -> None:
        super().__init__()
        self.ledger = self.book.ledger
        self.kernels = Kernels(self._kernel)
        self.noting = Noting(self.book, self.kernels)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run a function, and make nodes of what it gives."""
        kwargs, name = kwargs or {}, name_of(func)
        if self.kernels.counted is not None:  # it is called by another one
            return func(*args, **kwargs)
        if name in QUESTIONS:
            made = func(*args, **kwargs)
            return HOME if name == "device" and made.type == "meta" else made
        self._number += 1
        call = self._called(name, args, kwargs)
        if self._number in self.changes:
            call = self._called(name, *self.changes[self._number](call))
        return self._record(func, call)

    def _kernel(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a kernel that belongs to no function, and make nodes of what it gives."""
        with self.kernels.counting() as counted:
            call = self._called(*spoken(func, args, kwargs))
            try:
                made = run(func, "", args, kwargs)
            except Exception as error:
                self._stumbled(call, error)
                raise
            self.kernels.count(func, args, made)
            main = main_results(func, made)
            return self._noted(call, Ran(main, overwritten(func, args)), counted, made)

    def _called(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """A call with the values that it is given."""
        values: dict[int, Value] = {}
        for tensor in tensors_in((args, kwargs)):
            value = self.ledger.value(tensor)
            if value is not None:
                values[id(tensor)] = self.noting.refreshed(tensor, value)
        return Call(name, args, kwargs, (), values)

    def _record(self, func: Any, call: Call) -> Any:
        """Run a function, and make nodes of what it gives."""
        stripped = Stripped(call.name, call.args, call.kwargs)
        with self.kernels.counting() as counted:
            try:
                refuse(call.name, call.args, call.kwargs)
                stripped.strip(call.values)
                given = list(tensors_in((call.args, call.kwargs)))
                before = [stripped.run_as(tensor)._version for tensor in given]
                said = self._meant_before(func, call, given)
                if said is not None:
                    made = _blank(call, said, given)
                else:
                    made = run(func, call.name, stripped.args, stripped.kwargs)
            except Exception as error:
                self._stumbled(call, error)
                raise
            pairs = zip(given, before, strict=True)
            written = [t for t, version in pairs if stripped.run_as(t)._version != version]
            same = {id(stripped.run_as(tensor)): tensor for tensor in given}
            return self._noted(call, Ran(made, written, same), counted, made, said)

    def _stumbled(self, call: Call, error: Exception) -> None:
        path = self.book.where.here.called()
        self.trouble = Trouble(call, self._number, path, line(), error)

    def _meant_before(self, func: Any, call: Call, given: list[Tensor]) -> Step | None:
        """What a function means that need not be run: torch's own rules take far longer."""
        if not (self.foresees and call.values and call.name in FORESEEN):
            return None
        if len({tensor.dtype for tensor in given}) > 1:
            return None
        if "out" in call.kwargs or works_in_place(func, call):
            return None
        said = meant(call)
        return said if isinstance(said, Step) and said.shaped else None

    def _noted(self, call: Call, ran: Ran, counted: Counted, made: Any, said: Said = None) -> Any:
        """Make nodes of what a function gave or wrote to; what the module is to be given."""
        outside = [t for t in tensors_in((call.args, call.kwargs)) if id(t) not in call.values]
        if not call.values or call.name in BLANKS:
            self.ledger.derive(tensors_in(made), outside)
            return made
        call = Call(call.name, call.args, call.kwargs, tuple(tensors_in(ran.made)), call.values)
        said, results = said or meant(call), ran.results()
        if isinstance(said, Step) and not results and isinstance(made, Tensor):
            made = made.view_as(made)  # what does nothing gives what it is given
            results = [made]
        if isinstance(said, Turned):
            value = call.values[id(call.given[0])]
            self.ledger.know(call.made[0], Value(value.node, said.roles))
        elif isinstance(said, Step):
            self.noting.step(call, said, results, self.ledger.weights(outside))
        elif results and not self.noting.gives_shape(call, results):
            self.noting.operate(call, results, counted, self.ledger.weights(outside))
        self._spread(ran)
        return made

    def _spread(self, ran: Ran) -> None:
        """What was written to has changed wherever it lies."""
        for tensor in ran.written:
            if (value := self.ledger.value(tensor)) is not None:
                self.ledger.written(tensor)
                for made in tensors_in(ran.made):
                    if ran.same.get(id(made)) is tensor and made is not tensor:
                        self.ledger.know(made, value)

    def failed(self, error: Exception) -> Trouble:
        """The module raised an error: that of a function, or one of its own."""
        found, causes = self.trouble, set[int]()
        cause: BaseException | None = error
        while cause is not None and id(cause) not in causes:
            causes.add(id(cause))
            cause = cause.__cause__ or cause.__context__
        if found is None or id(found.error) not in causes:
            path, call = self.book.where.here.called(), Call("forward", (), {}, (), {})
            found = self.trouble = Trouble(call, self._number, path, raised(error), error)
        return found


def _blank(call: Call, said: Step, given: list[Tensor]) -> Tensor:
    """A tensor of the size that a record gives; what a function gives is no leaf."""
    size = leaving(said.layer, tuple(call.size(tensor) for tensor in said.reads))
    needs = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in given)
    shape, kind = said.shape(said.reads[0], size), given[0].dtype
    made = torch.empty(shape, dtype=kind, device="meta", requires_grad=needs)
    return made.clone() if needs else made
