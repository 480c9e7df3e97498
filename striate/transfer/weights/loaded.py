"""Loaded: which tensors of a file went into a network, and which did not, said in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from striate.arithmetic.window import show
from striate.transfer.weights.fitting import counted
from striate.transfer.weights.mapping import Shape


@dataclass(frozen=True)
class Loaded:
    """What became of the tensors of a file, and of those of the network.

    >>> print(Loaded("FILE", ("0.weight",), missing=("fc.weight", "fc.bias")).sentence)
    1 of 3 tensors come from FILE; begins anew: fc (not in the file)
    """

    source: str
    loaded: tuple[str, ...] = ()
    """The keys of the network whose tensors come from the file."""
    missing: tuple[str, ...] = ()
    """Keys that begin anew because the file has nothing for them."""
    reshaped: tuple[tuple[str, Shape, Shape], ...] = ()
    """Keys that begin anew because the file has another shape: the key, that, and the one here."""
    fresh: tuple[str, ...] = ()
    """Keys that begin anew although the file has what they need."""
    left: tuple[str, ...] = ()
    """Names in the file that the network has no place for."""
    map: str = ""
    """How the names of the file became those of the network; empty where they are the same."""
    notes: tuple[str, ...] = field(default=())

    @property
    def anew(self) -> tuple[str, ...]:
        """Every key that begins anew."""
        return (*self.missing, *(key for key, _, _ in self.reshaped), *self.fresh)

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        taken, anew = len(counted(self.loaded)), len(counted(self.anew))
        parts = [
            f"{taken} of {taken + anew} tensors come from {self.source}",
            f"begins anew: {self._anew()}" if self.anew else "",
            f"left: {grouped(self.left)}" if self.left else "",
        ]
        return "; ".join(part for part in parts if part)

    def __rich__(self) -> RenderableType:
        named = (f"its names were changed: {self.map}",) if self.map else ()
        return Group(*(Text(line) for line in (self.sentence, *named, *self.notes)))

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "source": self.source,
            "map": self.map,
            "loaded": list(self.loaded),
            "missing": list(self.missing),
            "reshaped": [
                {"key": key, "there": list(there), "here": list(here)}
                for key, there, here in self.reshaped
            ],
            "fresh": list(self.fresh),
            "left": list(self.left),
            "notes": list(self.notes),
        }

    def _anew(self) -> str:
        """The layers that begin anew, and why each does."""
        why: dict[str, str] = {}
        for key, there, here in self.reshaped:
            why.setdefault(level(key), _why(there, here))
        for key in self.missing:
            why.setdefault(level(key), "not in the file")
        for key in self.fresh:
            why.setdefault(level(key), "as asked for")
        shown = [f"{path} ({reason})" for path, reason in why.items()]
        return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def level(key: str) -> str:
    """The path of the layer that a key belongs to.

    >>> level("classifier.1.weight"), level("weight")
    ('classifier.1', 'weight')
    """
    return key.rpartition(".")[0] or key


def grouped(names: Iterable[str]) -> str:
    """Many names as the levels that they begin with, and how many there are in each.

    >>> grouped(["AuxLogits.conv0.weight", "AuxLogits.fc.bias", "step"])
    'AuxLogits (2 tensors), step'
    """
    counts: dict[str, int] = {}
    for name in names:
        first = name.split(".")[0]
        counts[first] = counts.get(first, 0) + 1
    shown = [f"{name} ({n} tensors)" if n > 1 else name for name, n in counts.items()]
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def _why(there: Shape, here: Shape) -> str:
    """Why a layer begins anew whose shape differs."""
    if there and here and there[1:] == here[1:]:
        return f"{there[0]:,} classes there, {here[0]:,} here"
    return f"{show(there)} there, {show(here)} here"
