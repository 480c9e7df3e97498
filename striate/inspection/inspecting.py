"""Inspecting: any torch module as the network that a text gives.

A twin of the module, whose weights take no memory, is run once on inputs without numbers. What was
given stays as it is, its weights, modes, hooks and gradients, and so does every random state.
"""

import random
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from striate.inspection.arriving import Given, inputs_of
from striate.inspection.book import Book
from striate.inspection.calls import tensors_in
from striate.inspection.ledger import Ledger
from striate.inspection.naming import named
from striate.inspection.recording import Change, Recorder, Trouble
from striate.inspection.stopping import reason_of
from striate.inspection.tidying import tidied
from striate.inspection.twin import twin
from striate.inspection.whereabouts import Whereabouts
from striate.language.network import Network


@dataclass(frozen=True, eq=False)
class Inspection:
    """The network of a module, and where it could not be followed any further, if anywhere."""

    network: Network
    trouble: Trouble | None = None


def inspect(module: nn.Module, input: Given, *, name: str | None = None) -> Network:
    """The network that a module computes for inputs of a size.

    >>> module = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    >>> [(node.path, node.size) for node in inspect(module, (3, 32, 32)).nodes]
    [('input', (3, 32, 32)), ('0', (8, 32, 32)), ('1', (8, 32, 32)), ('2', (8, 16, 16))]
    """
    return examine(module, input, name=name).network


def examine(
    module: nn.Module,
    input: Given,
    *,
    name: str | None = None,
    changes: Mapping[int, Change] | None = None,
    foresees: bool = True,
) -> Inspection:
    """The network of a module as far as it can be followed, and what stood in the way.

    `changes` says which calls are to be made with other arguments; without `foresees` all of them
    are run, also those whose results the rules of a record tell.
    """
    made = twin(module)
    book = Book(made, Whereabouts.within(made.module), Ledger(made.parameters))
    recorder = Recorder(book, changes or {}, foresees)
    with undisturbed():
        result = _run(recorder, input)
    outputs = _outputs(recorder, result)
    tidy = tidied(book.operations, outputs)
    return Inspection(
        Network(
            name or type(module).__name__,
            named(tidy.operations),
            tuple(dict.fromkeys(tidy.numbers[number] for number in outputs)),
            tidy.softmax,
            _notes(recorder),
        ),
        recorder.trouble,
    )


def _run(recorder: Recorder, input: Given) -> Any:
    """What the module gives, or a node for what stood in the way."""
    book = recorder.book
    args, kwargs = inputs_of(input, book.twin)
    for tensor in tensors_in((args, kwargs)):
        book.input(tensor, tuple(tensor.shape[1:]))
    hooks = torch.autograd.graph.saved_tensors_hooks(recorder.kernels.pack, lambda packed: packed)
    try:
        with torch.enable_grad(), hooks, recorder, recorder.kernels:
            result = book.twin.module(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 (a module may raise anything)
        trouble = recorder.failed(error)
        inputs = dict.fromkeys(value.node for value in trouble.call.values.values())
        last = (len(book.operations) - 1,)
        book.stop(trouble.call.name, tuple(inputs) or last, reason_of(trouble), trouble.source)
        return None
    recorder.trouble = None  # an error that the module caught is its own affair
    return result


def _outputs(recorder: Recorder, result: Any) -> tuple[int, ...]:
    """The nodes that the module gives; the last one, if it gave nothing."""
    numbers = [recorder.noting.give(tensor) for tensor in tensors_in(result)]
    last = (len(recorder.book.operations) - 1,)
    return tuple(dict.fromkeys(number for number in numbers if number is not None)) or last


@contextmanager
def undisturbed() -> Generator[None]:
    """Random numbers that are drawn here are not missed anywhere else, and nobody is warned."""
    import sys

    state, numpy = random.getstate(), sys.modules.get("numpy")
    drawn = numpy.random.get_state() if numpy is not None else None
    try:
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)
        if numpy is not None:
            numpy.random.set_state(drawn)


def _notes(recorder: Recorder) -> tuple[str, ...]:
    """What is to be said of a module as a whole."""
    unused = {
        name: weight.numel()
        for name, weight in recorder.book.twin.parameters.items()
        if name not in recorder.book.taken and not is_lazy(weight)
    }
    if not unused or recorder.trouble is not None:
        return ()
    few = ", ".join([*unused][:3]) + (", ..." if len(unused) > 3 else "")
    return (f"{sum(unused.values()):,} parameters are not used: {few}",)
