"""A rehearsal: the twin of a module runs, and each of its calls is written down, up to the failure.

A rehearsal may be given edits: other numbers for a layer, other arguments for a call, another
input. So what would help is tried, and the code that the module came from is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from striate.inspection.calls import name_of, tensors_in
from striate.inspection.diagnosis.edits import Edit, Function, Site
from striate.inspection.diagnosis.settings import kind_of
from striate.inspection.inspecting import Given, inputs_of, undisturbed
from striate.inspection.recording import QUESTIONS
from striate.inspection.refusals import refuse
from striate.inspection.running import HOME, Stripped, run
from striate.inspection.twin import twin
from striate.inspection.whereabouts import Visit, Whereabouts, caller, line, raised

JOINS = {"add": "+", "radd": "+", "iadd": "+=", "concat": "cat", "concatenate": "cat"}


@dataclass(frozen=True, eq=False)
class Performed:
    """A call of a function of torch, what it was given and what it gave, and where it stands.

    `path` is that of the innermost module; `owner` is the module whose numbers the call takes: one
    of torch's own layers, None if somebody's code calls the function.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    made: tuple[Tensor, ...]
    site: Site
    path: str
    source: str | None
    owner: nn.Module | None = None

    @property
    def called(self) -> str:
        """Its name for people: the path of a layer, or a function and the line it is called on."""
        if self.owner is not None:
            return self.path or type(self.owner).__name__
        shown = JOINS.get(self.name, self.name)
        return f"{shown} ({self.source})" if self.source else shown

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The tensors that it was given."""
        return tuple(tensors_in((self.args, self.kwargs)))


@dataclass(eq=False)
class Rehearsal(TorchFunctionMode):
    """While it is entered, calls are edited and written down."""

    where: Whereabouts
    modules: dict[str, nn.Module]
    visited: dict[str, tuple[Any, ...]]
    edits: Sequence[Edit] = ()
    inputs: set[int] = field(default_factory=set[int])
    """What tells the tensors that the module is given."""
    performed: list[Performed] = field(default_factory=list[Performed])
    error: Exception | None = None
    failed: Performed | None = None
    result: Any = None

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(
        self, func: Function, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run a function as the edits want it."""
        kwargs, name = kwargs or {}, name_of(func)
        if name in QUESTIONS:
            made = func(*args, **kwargs)
            return HOME if name == "device" and made.type == "meta" else made
        visit = self.where.here
        owner = self._owner(visit.path)
        site = _site(visit, name, owner)
        for edit in self.edits:
            func, (args, kwargs) = edit.call(site, func, (args, kwargs))
        done = Performed(name, args, kwargs, (), site, visit.path, line(), owner)
        try:
            refuse(name, args, kwargs)
            stripped = Stripped(name, args, kwargs)
            stripped.strip(())
            made = _foreseen(name, stripped.args)
            if made is None:
                made = run(func, name, stripped.args, stripped.kwargs)
        except Exception as error:
            self.failed, self.error = done, error
            raise
        tensors = tuple(tensors_in(made)) or (args[:1] if name == "setitem" else ())
        self.performed.append(
            Performed(name, args, kwargs, tensors, site, visit.path, done.source, owner)
        )
        return made

    def _owner(self, path: str) -> nn.Module | None:
        """The layer of torch at a path, if it is one."""
        module = self.modules.get(path)
        return module if module is not None and kind_of(module) else None

    def ended(self, error: Exception) -> None:
        """The module raised an error; what it caught before is its own affair."""
        if error is self.error:
            return
        self.failed, self.error = None, error
        path = self.where.here.path
        if owner := self._owner(path):  # a layer of torch refused what it was given
            given = self.visited.get(path, ())
            site, source = (path, "forward"), raised(error)
            self.failed = Performed("forward", given, {}, (), site, path, source, owner)


def rehearse(module: nn.Module, input: Given, edits: Sequence[Edit] = ()) -> Rehearsal:
    """Run the twin of a module, with edits, to the end or to its failure.

    >>> failed = rehearse(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3)), (3, 9, 9))
    >>> failed.failed.path, [done.path for done in failed.performed]
    ('1', ['0'])
    """
    with undisturbed():
        made = twin(module)
        for edit in edits:
            edit.module(made.module)
            input = edit.input(input)
        where = Whereabouts.within(made.module)
        modules = dict(made.module.named_modules())
        rehearsal = Rehearsal(where, modules, _visited(modules), edits)
        args, kwargs = inputs_of(input, made)
        rehearsal.inputs.update(map(id, tensors_in((args, kwargs))))
        try:
            with torch.enable_grad(), rehearsal:
                rehearsal.result = made.module(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (a module may raise anything)
            rehearsal.ended(error)
        else:
            rehearsal.failed = rehearsal.error = None
    return rehearsal


def _foreseen(name: str, args: tuple[Any, ...]) -> Tensor | None:
    """What a norm over the batch gives: torch's own rules for it take far longer than all else."""
    if name != "batch_norm" or args[0].ndim < 2:
        return None
    weights = [arg for arg in args[1:5] if isinstance(arg, Tensor)]
    fits = all(weight.numel() == args[0].shape[1] for weight in weights)
    same = all(weight.dtype == args[0].dtype for weight in weights)
    return torch.empty_like(args[0]) if fits and same and args[0].is_meta else None


def _visited(modules: dict[str, nn.Module]) -> dict[str, tuple[Any, ...]]:
    """What each module is given when it is called last, from now on."""
    visited: dict[str, tuple[Any, ...]] = {}

    def follow(path: str, module: nn.Module) -> None:
        def note(_: nn.Module, args: tuple[Any, ...]) -> None:
            visited[path] = args

        module.register_forward_pre_hook(note, prepend=True)

    for path, module in modules.items():
        if not isinstance(module, torch.jit.ScriptModule):
            follow(path, module)
    return visited


def _site(visit: Visit, name: str, owner: nn.Module | None) -> Site:
    """The layer that calls a function; or the very place in the code that calls it."""
    frame = caller()
    if owner is not None or frame is None:
        return (visit.path, name)
    return (frame.f_code, frame.f_lasti, name)
