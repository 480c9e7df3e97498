"""Edits: what somebody may change in the code of a module, made in its twin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from striate.inspection.diagnosis.settings import kind_of, remake, settings
from striate.inspection.inspecting import Given

Function = Callable[..., Any]
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Site = tuple[Any, ...]
"""What tells a call in every run: the path of a layer and a function, or a place in some code."""


@dataclass(frozen=True, eq=False)
class Edit:
    """A change in words, and the kind of change that it is; by itself it changes nothing."""

    says: str
    kind: str

    def module(self, root: nn.Module) -> None:
        """Change the modules of a twin."""

    def input(self, input: Given) -> Given:
        """Another input in place of this one."""
        return input

    def call(self, site: Site, func: Function, given: Arguments) -> tuple[Function, Arguments]:
        """Another function or other arguments in place of these."""
        del site
        return func, given


@dataclass(frozen=True, eq=False)
class Remade(Edit):
    """A layer of torch, wherever it stands in the module, made with other numbers."""

    path: str
    numbers: Mapping[str, Any]

    def module(self, root: nn.Module) -> None:
        """Make the layer again."""
        remake(root.get_submodule(self.path), self.numbers)


@dataclass(frozen=True, eq=False)
class Retyped(Edit):
    """The weights of a layer as numbers of another kind."""

    path: str
    kind_of_number: Any

    def module(self, root: nn.Module) -> None:
        """Change the kind of its numbers."""
        root.get_submodule(self.path).to(self.kind_of_number)


@dataclass(frozen=True, eq=False)
class Swapped(Edit):
    """The same layer of torch for another number of axes: BatchNorm1d in place of BatchNorm2d."""

    path: str
    made: type[nn.Module]

    @classmethod
    def of(cls, path: str, owner: nn.Module | None, axes: int) -> "Swapped | None":
        """The layer at a path for so many axes; None if there is none."""
        kind = kind_of(owner) if owner is not None else None
        if owner is None or kind is None or not kind.__name__.endswith(("1d", "2d", "3d")):
            return None
        made = getattr(nn, f"{kind.__name__[:-2]}{axes}d", kind)
        says = f"{made.__name__} in place of {kind.__name__} in {path or 'it'}"
        return None if made is kind else cls(says, "axes of the layer", path, made)

    def module(self, root: nn.Module) -> None:
        """Put the other layer in its place."""
        held = root.get_submodule(self.path)
        numbers = settings(held)
        windows = ("kernel_size", "stride", "padding", "dilation", "output_padding")
        for name in windows:
            if isinstance(numbers.get(name), tuple):
                numbers[name] = numbers[name][0]
        made = self.made(**numbers).to("meta").eval()
        root.set_submodule(self.path, made)


@dataclass(frozen=True, eq=False)
class Recalled(Edit):
    """All calls that are made at one place, with other arguments or of another function."""

    site: Site
    change: Callable[[Function, Arguments], tuple[Function, Arguments]]

    def call(self, site: Site, func: Function, given: Arguments) -> tuple[Function, Arguments]:
        """Change the call, if it is made there."""
        return self.change(func, given) if site == self.site else (func, given)


@dataclass(frozen=True, eq=False)
class Resized(Edit):
    """Another input."""

    other: Given

    def input(self, input: Given) -> Given:
        """The other input."""
        del input
        return self.other


def naming(names: tuple[str, ...], numbers: Mapping[str, Any]) -> Callable[..., Any]:
    """A change of arguments that have these names, in their order."""

    def change(func: Function, given: Arguments) -> tuple[Function, Arguments]:
        args, kwargs = list(given[0]), dict(given[1])
        for name, value in numbers.items():
            place = names.index(name)
            if place < len(args):
                args[place] = value
            else:
                kwargs[name] = value
        return func, (tuple(args), kwargs)

    return change


def receiving(position: int, change: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """A change of one of the tensors that a call is given: one beside others, or in a list."""

    def changed(func: Function, given: Arguments) -> tuple[Function, Arguments]:
        args, kwargs = given
        if isinstance(args[0], list | tuple):
            parts = [change(t) if n == position else t for n, t in enumerate(args[0])]
            return func, ((type(args[0])(parts), *args[1:]), kwargs)
        return func, (tuple(change(a) if n == position else a for n, a in enumerate(args)), kwargs)

    return changed
