"""Factories: networks that are Python and not text, named `package.module:factory`.

A factory is whatever, called, gives a torch module: a function or a class. It is told `classes`
(or `num_classes`) and `input`, the (channels, height, width) of an image, where it takes them by
these names, and the numbers that stand behind the network.
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from striate.errors import OptionError

FILLING = frozenset(
    {
        *("uniform_", "normal_", "trunc_normal_", "log_normal_", "cauchy_", "geometric_"),
        *("exponential_", "bernoulli_", "random_", "zero_", "fill_"),
    }
)
"""Functions that put numbers into a tensor."""

FORM = "a network in Python is named package.module:factory, such as nets:small"


@dataclass(frozen=True)
class Factory:
    """The name of a factory and the numbers for it; without a name, a module given as it is.

    >>> Factory("torch.nn:Flatten").make(classes=10, input=(1, 8, 8))
    Flatten(start_dim=1, end_dim=-1)
    """

    name: str
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])

    def make(self, *, classes: int | None, input: tuple[int, ...]) -> nn.Module:
        """What the factory makes. Raises OptionError, which says why, where it makes no module."""
        with _current_folder():
            found = _found(self.name)
            if isinstance(found, nn.Module):
                return found
            if not callable(found):
                raise OptionError(f"{self.name} is {type(found).__name__}", help=[FORM])
            given = _arguments(found, classes=classes, input=input) | dict(self.numbers)
            told = ", ".join(f"{name}={value}" for name, value in given.items())
            try:
                made = found(**given)
            except Exception as error:
                raise OptionError(
                    f"{self.name}({told}) failed: {type(error).__name__}: {error}",
                    help=["it is called with classes= and input= where it takes these names"],
                ) from error
        if not isinstance(made, nn.Module):
            raise OptionError(
                f"{self.name}({told}) gave {type(made).__name__}, not a torch module", help=[FORM]
            )
        return made

    def outline(self, *, classes: int | None, input: tuple[int, ...]) -> nn.Module:
        """What the factory makes, its weights without numbers or memory where it can be had."""
        try:
            with torch.device("meta"), _Outlined():
                return self.make(classes=classes, input=input)
        except OptionError:  # it looks at numbers, or loads some: then they are made
            return self.make(classes=classes, input=input)


class _Outlined(TorchFunctionMode):
    """While it is entered, tensors without numbers are not filled: torch's way takes seconds."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run a function, unless it fills what has no numbers."""
        fills = getattr(func, "__name__", "") in FILLING and args and args[0].is_meta
        return args[0] if fills else func(*args, **(kwargs or {}))


@contextmanager
def _current_folder() -> Generator[None]:
    """Modules are found in the current folder too."""
    folder = str(Path.cwd())
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _found(name: str) -> Any:
    """What has that name."""
    module, _, attribute = name.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except AttributeError as error:
        raise OptionError(f"{module} has no {attribute}", help=[FORM]) from error
    except ModuleNotFoundError as error:
        here = f"it is looked for in {Path.cwd()} and where Python is installed"
        raise OptionError(f"{name}: there is no module {error.name!r}", help=[here]) from error
    except Exception as error:
        raise OptionError(
            f"{module} cannot be imported: {type(error).__name__}: {error}",
            help=[f"try it: python -c 'import {module}'"],
        ) from error


def _arguments(factory: Callable[..., Any], **known: Any) -> dict[str, Any]:
    """What is known, under the names that a factory takes."""
    try:
        names = inspect.signature(factory).parameters
    except (TypeError, ValueError):  # written in C
        return {}
    called = {"classes": ("classes", "num_classes"), "input": ("input",)}
    pairs = ((next((n for n in called[what] if n in names), None), known[what]) for what in known)
    return {name: value for name, value in pairs if name is not None and value is not None}
