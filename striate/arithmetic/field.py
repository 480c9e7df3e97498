"""The receptive field: which part of the input one unit sees, its step and its centre.

Size, stride and the centre of unit 0, per axis, in pixels of the input; unit i is centred at
offset + i*stride. Sources: Dumoulin & Visin 2016; Araujo, Norris & Sim 2019.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.reach import LONGEST, Reach
from striate.arithmetic.runs import Stretch
from striate.arithmetic.window import Size, Window

GROWS = Formula("R + (F - 1)*J")
SPANS = Formula("last - first + 1")

_STATUSES = ("exact", "upper bound", "unknown")


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's units, and how far it can be trusted.

    `image` is the size of the axes of the input that is seen, where it is known.

    >>> three = Window.of(3, rank=2)
    >>> Field.of_pixel(2).through(three).through(three).size
    (5, 5)
    """

    axes: tuple[Reach, ...]
    trust: str = "exact"
    image: Size | None = None

    @classmethod
    def of_pixel(cls, rank: int, image: Size | None = None) -> "Field":
        """The field of the input itself: each pixel sees itself."""
        return cls((Reach(((0, 0),), 1),) * rank, image=image)

    @classmethod
    def of_box(cls, box: Sequence[Stretch], image: Size) -> "Field":
        """The field of units that all see the same box of an input of this size."""
        return cls(tuple(Reach((stretch,), 0) for stretch in box), image=image)

    @classmethod
    def whole(cls, size: Size) -> "Field":
        """The field of a unit that sees all of an input of this size, and does not step."""
        return cls.of_box([(0, n - 1) for n in size], size)

    @classmethod
    def nothing(cls) -> "Field":
        """The field of a value that no input goes into."""
        return cls((), image=None)

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
    def steps(self) -> bool:
        """Whether units see different parts of the input, rather than all the same."""
        return any(axis.step for axis in self.axes)

    @property
    def full(self) -> bool:
        """Whether every unit sees from the first to the last pixel of the input, in each axis."""
        if self.steps or self.image is None:
            return False
        return all(_covers(axis, n) for axis, n in zip(self.axes, self.image, strict=True))

    @property
    def status(self) -> str:
        """How the size is to be read.

        `exact` if every unit sees that much, `whole input` if that is all there is, `upper bound`
        if some units see less, or `unknown`.
        """
        if self.trust == "exact" and not all(axis.even for axis in self.axes):
            return "upper bound"
        return "whole input" if self.trust == "exact" and self.full else self.trust

    def reading(self, layer: Sequence[Reach]) -> "Field":
        """The field of a layer that reads these units, axis by axis, as its reaches say.

        Units that do not step all see the same: so does what reads them, along whatever axes. An
        upper bound where the layer leaves gaps.
        """
        trust = "upper bound" if any(above.gaps for above in layer) else "exact"
        if not self.steps:
            return self.trusted(trust)
        if any(axis.too_long(above) for axis, above in zip(self.axes, layer, strict=True)):
            return self.trusted("unknown")
        pairs = zip(self.axes, layer, strict=True)
        axes = tuple(axis.under(above.rising()) for axis, above in pairs)
        return replace(self, axes=axes).trusted(trust)

    def through(self, window: Window) -> "Field":
        """The field after a window has slid over these units."""
        return self.reading(reaches(window))

    def derive_through(self, window: Window) -> tuple[Quantity, ...]:
        """The size after a window by the textbook's formula; none where units see unequal parts.

        >>> print(Field.of_pixel(1).derive_through(Window.of(3, dilation=2))[0])
        R + (F - 1)*J = 1 + (5 - 1)*1 = 5
        """
        return self.derive_reading(reaches(window))

    def derive_reading(self, layer: Sequence[Reach]) -> tuple[Quantity, ...]:
        """The same of a layer that reads F of these units at most, whatever it is."""
        if len(self.axes) != len(layer) or not all(above.step for above in layer):
            return ()
        if any(len(axis.pattern) > 1 or not axis.step for axis in self.axes):
            return ()
        pairs = zip(self.axes, layer, strict=True)
        return tuple(GROWS(R=a.size, F=above.rising().size, J=a.step) for a, above in pairs)

    def derive_ends(self) -> tuple[Quantity, ...]:
        """The size of what all units see, from the first pixel to the last."""
        ends = (axis.of(0) for axis in self.axes)
        return tuple(SPANS(first=first, last=last) for first, last in ends)

    def resized(self, units: Size, to: Size, each: Callable[[int, int], Reach]) -> "Field":
        """The field after `units` became others, as `each` says: `Reach.of_bins` and its like."""
        if any(endless(n, m) for n, m in zip(units, to, strict=True)):
            return self.trusted("unknown")
        return self.reading(list(map(each, units, to)))

    def through_transposed(self, window: Window) -> "Field":
        """The field after a transposed window; an upper bound where it leaves gaps."""
        if max(window.stride) > LONGEST:
            return self.trusted("unknown")
        return self.reading(reaches(window, transposed=True))

    def trusted(self, trust: str) -> "Field":
        """The same field, trusted no more than this."""
        return replace(self, trust=max(self.trust, trust, key=_STATUSES.index))

    def at(self, unit: Sequence[int]) -> "Field":
        """The field of units that all see what this one of them does."""
        axes = tuple(
            Reach((axis.of(place),), 0) for axis, place in zip(self.axes, unit, strict=True)
        )
        return replace(self, axes=axes)

    @classmethod
    def join(cls, fields: Sequence["Field"]) -> "Field":
        """The field after branches meet: all that any of them sees.

        Branches that step differently, or see inputs of different sizes, have no common field: the
        status becomes `unknown`. Beside one that sees the whole input the others add nothing.
        """
        seeing = [field for field in fields if field.axes or field.image is not None]
        return reduce(_joined, seeing) if seeing else cls.nothing()

    def as_dict(self) -> dict[str, list[int] | list[float]]:
        """Size, stride and offset as the plan prints them."""
        return {
            "size": list(self.size),
            "stride": [int(j) if j.denominator == 1 else float(j) for j in self.stride],
            "offset": [float(c) for c in self.offset],
        }


