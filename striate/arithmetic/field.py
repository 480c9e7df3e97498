"""The receptive field: which part of the input one unit sees, its step and its centre.

Size, stride and the centre of unit 0, per axis, in pixels of the input; unit i is centred at
offset + i*stride. Sources: Dumoulin & Visin 2016; Araujo, Norris & Sim 2019.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.reach import LONGEST, Reach
from striate.arithmetic.window import Size, Window

GROWS = Formula("R + (F - 1)*J")

_STATUSES = ("exact", "upper bound", "unknown")


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's units, and how far it can be trusted.

    >>> three = Window.of(3, rank=2)
    >>> Field.of_pixel(2).through(three).through(three).size
    (5, 5)
    """

    axes: tuple[Reach, ...]
    trust: str = "exact"

    @classmethod
    def of_pixel(cls, rank: int) -> "Field":
        """The field of the input itself: each pixel sees itself."""
        return cls((Reach(((0, 0),), 1),) * rank)

    @classmethod
    def whole(cls, size: Size) -> "Field":
        """The field of a unit that sees all of an input of this size, and does not step."""
        return cls(tuple(Reach(((0, n - 1),), 0) for n in size))

    @property
    def size(self) -> Size:
        """How many pixels a unit sees at most, in each axis."""
        return tuple(axis.size for axis in self.axes)

    @property
    def stride(self) -> tuple[Fraction, ...]:
        """How far apart the units are."""
        return tuple(axis.stride for axis in self.axes)

    @property
    def offset(self) -> tuple[Fraction, ...]:
        """The centre of unit 0; where units are not evenly spaced, of the line through them."""
        return tuple(axis.offset for axis in self.axes)

    @property
    def status(self) -> str:
        """`exact` if every unit sees that much, `upper bound` if some see less, or `unknown`."""
        even = all(axis.even for axis in self.axes)
        return "upper bound" if self.trust == "exact" and not even else self.trust

    def reading(self, layer: Sequence[Reach]) -> "Field":
        """The field of a layer that reads these units, axis by axis, as its reaches say.

        Units that do not step all see the same: so does what reads them, along whatever axes.
        """
        if not any(axis.step for axis in self.axes):
            return self
        if any(axis.too_long(above) for axis, above in zip(self.axes, layer, strict=True)):
            return replace(self, trust="unknown")
        axes = tuple(axis.under(above) for axis, above in zip(self.axes, layer, strict=True))
        return replace(self, axes=axes)

    def through(self, window: Window) -> "Field":
        """The field after a window has slid over these units."""
        sides = zip(window.span, window.stride, window.padding, strict=True)
        return self.reading([Reach.of_window(f, s, before) for f, s, (before, _) in sides])

    def derive_through(self, window: Window) -> tuple[Quantity, ...]:
        """The size after a window by the textbook's formula; none where units see unequal parts.

        >>> print(Field.of_pixel(1).derive_through(Window.of(3, dilation=2))[0])
        R + (F - 1)*J = 1 + (5 - 1)*1 = 5
        """
        if not self.axes or any(len(axis.pattern) > 1 or not axis.step for axis in self.axes):
            return ()
        axes = zip(self.axes, window.span, strict=True)
        return tuple(GROWS(R=axis.size, F=f, J=axis.step) for axis, f in axes)

    def resized(self, units: Size, to: Size, each: Callable[[int, int], Reach]) -> "Field":
        """The field after `units` became others, as `each` says: `Reach.of_bins` and its like."""
        if any(n // gcd(n, m) > LONGEST for n, m in zip(to, units, strict=True)):
            return self.trusted("unknown")
        return self.reading(list(map(each, units, to)))

    def through_transposed(self, window: Window) -> "Field":
        """The field after a transposed window; an upper bound where it leaves gaps."""
        if max(window.stride) > LONGEST:
            return self.trusted("unknown")
        sides = list(zip(window.span, window.stride, window.padding, strict=True))
        field = self.reading([Reach.of_transposed(f, s, before) for f, s, (before, _) in sides])
        steps = zip(window.kernel, window.stride, window.dilation, strict=True)
        gaps = any(s > k or (s > 1 and d > 1) for k, s, d in steps)
        return field.trusted("upper bound") if gaps else field

    def trusted(self, trust: str) -> "Field":
        """The same field, trusted no more than this."""
        return replace(self, trust=max(self.trust, trust, key=_STATUSES.index))

    def shifted(self, before: Sequence[int]) -> "Field":
        """The field after `before` units were cut off (or, negative, added) in front."""
        return self.reading([Reach(((cut, cut),), 1) for cut in before])

    def across(self, units: Size, seen: "Field") -> "Field":
        """The field of a unit that reads all `units` of a layer, as far as those below are `seen`.

        >>> conv = Field.of_pixel(1).through(Window.of(3, stride=2, padding=1))
        >>> conv.across((4,), Field.whole((8,))).size
        (8,)
        """
        reads = self.reading([Reach(((0, n - 1),), 0) for n in units])
        axes: list[Reach] = []
        for axis, below in zip(reads.axes, seen.axes, strict=True):
            (first, last), (start, end) = axis.of(0), below.of(0)
            axes.append(Reach(((max(first, start), min(last, end)),), 0))
        return replace(reads, axes=tuple(axes))

    @classmethod
    def join(cls, fields: Sequence["Field"]) -> "Field":
        """The field after branches meet: all that any of them sees.

        Branches that step differently have no common field: the status becomes `unknown`.
        """
        return reduce(_joined, fields)

    def as_dict(self) -> dict[str, list[int] | list[float]]:
        """Size, stride and offset as the plan prints them."""
        return {
            "size": list(self.size),
            "stride": [int(j) if j.denominator == 1 else float(j) for j in self.stride],
            "offset": [float(c) for c in self.offset],
        }


def _joined(one: Field, other: Field) -> Field:
    if one.stride != other.stride:
        return one.trusted("unknown")
    axes = tuple(a.beside(b) for a, b in zip(one.axes, other.axes, strict=True))
    return Field(axes).trusted(one.trust).trusted(other.trust)
