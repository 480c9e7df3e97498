"""Running a function on tensors without numbers, as the module that calls it expects.

Values and weights of a twin have no numbers; what a module makes up for itself, such as the angles
of a position, has. Where the two meet, the numbers are left behind. To the module all lies on the
CPU, wherever it asks for something to be put.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from striate.inspection.calls import tensors_in

HOME = torch.device("cpu")
_META = torch.device("meta")
_MOVES = frozenset(("to", "cpu", "cuda", "xpu", "type", "pin_memory"))
_PICKS = frozenset(("getitem", "setitem"))
"""Functions whose indices keep their numbers, for they may be a mask."""

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class NumbersNeededError(Exception):
    """What a function gives depends on the numbers that it is given."""


@dataclass(eq=False)
class Stripped:
    """What a function is given, without numbers where anything that it is given has none."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    _stripped: dict[int, Tensor] = field(default_factory=dict[int, Tensor])

    def strip(self, without: Collection[int]) -> None:
        """Leave the numbers behind if a tensor has none, or is one of those told by their ids."""
        given = tensors_in((self.args, self.kwargs))
        if not any(tensor.is_meta or id(tensor) in without for tensor in given):
            self.kwargs = {name: _at_home(name, value) for name, value in self.kwargs.items()}
            return
        picked = self.args[1:2] if self.name in _PICKS else ()
        args = (
            [arg if arg in picked else self._bare(arg) for arg in self.args]
            if not picked
            else [self._bare(self.args[0]), *picked, *map(self._bare, self.args[2:])]
        )
        self.args = tuple(args)
        self.kwargs = {name: self._bare(value) for name, value in self.kwargs.items()}

    def run_as(self, tensor: Tensor) -> Tensor:
        """The tensor that is run in place of one that was given."""
        return self._stripped.get(id(tensor), tensor)

    def _bare(self, given: Any) -> Any:
        if isinstance(given, Tensor):
            if given.is_meta:
                return given
            made = torch.empty_like(given, device=_META, requires_grad=False)
            return self._stripped.setdefault(id(given), made)
        if isinstance(given, torch.device):
            return _META
        return mapped(self._bare, given)


@dataclass(frozen=True, eq=False)
class Ran:
    """What a function gave and wrote to; `same` are given tensors, by the id of what was run."""

    made: Any
    written: list[Tensor]
    same: Mapping[int, Tensor] = field(default_factory=dict[int, Tensor])

    def results(self) -> list[Tensor]:
        """The tensors with new numbers: those written to, and those that were not given."""
        written = {id(tensor) for tensor in self.written}
        made = tensors_in(self.made)
        fresh = [t for t in made if id(t) not in self.same and id(t) not in written]
        return list({id(t): t for t in (*self.written, *fresh)}.values())


def mapped(change: Callable[[Any], Any], given: Any) -> Any:
    """Nested lists, tuples and dictionaries with all that lies in them changed."""
    if isinstance(given, dict):
        return {name: change(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        parts = [change(value) for value in given]
        return type(given)(*parts) if hasattr(given, "_fields") else type(given)(parts)
    return given


def run(func: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What a function gives; where torch cannot tell without numbers, it is run on zeros.

    >>> run(torch.relu, "relu", (torch.ones(2, device="meta"),), {}).shape
    torch.Size([2])
    """
    if name in _MOVES and (args[1:] or kwargs or name != "type"):
        args, kwargs = (args[0], *filter(_no_place, args[1:])), _without_places(kwargs)
        return args[0].to(*args[1:], **kwargs) if args[1:] or kwargs else args[0]
    try:
        return func(*args, **kwargs)
    except NotImplementedError:
        return on_zeros(func, args, kwargs)
    except RuntimeError as error:
        if "fake impl" in str(error):
            return on_zeros(func, args, kwargs)
        if "requires grad" not in str(error):
            raise
        with torch.no_grad():  # it writes where only looking may write
            return func(*args, **kwargs)


def on_zeros(func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What a function gives that needs numbers; NumbersNeededError if it depends on them."""
    learns = any(t.requires_grad for t in tensors_in((args, kwargs)))
    with torch.no_grad(), _Watch():
        made = func(*_zeros(args), **_zeros(kwargs))
    if next(tensors_in(made), None) is None:
        raise NumbersNeededError("it gives numbers and no tensor")

    def bare(given: Any) -> Any:
        if not isinstance(given, Tensor):
            return mapped(bare, given)
        needs = learns and torch.is_grad_enabled() and given.is_floating_point()
        made = torch.empty_like(given, device=_META, requires_grad=needs)
        return made.clone() if needs else made

    return bare(made)


def _zeros(given: Any) -> Any:
    if isinstance(given, Tensor):
        return torch.zeros_like(given, device=HOME) if given.is_meta else given
    return HOME if isinstance(given, torch.device) else mapped(_zeros, given)


class _Watch(TorchDispatchMode):
    """Stops where a result depends on numbers, as torch says of each of its kernels."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        tags = (torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape)
        if any(tag in func.tags for tag in tags):
            raise NumbersNeededError(f"what {func._schema.name} gives depends on numbers")
        return func(*args, **(kwargs or {}))


def _no_place(given: Any) -> bool:
    return not isinstance(given, torch.device | str | int) or isinstance(given, bool)


def _without_places(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name != "device"}


def _at_home(name: str, given: Any) -> Any:
    """A device that a module names for what it makes: it is made here."""
    return HOME if name == "device" and given is not None else given
