"""The receptive field: which part of the input one unit sees, its step and its centre.

Size, stride and the centre of unit 0, per axis, in pixels of the input; unit i is centred at
offset + i*stride. Sources: Dumoulin & Visin 2016; Araujo, Norris & Sim 2019.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from striate.arithmetic.formula import Formula
from striate.arithmetic.window import Size, Window

GROWS = Formula("R + (F - 1)*J")
GROWS_TRANSPOSED = Formula("R + (ceil(F/S) - 1)*J")
STEPS = Formula("J*S")
STEPS_TRANSPOSED = Formula("J/S")
CENTRE = Formula("C + ((F - 1)/2 - P)*J")
CENTRE_TRANSPOSED = Formula("C + (P - (F - 1)/2)*J/S")

Exact = tuple[Fraction, ...]


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's units.

    >>> three = Window.of(3, rank=2)
    >>> Field.of_pixel(2).through(three).through(three).size
    (5, 5)
    """

    size: Size
    stride: Exact
    offset: Exact
    status: str = "exact"

    @classmethod
    def of_pixel(cls, rank: int) -> "Field":
        """The field of the input itself: each pixel sees itself."""
        return cls((1,) * rank, (Fraction(1),) * rank, (Fraction(0),) * rank)

    @classmethod
    def whole(cls, size: Size) -> "Field":
        """The field of a unit that sees all of an input of this size, and does not step."""
        return cls(size, (Fraction(0),) * len(size), tuple(Fraction(n - 1, 2) for n in size))

    def through(self, window: Window) -> "Field":
        """The field after a window has slid over these units."""
        size, stride, offset = [], [], []
        for axis, f in enumerate(window.span):
            r, j, c = self.size[axis], self.stride[axis], self.offset[axis]
            size.append(math.ceil(GROWS.exact(R=r, F=f, J=j)))
            stride.append(STEPS.exact(J=j, S=window.stride[axis]))
            offset.append(CENTRE.exact(C=c, F=f, P=window.padding[axis][0], J=j))
        return replace(self, size=tuple(size), stride=tuple(stride), offset=tuple(offset))

    def through_transposed(self, window: Window) -> "Field":
        """The field after a transposed window; an upper bound where phases see unequal parts."""
        size, stride, offset, even = [], [], [], True
        for axis, f in enumerate(window.span):
            r, j, c, s = self.size[axis], self.stride[axis], self.offset[axis], window.stride[axis]
            size.append(math.ceil(GROWS_TRANSPOSED.exact(R=r, F=f, S=s, J=j)))
            stride.append(STEPS_TRANSPOSED.exact(J=j, S=s))
            offset.append(CENTRE_TRANSPOSED.exact(C=c, P=window.padding[axis][0], F=f, J=j, S=s))
            even = even and (f % s == 0)
        status = self.status if even else "upper bound"
        return Field(tuple(size), tuple(stride), tuple(offset), status)

    def shifted(self, before: Sequence[int]) -> "Field":
        """The field after `before` units were cut off (or, negative, added) in front."""
        offset = tuple(
            c + cut * j for c, cut, j in zip(self.offset, before, self.stride, strict=True)
        )
        return replace(self, offset=offset)

    @classmethod
    def join(cls, fields: Sequence["Field"]) -> "Field":
        """The field after branches meet: all that any of them sees.

        Branches that step differently have no common field: the status becomes `unknown`.
        """
        first = fields[0]
        aligned = all(field.stride == first.stride for field in fields)
        low = [min(ends) for ends in zip(*(field._low() for field in fields), strict=True)]
        high = [max(ends) for ends in zip(*(field._high() for field in fields), strict=True)]
        statuses = {field.status for field in fields} | (set() if aligned else {"unknown"})
        worst = max(statuses, key=("exact", "upper bound", "unknown").index)
        return cls(
            size=tuple(math.ceil(h - w + 1) for w, h in zip(low, high, strict=True)),
            stride=first.stride,
            offset=tuple((w + h) / 2 for w, h in zip(low, high, strict=True)),
            status=worst,
        )

    def _low(self) -> Exact:
        return tuple(c - Fraction(r - 1, 2) for c, r in zip(self.offset, self.size, strict=True))

    def _high(self) -> Exact:
        return tuple(c + Fraction(r - 1, 2) for c, r in zip(self.offset, self.size, strict=True))

    def as_dict(self) -> dict[str, list[int] | list[float]]:
        """Size, stride and offset as the plan prints them."""
        return {
            "size": list(self.size),
            "stride": [int(j) if j.denominator == 1 else float(j) for j in self.stride],
            "offset": [float(c) for c in self.offset],
        }
