"""Whereabouts: in which module, and on which line of whose code, an operation is called."""

import os
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import nn

_FOLDERS = (Path(torch.__file__).parent, Path(__file__).parents[1])
_OWN = tuple(f"{folder}{os.sep}" for folder in _FOLDERS)
_GENERATED = "<eval_with_key>"
_ENTRANCES = ("examine", "rehearse")


@dataclass
class Visit:
    """One call of a module: its path, which call of it this is, and the weights in it."""

    path: str
    turn: int
    weights: frozenset[str]
    compiled: bool = False
    """Whether it runs no Python in which modules could be told apart."""
    leaf: bool = True
    """Whether it has called no other module, but for such as make a weight."""

    def called(self) -> str:
        """The path, with a number from the second call on."""
        return self.path if self.turn == 1 else f"{self.path}#{self.turn}"


@dataclass(eq=False)
class Whereabouts:
    """The modules that are being called, innermost last."""

    stack: list[Visit]
    turns: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def within(cls, root: nn.Module) -> "Whereabouts":
        """Follow the calls of a module and of all modules in it, from now on."""
        made = cls([_outermost(root)])
        for path, module in root.named_modules():
            if path:
                made._follow(path, module)
        return made

    def _follow(self, path: str, module: nn.Module) -> None:
        compiled = isinstance(module, torch.jit.ScriptModule)
        makes_weights = "parametrizations" in path.split(".")

        def enter(module: nn.Module, *_: Any) -> None:
            self.turns[path] = turn = self.turns.get(path, 0) + 1
            own = frozenset(f"{path}.{name}" for name, _ in module.named_parameters())
            self.here.leaf = self.here.leaf and makes_weights
            self.stack.append(Visit(path, turn, own, compiled))

        def leave(*_: Any) -> None:
            while self.stack[-1].path != path:
                self.stack.pop()  # an exception was caught further in
            self.stack.pop()

        nn.Module.register_forward_pre_hook(module, enter, prepend=True)
        nn.Module.register_forward_hook(module, leave)

    @property
    def here(self) -> Visit:
        """The innermost module."""
        return self.stack[-1]


def _outermost(root: nn.Module) -> Visit:
    compiled = isinstance(root, torch.jit.ScriptModule)
    own = frozenset(name for name, _ in root.named_parameters() if "." not in name)
    return Visit("", 1, own, compiled)


def line() -> str | None:
    """The file and the line outside torch that is being computed: model.py:14.

    >>> line() is None or ":" in line()
    True
    """
    frame = caller()
    return f"{_name(frame.f_code.co_filename)}:{frame.f_lineno}" if frame else None


def caller() -> FrameType | None:
    """The innermost frame of a module's code outside torch and striate that is being computed."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        file, own = frame.f_code.co_filename, frame.f_code.co_filename.startswith(_OWN)
        if own and frame.f_code.co_name in _ENTRANCES:
            return None
        if not own and not file.startswith(_GENERATED):
            return frame
        frame = frame.f_back
    return None


def raised(error: BaseException) -> str | None:
    """The file and the line outside torch, the innermost one, where an error was raised."""
    found, trace = None, error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith((*_OWN, _GENERATED)):
            found = f"{_name(code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


@cache  # asked for every operation of a module
def _name(file: str) -> str:
    return Path(file).name
