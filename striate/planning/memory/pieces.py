"""What is kept of a layer, piece by piece: whose memory it is, and the rule of its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.window import Size
from striate.planning.memory.values import Value
from striate.planning.sizes import axis_names


@dataclass(frozen=True)
class There:
    """A layer in its place: the values that arrive, and the size that leaves."""

    arriving: tuple[Value, ...]
    leaving: Size
    overwrites: bool = False

    @property
    def size(self) -> Size:
        """The size of what arrives (first)."""
        return self.arriving[0].size


@dataclass(frozen=True)
class Kept:
    """One piece of memory that is kept: the rule of its bytes, for each image or for all at once.

    `of` says whose memory it is: that of one of the layer's inputs, its result's, or its own.
    """

    what: str
    rule: str
    numbers: Mapping[str, int] = field(repr=False)
    of: Literal["input", "result", "own"] = "own"
    each: bool = True
    source: int = 0
    status: str = "exact"

    @property
    def bytes(self) -> Quantity:
        """The bytes, for one image or for all, with their working."""
        return Formula(self.rule)(**self.numbers)


def named(size: Size, channels: str = "C", axes: str = "N") -> dict[str, int]:
    """A name for each number of a size: C, Nh, Nw."""
    names = (channels, *axis_names(axes, len(size) - 1)) if size else ()
    return dict(zip(names, size, strict=True))


def own(what: str, count: str, size: Mapping[str, int]) -> Kept:
    """Something of the layer's own, `count` bytes for each number of a size."""
    return Kept(what, "*".join([count, *size]), size)


def input_of(there: There) -> Kept:
    """What arrives (first)."""
    return whole(there.arriving[0], "its input")


def whole(value: Value, what: str, *, source: int = 0, mark: str = "") -> Kept:
    """A value that arrives, with all the memory that it lies in."""
    status = "exact" if value.certain else "upper bound"
    if value.numbers == prod(value.size):
        numbers = named(value.size, f"C{mark}", f"N{mark}")
    else:
        what, numbers = f"{what}, in what it is cut out of", {f"V{mark}": value.numbers}
    rule = "*".join(["4", *numbers])
    return Kept(what, rule, numbers, "input", source=source, status=status)


def result_of(there: There) -> Kept:
    """What leaves; in place it lies where the input lay."""
    if there.overwrites:
        return replace(whole(there.arriving[0], "its result"), of="result")
    numbers = named(there.leaving, "K", "O")
    return Kept("its result", "*".join(["4", *numbers]), numbers, "result")
