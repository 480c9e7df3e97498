"""One axis of a receptive field: which pixels each unit sees.

A layer reads a stretch of the units below it, and those see stretches of pixels: one laid on the
other gives what the layer sees. Units of a transposed or enlarging layer do not all read equally
much, so a reach is a pattern of stretches that repeats. Integers only.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import gcd, lcm

from striate.arithmetic.runs import Runs, Stretch, joined

LONGEST = 4096


@dataclass(frozen=True)
class Reach:
    """Unit i sees the stretch `pattern[i % n]`, moved by `step` for each pattern before it.

    A stretch is its first and its last pixel, empty if they are the wrong way round. Of the units
    in it, only each `every`-th is read, beginning with the first: a dilated window has holes.

    >>> every_second = Reach(((0, 2),), 2)
    >>> every_second.of(5)
    (10, 12)
    """

    pattern: tuple[Stretch, ...]
    step: int
    every: int = 1

    @classmethod
    def of_window(cls, span: int, stride: int, before: int, dilation: int = 1) -> "Reach":
        """A window reads its span, and steps by its stride."""
        return cls(((-before, span - 1 - before),), stride, dilation if span > 1 else 1)

    @classmethod
    def of_transposed(cls, span: int, stride: int, before: int, dilation: int = 1) -> "Reach":
        """A transposed window reads those units whose own window would cover it."""
        places = range(before, before + stride)
        pattern = tuple(_covering(place, span, stride, dilation) for place in places)
        return cls(pattern, 1, dilation // gcd(dilation, stride) if span > 1 else 1)

    @classmethod
    def of_all(cls, size: int) -> "Reach":
        """Every unit reads all of the axis."""
        return cls(((0, size - 1),), 0)

    @classmethod
    def of_bins(cls, size: int, bins: int) -> "Reach":
        """Bins of as equal a width as can be, from floor(i*n/b) to ceil((i + 1)*n/b)."""
        count, step = _lowest(bins, size)
        return cls(
            tuple((i * step // count, -(-(i + 1) * step // count) - 1) for i in range(count)), step
        )

    @classmethod
    def of_nearest(cls, size: int, to: int) -> "Reach":
        """Enlarged: each unit reads the one at floor(i*n/to)."""
        count, step = _lowest(to, size)
        read = (i * step // count for i in range(count))
        return cls(tuple((unit, unit) for unit in read), step)

    @classmethod
    def of_linear(cls, size: int, to: int) -> "Reach":
        """Enlarged: each unit reads the two around (i + 1/2)*n/to - 1/2, or the one there."""
        count, step = _lowest(to, size)
        places = [Fraction((2 * i + 1) * step, 2 * count) - Fraction(1, 2) for i in range(count)]
        pattern = tuple((place.__floor__(), place.__ceil__()) for place in places)
        return cls(pattern, step)

    @property
    def size(self) -> int:
        """How many pixels a unit sees at most; 0 where it reads from gaps alone."""
        return max(0, *(last - first + 1 for first, last in self.pattern))

    @property
    def even(self) -> bool:
        """Whether all units see equally much."""
        return len({last - first for first, last in self.pattern}) == 1

    @property
    def stride(self) -> Fraction:
        """How far apart the units are, in pixels."""
        return Fraction(self.step, len(self.pattern))

    @property
    def offset(self) -> Fraction:
        """The centre of unit 0, on the line that runs through the centres of all units."""
        count = len(self.pattern)
        centre = Fraction(sum(first + last for first, last in self.pattern), 2 * count)
        return centre - self.stride * Fraction(count - 1, 2)

    @cached_property
    def gaps(self) -> bool:
        """Whether some units see nothing, or see less far than the one before."""
        pairs = [(self.of(unit), self.of(unit + 1)) for unit in range(len(self.pattern))]
        falls = any(then[0] < now[0] or then[1] < now[1] for now, then in pairs)
        return falls or any(last < first for first, last in self.pattern)

    @cached_property
    def closed(self) -> bool:
        """Whether neighbours leave nothing out between them: a run of units reads one run."""
        pairs = [(self.of(unit), self.of(unit + 1)) for unit in range(len(self.pattern))]
        touching = all(then[0] <= now[1] + 1 for now, then in pairs)
        return touching and self.every == 1 and not self.gaps

    def of(self, unit: int) -> Stretch:
        """The first and the last pixel that a unit sees."""
        turn, place = divmod(unit, len(self.pattern))
        first, last = self.pattern[place]
        return first + turn * self.step, last + turn * self.step

    def read(self, units: Runs) -> Runs:
        """All that some units read, holes and all.

        >>> Reach.of_window(5, 1, 0, dilation=2).read(((7, 7),))
        ((7, 7), (9, 9), (11, 11))
        """
        if self.closed:
            return joined((self.of(first)[0], self.of(last)[1]) for first, last in units)
        if self.step == len(self.pattern) == 1:
            taps = range(self.pattern[0][0], self.pattern[0][1] + 1, self.every)
            return joined((a + tap, b + tap) for a, b in units for tap in taps)
        stretches = (self.of(unit) for a, b in units for unit in range(a, b + 1))
        if self.every == 1:
            return joined(stretches)
        return joined((n, n) for a, b in stretches for n in range(a, b + 1, self.every))

    def rising(self) -> "Reach":
        """The same, or more, in order: no unit begins or ends before the one that precedes it.

        One that sees nothing then begins where the next does, and ends where the last one did.
        """
        if not self.gaps:
            return self
        count = len(self.pattern)
        ahead = [self.of(unit)[0] for unit in reversed(range(2 * count))]
        behind = [self.of(unit)[1] for unit in range(-count, count)]
        firsts = [*accumulate(ahead, min)][::-1][:count]
        lasts = [*accumulate(behind, max)][count:]
        return Reach(tuple(zip(firsts, lasts, strict=True)), self.step)

    def under(self, above: "Reach") -> "Reach":
        """What a layer sees that reads these units as `above` says; both rise.

        >>> twice = Reach.of_window(3, 1, 0).under(Reach.of_window(3, 1, 0))
        >>> twice.size
        5
        """
        own = len(self.pattern)
        turns = own // gcd(own, above.step)
        read = (above.of(unit) for unit in range(turns * len(above.pattern)))
        pattern = tuple((self.of(first)[0], self.of(last)[1]) for first, last in read)
        return Reach(pattern, turns * above.step // own * self.step)

    def too_long(self, above: "Reach") -> bool:
        """Whether `under` would give a pattern that is too long to be worth it."""
        own = len(self.pattern)
        return own // gcd(own, above.step) * len(above.pattern) > LONGEST

    def beside(self, other: "Reach") -> "Reach":
        """All that the units of two layers see that are joined; their strides are equal."""
        count = lcm(len(self.pattern), len(other.pattern))
        pairs = [(self.of(unit), other.of(unit)) for unit in range(count)]
        pattern = tuple((min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs)
        return Reach(pattern, count // len(self.pattern) * self.step)


def _lowest(count: int, step: int) -> tuple[int, int]:
    shared = gcd(count, step)
    return count // shared, step // shared


def _covering(place: int, span: int, stride: int, dilation: int) -> Stretch:
    """The first and last unit whose window covers a place; empty where none does."""
    taps = [tap for tap in range(0, span, dilation) if (place - tap) % stride == 0]
    if not taps:
        return place // stride + 1, place // stride
    return (place - taps[-1]) // stride, (place - taps[0]) // stride
