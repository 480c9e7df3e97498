"""A film: planes of numbers, and frames that say, sum by sum, where each number comes from.

Every kind of convolution and pooling, and their gradients, is one of these: a plane is a grid of
numbers as it is drawn, padding included; a frame is a moment of the film, with the sums that are
worked out in it; a sum names the cell of its result, and the cells whose products it adds up.
Pages, stills and animations are drawn from this record alone, and nothing of it is computed
again where it is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from striate.drawing.numbers import factor, rounded, shown

Role = Literal["input", "kernel", "bias", "partial", "output", "upstream", "gradient", "matrix"]
"""What the numbers of a plane are; `upstream` is the gradient that arrives from behind."""

Operation = Literal["sum", "max", "min", "average"]


class Cell(NamedTuple):
    """A place in a film: the number of a plane, and of a spot in it, row by row, from 0."""

    plane: int
    spot: int


Term = tuple[Cell, ...]
"""Cells that are multiplied."""


@dataclass(frozen=True)
class Plane:
    """A grid of numbers; its values are those that stand there when the film has ended.

    The outermost rows and columns are padding, as many as `padding` says: above, below, left,
    right. `unseen` are cells that no window ever reaches. Planes of one `stack` are shown
    together, under its name; one that is `passing` only in the frames that use it. One that is
    `painted` is a picture: its cells are grey, black for the least of its values and white for
    the largest.
    """

    name: str
    role: Role
    stack: str
    shape: tuple[int, int]
    values: tuple[float, ...]
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    unseen: frozenset[int] = frozenset()
    passing: bool = False
    painted: bool = False

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The numbers as they are shown."""
        return tuple(map(shown, self.values))

    @cached_property
    def rounded(self) -> frozenset[int]:
        """The spots of the numbers that are not shown in full."""
        return frozenset(spot for spot, value in enumerate(self.values) if rounded(value))

    def pads(self, spot: int) -> bool:
        """Whether a cell is padding."""
        row, column = divmod(spot, self.shape[1])
        above, below, left, right = self.padding
        rows, columns = self.shape
        return not (above <= row < rows - below and left <= column < columns - right)


@dataclass(frozen=True)
class Sum:
    """One number worked out: the sum of the products of its terms, or their largest, ...

    An average is divided by `divisor`. Where a film adds to what stands there already (a
    transposed convolution spreads one value after the other), `before` is that, and `after`
    what stands there then; both are None where the result is the cell's own value.
    """

    result: Cell
    terms: tuple[Term, ...]
    operation: Operation = "sum"
    divisor: int = 1
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True)
class Frame:
    """A moment of a film: what it is called, and the sums that are worked out in it, in order."""

    name: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Film:
    """Planes and frames, a title, sentences about sizes and costs, and what does not fit.

    `working` are the formulas with the numbers put in; `misfit` is a diagnosis that is drawn with
    it: a sentence, and below it its remedies.
    """

    title: str
    planes: tuple[Plane, ...]
    frames: tuple[Frame, ...]
    working: tuple[str, ...] = ()
    misfit: tuple[str, ...] = field(default=())

    def text(self, cell: Cell) -> str:
        """The number that stands in a cell when the film has ended."""
        return self.planes[cell.plane].texts[cell.spot]

    def outcome(self, one: Sum) -> str:
        """The number that a sum comes to."""
        return self.text(one.result) if one.after is None else shown(one.after)

    def written(self, one: Sum) -> str:
        """A sum as on a blackboard: 1*1 + 1*0 + 0*1 = 1."""
        terms = ["*".join(factor(self.text(cell)) for cell in term) for term in one.terms]
        if one.before is not None:
            terms = [shown(one.before), *terms]
        match one.operation:
            case "max" | "min":
                bare = [self.text(cell) for term in one.terms for cell in term]
                left = f"{one.operation}({', '.join(bare)})"
            case "average":
                left = f"({' + '.join(terms)})/{one.divisor}" if terms else "0/0"
            case "sum":
                left = " + ".join(terms)
        return f"{left or '0'} {self.sign(one)} {self.outcome(one)}"

    def sign(self, one: Sum) -> str:
        """What stands before the number that a sum comes to: = or, with rounded numbers, ≈."""
        copied = one.before is None and len(one.terms) == 1 == len(one.terms[0]) * one.divisor
        if copied or one.operation in ("max", "min"):
            return "="
        cells = {cell for term in one.terms for cell in term}
        cells |= {one.result} if one.after is None else set()
        short = any(cell.spot in self.planes[cell.plane].rounded for cell in cells)
        running = (value for value in (one.before, one.after) if value is not None)
        return "≈" if short or any(map(rounded, running)) else "="

    def lit(self, number: int) -> frozenset[Cell]:
        """The cells that a frame reads."""
        sums = self.frames[number].sums
        return frozenset(cell for one in sums for term in one.terms for cell in term)

    def made(self, number: int) -> frozenset[Cell]:
        """The cells that a frame works out."""
        return frozenset(one.result for one in self.frames[number].sums)

    def reached(self, cell: Cell) -> frozenset[Cell]:
        """All cells that a cell has a part in, directly or through others."""
        found: set[Cell] = set()
        waiting = [cell]
        while waiting:
            for result in self._uses.get(waiting.pop(), ()):
                if result not in found:
                    found.add(result)
                    waiting.append(result)
        return frozenset(found)

    @cached_property
    def _uses(self) -> dict[Cell, list[Cell]]:
        uses: dict[Cell, list[Cell]] = {}
        for one in self.sums():
            for term in one.terms:
                for cell in term:
                    uses.setdefault(cell, []).append(one.result)
        return uses

    def sums(self) -> Iterator[Sum]:
        """Every sum of the film, in order."""
        return (one for frame in self.frames for one in frame.sums)

    def standing(self, number: int) -> dict[Cell, str]:
        """The numbers that have been worked out up to a frame, that one included."""
        sums = (one for frame in self.frames[: number + 1] for one in frame.sums)
        return {one.result: self.outcome(one) for one in sums}

    @cached_property
    def results(self) -> frozenset[Cell]:
        """All cells that some frame works out: they are empty before it."""
        return frozenset(one.result for one in self.sums())

    def save(self, path: str | Path, frame: int | None = None) -> Path:
        """Write it as its name ends: .html, .svg (with a frame, that one alone), .png (a frame).

        Frames count from 0, and -1 is the last. Raises an OptionError for any other name.
        """
        from striate.drawing.saving import saved

        return saved(self, path, frame)

    def html(self) -> str:
        """The film as a page that needs nothing else."""
        from striate.drawing.saving import page

        return page(self)

    def svg(self, frame: int | None = None) -> str:
        """The film as an animation, or one frame of it."""
        from striate.drawing.saving import svg

        return svg(self, frame)

    def _repr_html_(self) -> str:
        from striate.drawing.saving import framed

        return framed(self.html(), self.title)
