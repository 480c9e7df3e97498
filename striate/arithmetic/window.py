"""A window: the footprint of a kernel and how it steps across an input.

Everything in striate that slides (convolution, pooling, their transposes) takes a Window, and
every count (places, parameters, products, receptive field) is a function of one. Integers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.padding import Padding, Sides, sides
from striate.errors import OptionError, ShapeError

Size = tuple[int, ...]
PerAxis = int | Sequence[int]

FLOOR = {
    "even": Formula("floor((N - F + 2*P)/S) + 1"),
    "sided": Formula("floor((N - F + P1 + P2)/S) + 1"),
}
CEIL = {
    "even": Formula("ceil((N - F + 2*P)/S) + 1"),
    "sided": Formula("ceil((N - F + P1 + P2)/S) + 1"),
}
CEIL_CLIPPED = {
    kind: Formula(rule.text.replace(" + 1", "") + " + 1 - 1") for kind, rule in CEIL.items()
}
FIT = {
    "even": Formula("(N - F + 2*P)/S + 1"),
    "sided": Formula("(N - F + P1 + P2)/S + 1"),
}
SPAN = Formula("D*(K - 1) + 1")
UNDONE = {
    "even": Formula("(N - 1)*S - 2*P + F + E"),
    "sided": Formula("(N - 1)*S - P1 - P2 + F + E"),
}


def show(size: Sequence[int]) -> str:
    """A size as people write it.

    >>> show((3, 224, 224))
    '3x224x224'
    """
    return "x".join(str(number) for number in size)


@dataclass(frozen=True)
class Window:
    """How a kernel with N axes steps over an input with N axes.

    >>> window = Window.of(3, rank=2, stride=2, padding=1)
    >>> window.places((224, 224))
    (112, 112)
    """

    kernel: Size
    stride: Size
    padding: Sides
    dilation: Size

    @classmethod
    def of(
        cls,
        kernel: PerAxis,
        *,
        rank: int | None = None,
        stride: PerAxis = 1,
        padding: Padding = 0,
        dilation: PerAxis = 1,
    ) -> "Window":
        """A window from numbers or words: the one place where 3 becomes (3, 3).

        Padding is a number, a number or a (before, after) pair per axis, or `valid` (none),
        `same` (span - 1 in total, the odd one after: places = ceil(N/S)) or `full` (span - 1 on
        each side: every pixel is visited by every weight).

        >>> Window.of((3, 4), padding="same").padding
        ((1, 1), (1, 2))
        """
        rank = rank or (1 if isinstance(kernel, int) else len(kernel))
        kernel = _per_axis("kernel", kernel, rank)
        dilation = _per_axis("dilation", dilation, rank)
        span = tuple(SPAN(D=d, K=k).value for k, d in zip(kernel, dilation, strict=True))
        return cls(
            kernel=kernel,
            stride=_per_axis("stride", stride, rank),
            padding=sides(padding, span),
            dilation=dilation,
        )

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.kernel)

    @property
    def span(self) -> Size:
        """How far the window reaches in each axis, dilation included."""
        return tuple(SPAN(D=d, K=k).value for k, d in zip(self.kernel, self.dilation, strict=True))

    def fits(self, size: Size) -> bool:
        """Whether one whole window fits into the padded input."""
        return all(n >= 0 for n in self._slack(size))

    def places(self, size: Size, *, ceil: bool = False) -> Size:
        """How many places the window has in each axis; `ceil` keeps a partial last window."""
        return tuple(quantity.value for quantity in self.derive(size, ceil=ceil))

    def derive(self, size: Size, *, ceil: bool = False) -> tuple[Quantity, ...]:
        """The number of places with its working, one Quantity for each axis."""
        self._check_rank(size)
        counts = tuple(self.count_along(axis, n, ceil=ceil) for axis, n in enumerate(size))
        if any(quantity.value < 1 for quantity in counts):
            padded = tuple(n + sum(p) for n, p in zip(size, self.padding, strict=True))
            raise ShapeError(
                f"a {show(self.span)} window is larger than its input, "
                f"{show(size)}" + ("" if padded == size else f" padded to {show(padded)}")
            )
        return counts

    def count_along(self, axis: int, n: int, *, ceil: bool = False, clip: bool = True) -> Quantity:
        """The places along one axis; a partial window has to start before the padding after.

        Without `clip` it may start there too.
        """
        kind, numbers = self._numbers(axis, n)
        if not ceil:
            return FLOOR[kind](**numbers)
        quantity = CEIL[kind](**numbers)
        if not clip:
            return quantity
        before, after = self.padding[axis]
        start = (quantity.value - 1) * self.stride[axis]
        partial = start + self.span[axis] > n + before + after
        clipped = partial and start >= n + before
        return CEIL_CLIPPED[kind](**numbers) if clipped else quantity

    def _check_rank(self, size: Size) -> None:
        if len(size) != self.rank:
            raise ShapeError(f"a window of {self.rank} axes cannot step over {show(size)}")

    def _numbers(self, axis: int, n: int) -> tuple[str, dict[str, int]]:
        before, after = self.padding[axis]
        numbers = {"N": n, "F": self.span[axis], "S": self.stride[axis]}
        if before == after:
            return "even", {**numbers, "P": before}
        return "sided", {**numbers, "P1": before, "P2": after}

    def _slack(self, size: Size) -> Size:
        return tuple(n + sum(p) - f for n, p, f in zip(size, self.padding, self.span, strict=True))

    def exactly(self, axis: int, n: int) -> tuple[str, float]:
        """The places before flooring, for people: the working and the number, 2.33 as it is.

        >>> Window.of(3, stride=3).exactly(0, 7)
        ('(7 - 3 + 2*0)/3 + 1', 2.33)
        """
        kind, numbers = self._numbers(axis, n)
        return FIT[kind].put(**numbers), round(float(FIT[kind].exact(**numbers)), 2)

    def lost(self, size: Size) -> Size:
        """How many rows, columns, ... at the end no window sees because the count is floored.

        The gap that every step leaves (stride beyond the span) is no loss, nor is padding.

        >>> Window.of(11, stride=4).lost((224,))
        (1,)
        """
        lost: list[int] = []
        for axis, slack in enumerate(self._slack(size)):
            gap = max(0, self.stride[axis] - self.span[axis])
            lost.append(max(0, slack % self.stride[axis] - self.padding[axis][1] - gap))
        return tuple(lost)

    def undone(self, places: Size, *, to: Size | None = None) -> Size:
        """The size that the transposed operation gives: the smallest one, or `to` if it can be.

        >>> Window.of(3, stride=2).undone((5,))
        (11,)
        """
        return tuple(quantity.value for quantity in self.derive_undone(places, to=to))

    def derive_undone(self, places: Size, *, to: Size | None = None) -> tuple[Quantity, ...]:
        """The transposed size with its working; E is what has to be added to reach `to`."""
        shared = self.sources(places)
        size = tuple(sizes.start for sizes in shared) if to is None else to
        if len(size) != self.rank or any(
            n not in sizes for n, sizes in zip(size, shared, strict=True)
        ):
            possible = " x ".join(_range(sizes) for sizes in shared)
            raise ShapeError(
                f"a transposed {show(self.kernel)} window with stride {show(self.stride)} cannot "
                f"turn {show(places)} into {show(size)}: it gives {possible}"
            )
        added = self.added(places, size)
        return tuple(self.undone_along(axis, n, added[axis]) for axis, n in enumerate(places))

    def added(self, places: Size, size: Size) -> Size:
        """How much the transposed operation adds at the end to reach a size; E of its formula."""
        least = (self.undone_along(axis, n, 0).value for axis, n in enumerate(places))
        return tuple(n - smallest for n, smallest in zip(size, least, strict=True))

    def undone_along(self, axis: int, n: int, extra: int) -> Quantity:
        """What the transposed operation makes of n places along one axis, `extra` added."""
        kind, numbers = self._numbers(axis, n)
        return UNDONE[kind](**numbers, E=extra)

    def sources(self, places: Size) -> tuple[range, ...]:
        """The input sizes, per axis, that share this number of places.

        >>> Window.of(3, stride=2).sources((5,))
        (range(11, 13),)
        """
        self._check_rank(places)
        ranges: list[range] = []
        for axis, n in enumerate(places):
            smallest = self.undone_along(axis, n, 0).value
            ranges.append(range(max(smallest, 1), smallest + self.stride[axis]))
        return tuple(ranges)


def _per_axis(what: str, given: PerAxis, rank: int) -> Size:
    numbers = (given,) * rank if isinstance(given, int) else tuple(given)
    if len(numbers) == 1:
        numbers *= rank
    if len(numbers) != rank:
        raise OptionError(f"{what} {show(numbers)} has {len(numbers)} numbers for {rank} axes")
    if any(number < 1 for number in numbers):
        raise OptionError(f"{what} must be at least 1 in every axis, found {show(numbers)}")
    return numbers


def _range(sizes: range) -> str:
    if not sizes:
        return "nothing"
    return str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
