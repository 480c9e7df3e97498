"""What stands behind a word, evaluated: asked for as numbers, sizes, choices, a padding, a window.

A word or number that cannot be is an OptionError; one that does not suit what arrives a ShapeError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

from striate.arithmetic.padding import WORDS as PADDING_WORDS
from striate.arithmetic.padding import Padding
from striate.arithmetic.window import Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.language.network import Classes
from striate.language.tree import Listing
from striate.planning.evaluation import Value

_LARGEST = 10**12
_SAME = ("CONV", "UNSHARED", "TILED", "SEPARABLE")


@dataclass(frozen=True)
class Given:
    """What stands behind a word, evaluated; and what arrives there."""

    word: str
    values: Mapping[str, Value]
    flags: tuple[str, ...]
    arriving: Size
    filters: int
    folder: Path

    @property
    def rank(self) -> int:
        """The number of axes that a window has to slide along."""
        if len(self.arriving) < 2:
            raise ShapeError(
                f"{self.word} needs axes to slide along, but {show(self.arriving)} features arrive",
                help=["give the layer before a shape: FC 16x7x7"],
            )
        return len(self.arriving) - 1

    def number(self, name: str, default: int, least: int = 1) -> int:
        """A whole number."""
        value = self.values.get(name, Fraction(default))
        if isinstance(value, Classes):
            return value
        if isinstance(value, Fraction) and value.denominator == 1 and least <= value <= _LARGEST:
            return int(value)
        raise OptionError(
            f"{self.word}: {name} is a whole number, at least {least}, found {_shown(value)}"
        )

    def real(self, name: str, default: float) -> float:
        """A number that need not be whole."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, Fraction) or abs(value) > _LARGEST:
            raise OptionError(f"{self.word}: {name} is a number, at most {_LARGEST}")
        return float(value)

    def size(self, name: str, default: int | Size | None = None) -> Size:
        """A number for each axis: one number means every axis."""
        value = self.values.get(name, default)
        if isinstance(value, Fraction | int):
            value = (self.number(name, int(value)),) * self.rank
        if not isinstance(value, tuple):
            raise OptionError(f"{self.word}: {name} is a number or a size, which is missing")
        if min(value) < 1:
            raise OptionError(f"{self.word}: {name} is at least 1 everywhere, found {show(value)}")
        if len(value) != self.rank:
            raise ShapeError(
                f"{self.word}: {name} {show(value)} does not suit the {self.rank} axes of "
                f"{show(self.arriving)}"
            )
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of several words; the first one if none was given."""
        value = self.values.get(name, choices[0])
        if value not in choices:
            listed = ", ".join(choices)
            raise OptionError(f"{self.word}: {name} is one of {listed}, found {_shown(value)}")
        return str(value)

    @property
    def bias(self) -> bool:
        """Whether a bias is added."""
        return self.choice("bias", ("yes", "no")) == "yes"

    @property
    def mode(self) -> L.PaddingMode:
        """What stands in the padding."""
        return cast(L.PaddingMode, self.choice("mode", ("zeros", "edge", "reflect", "circular")))

    @property
    def padding(self) -> Padding | None:
        """Padding as it was given: a word, numbers, or pairs; None if it was not."""
        words = [flag for flag in self.flags if flag in PADDING_WORDS]
        value = self.values.get("pad", words[0] if words else None)
        if isinstance(value, Listing):
            return listing(value.text)
        if isinstance(value, Fraction):
            return self.number("pad", 0, least=0)
        if isinstance(value, str) and value not in PADDING_WORDS:
            raise OptionError(f"{self.word}: pad is a number or one of {', '.join(PADDING_WORDS)}")
        return cast(Padding | None, value)

    def window(self, kernel: int, stride: int | None = 1) -> Window:
        """The window; without a kernel 3x3 same, and stride None means the kernel."""
        padding = self.padding
        if padding is None:
            padding = "same" if self.word in _SAME and "kernel" not in self.values else 0
        size = self.size("kernel", kernel)
        return Window.of(
            size,
            stride=self.size("stride", size if stride is None else stride),
            padding=padding,
            dilation=self.size("dilation", 1),
        )


def _shown(value: Value) -> str:
    match value:
        case tuple():
            return show(value)
        case Listing(text):
            return text
        case _:
            return str(value)


def listing(text: str) -> list[int | tuple[int, int]]:
    """Padding with both sides: 0/1x1/1 is (before, after) for each axis.

    >>> listing("0/1x2")
    [(0, 1), 2]
    """
    sides: list[int | tuple[int, int]] = []
    for axis in text.split("x"):
        entries = axis.split("/")
        if len(entries) > 2 or not all(0 < len(entry) <= 9 for entry in entries):
            raise OptionError(f"pad={text} is not before/after for each axis: pad=0/1x0/1")
        sides.append((int(entries[0]), int(entries[1])) if len(entries) == 2 else int(axis))
    return sides
