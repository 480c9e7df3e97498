"""Two films as one: their planes beside each other, so that a frame can hold sums of both.

Kernels and biases that both have are drawn once.
"""

from dataclasses import dataclass, replace

from striate.drawing.films.record import Cell, Film, Frame, Plane, Role, Sum

_READING: tuple[Role, ...] = ("input", "kernel", "bias", "partial", "output")
_SHARED: tuple[Role, ...] = ("kernel", "bias")


@dataclass(frozen=True)
class Pair:
    """The planes of two films in reading order, and the number of each plane of either in them."""

    films: tuple[Film, Film]
    planes: tuple[Plane, ...]
    numbers: tuple[list[int], list[int]]

    @classmethod
    def of(cls, first: Film, second: Film, word: str) -> "Pair":
        """Two films of one kind, whose planes are as many; `word` names those of the second."""
        first_ones = [(plane, 0, number) for number, plane in enumerate(first.planes)]
        second_ones = [
            (
                replace(plane, name=f"{plane.name}, {word}", stack=f"{plane.stack}, {word}"),
                1,
                number,
            )
            for number, plane in enumerate(second.planes)
            if plane.role not in _SHARED
        ]
        order = sorted(first_ones + second_ones, key=lambda one: _READING.index(one[0].role))
        place = {(film, number): n for n, (_, film, number) in enumerate(order)}
        everywhere = range(len(first.planes))
        return cls(
            (first, second),
            tuple(plane for plane, *_ in order),
            (
                [place[0, number] for number in everywhere],
                [place.get((1, number), place.get((0, number), 0)) for number in everywhere],
            ),
        )

    def sums(self, film: int, frame: int) -> tuple[Sum, ...]:
        """The sums of a frame of the first film, 0, or the second, 1, with their cells here."""
        numbers = self.numbers[film]

        def here(cell: Cell) -> Cell:
            return Cell(numbers[cell.plane], cell.spot)

        return tuple(
            replace(
                one,
                result=here(one.result),
                terms=tuple(tuple(map(here, term)) for term in one.terms),
            )
            for one in self.films[film].frames[frame].sums
        )

    def film(self, title: str, frames: list[Frame], working: tuple[str, ...]) -> Film:
        """The film of both; what is said of the sizes of the first stands before the working."""
        first, _ = self.films
        return replace(
            first,
            title=title,
            planes=self.planes,
            frames=tuple(frames),
            working=(*first.working, *working),
        )
