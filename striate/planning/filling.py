"""From a word of the text to its record: what was left out is filled with what people expect.

CONV 3x3 same with 32 filters (doubling after each POOL), POOL 2, FC 128, stride of a pool its
kernel. A written kernel means padding 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

from striate.arithmetic.window import Padding, Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.language.network import Classes
from striate.language.tree import Listing
from striate.language.words import ACTIVATIONS, PADDING_WORDS
from striate.planning.evaluation import Value


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
        if not isinstance(value, Fraction) or value.denominator != 1 or value < least:
            shown = show(value) if isinstance(value, tuple) else str(value)
            raise OptionError(
                f"{self.word}: {name} is a whole number, at least {least}, found {shown}"
            )
        return int(value)

    def real(self, name: str, default: float) -> float:
        """A number that need not be whole."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, Fraction):
            raise OptionError(f"{self.word}: {name} is a number")
        return float(value)

    def size(self, name: str, default: int | Size | None = None) -> Size:
        """A number for each axis: one number means every axis."""
        value = self.values.get(name, default)
        if isinstance(value, Fraction | int):
            value = (self.number(name, int(value)),) * self.rank
        if not isinstance(value, tuple):
            raise OptionError(f"{self.word} needs a {name}")
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
            raise OptionError(f"{self.word}: {name} is one of {', '.join(choices)}, found {value}")
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


_SAME = ("CONV", "UNSHARED", "TILED", "SEPARABLE")


def fill(given: Given) -> L.Layer:
    """The record of a word."""
    if given.word in ACTIVATIONS:
        slope = given.real("slope", 0.01) if given.word == "LEAKYRELU" else None
        return L.Activation(given.word.lower(), slope)
    return _FILLERS[given.word](given)


def listing(text: str) -> list[int | tuple[int, int]]:
    """Padding with both sides: 0/1x1/1 is (before, after) for each axis.

    >>> listing("0/1x2")
    [(0, 1), 2]
    """
    sides: list[int | tuple[int, int]] = []
    for axis in text.replace("×", "x").split("x"):
        numbers = [int(side) for side in axis.split("/") if side]
        if len(numbers) not in (1, 2) or axis.count("/") != len(numbers) - 1:
            raise OptionError(f"pad={text} is not before/after for each axis: pad=0/1x0/1")
        sides.append(numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1]))
    return sides


def table(text: str, folder: Path) -> L.Table:
    """A connection table: 012/123 (or 0.10.11/3), or a file with a line of numbers per filter."""
    if not set(text) <= set("0123456789./"):
        path = folder / text
        if not path.is_file():
            raise OptionError(f"there is no connection table {path}")
        rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    else:
        rows = [row.split(".") if "." in row else list(row) for row in text.split("/")]
    try:
        numbers = tuple(tuple(sorted({int(entry) for entry in row})) for row in rows)
    except ValueError:
        raise OptionError(f"connect={text} holds something that is not a number") from None
    if not all(numbers):
        raise OptionError(f"connect={text}: a filter without any channel")
    return numbers


def _convolution(given: Given) -> L.Layer:
    connect = given.values.get("connect")
    return L.Convolution(
        given.number("filters", given.filters),
        given.window(3),
        given.number("groups", 1),
        table(connect.text, given.folder) if isinstance(connect, Listing) else None,
        given.bias,
        given.mode,
    )


def _unshared(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Unshared(filters, given.window(3), given.bias, given.mode)


def _tiled(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Tiled(filters, given.window(3), given.size("tiles", 2), given.bias, given.mode)


def _separable(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Separable(filters, given.window(3), given.bias, given.mode)


def _transposed(given: Given) -> L.Layer:
    to = given.size("to") if "to" in given.values else None
    filters, groups = given.number("filters", given.filters), given.number("groups", 1)
    return L.Transposed(filters, given.window(2, stride=None), groups, given.bias, to)


def _pool(kind: L.PoolKind) -> Callable[[Given], L.Layer]:
    def pool(given: Given) -> L.Layer:
        return L.Pool(kind, given.window(2, stride=None), "ceil" in given.flags, given.mode)

    return pool


def _adaptive(given: Given) -> L.Layer:
    return L.Adaptive(
        given.size("size", 1), cast(L.PoolKind, given.choice("mode", ("average", "max")))
    )


def _linear(given: Given) -> L.Layer:
    value = given.values.get("features")
    shape = value if isinstance(value, tuple) else (given.number("features", 128),)
    return L.Linear(shape, given.bias)


def _upsample(given: Given) -> L.Layer:
    to = given.size("to") if "to" in given.values else None
    mode = given.choice("mode", ("nearest", "linear"))
    return L.Upsample(given.number("factor", 2), mode, to)  # pyright: ignore[reportArgumentType]


def _crop(given: Given) -> L.Layer:
    return L.Crop(given.size("to" if "to" in given.values else "size"))


def _pad(given: Given) -> L.Layer:
    amount = given.padding if given.padding is not None else given.size("amount", 1)
    return L.Pad(Window.of(1, rank=given.rank, padding=amount).padding, given.mode)


def _local_response(given: Given) -> L.Layer:
    real = given.real
    return L.LocalResponse(
        given.number("size", 5), real("alpha", 1e-4), real("beta", 0.75), real("k", 1.0)
    )


def _dropout(given: Given) -> L.Layer:
    rate = given.real("rate", 0.5)
    if not 0 <= rate < 1:
        raise OptionError(f"DROPOUT: the rate is at least 0 and below 1, found {rate}")
    return L.Dropout(rate)


_FILLERS: Mapping[str, Callable[[Given], L.Layer]] = {
    "CONV": _convolution,
    "UNSHARED": _unshared,
    "TILED": _tiled,
    "SEPARABLE": _separable,
    "DECONV": _transposed,
    "POOL": _pool("max"),
    "MAXPOOL": _pool("max"),
    "MINPOOL": _pool("min"),
    "AVGPOOL": _pool("average"),
    "ADAPTIVE": _adaptive,
    "GAP": lambda given: L.GlobalAverage(),
    "CHANNELPOOL": lambda given: L.ChannelPool(given.number("groups", 2)),
    "FC": _linear,
    "DENSE": lambda given: L.Dense(given.number("features", 128), given.bias),
    "FLATTEN": lambda given: L.Flatten(),
    "BN": lambda given: L.BatchNorm(given.real("eps", 1e-5)),
    "LAYERNORM": lambda given: L.LayerNorm(given.real("eps", 1e-6)),
    "LRN": _local_response,
    "SCALE": lambda given: L.Scale(given.real("start", 1.0)),
    "DROPOUT": _dropout,
    "UP": _upsample,
    "CROP": _crop,
    "PAD": _pad,
    "ID": lambda given: L.Identity(),
}