def reaches(window: Window, *, transposed: bool = False) -> tuple[Reach, ...]:
    """What the units of a window, or of its transpose, read along each axis."""
    of = Reach.of_transposed if transposed else Reach.of_window
    before = [side for side, _ in window.padding]
    return tuple(map(of, window.span, window.stride, before, window.dilation))


def endless(units: int, to: int) -> bool:
    """Whether units that become others do so in a pattern too long to be worth it."""
    return to // gcd(to, units) > LONGEST


def _joined(one: Field, other: Field) -> Field:
    for field, beside in ((one, other), (other, one)):
        if field.full and field.trust != "unknown" and field.image == beside.image:
            return field
    if one.full and other.full:
        return one.trusted(other.trust)
    if one.image != other.image or len(one.axes) != len(other.axes):
        return one.trusted("unknown")
    sizes = one.image or (0,) * len(one.axes)
    pairs = list(zip(one.axes, other.axes, sizes, strict=True))
    axes = [_beside(*pair) for pair in pairs]
    if None in axes:
        return one.trusted("unknown")
    joined = replace(one, axes=tuple(axis for axis in axes if axis)).trusted(other.trust)
    return joined.trusted("upper bound") if any(_exceeds(*pair) for pair in pairs) else joined


def _beside(a: Reach, b: Reach, n: int) -> Reach | None:
    """What two see together along an axis of n; none where they step differently."""
    if a.stride == b.stride:
        return a.beside(b) if lcm(len(a.pattern), len(b.pattern)) <= LONGEST else None
    return Reach.of_all(n) if n and not (a.step and b.step) else None


def _exceeds(a: Reach, b: Reach, n: int) -> bool:
    """Whether `_beside` says more than all of the axis: one stays in place, and sees only part."""
    return bool(a.step) != bool(b.step) and not _covers(b if a.step else a, n)


def _covers(axis: Reach, n: int) -> bool:
    first, last = axis.of(0)
    return not axis.step and first <= 0 and last >= n - 1
