"""The words below the planes of a film: its sums, its formulas, and what does not fit."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from striate.drawing.films.record import Film, Sum
from striate.drawing.films.stills.stacks import MARGIN
from striate.drawing.pictures.shapes import Polygon, Rect, Shape, Words

SIZE, LINE = 13.0, 20.0
COUNTED = "Rows, columns, slices, channels and filters are counted from 0."

_LETTER = 0.6
_MOST = 6  # lines of one sum
_SUMS = 12  # sums, or lines of them, of one frame
_ROWS = 4  # more short sums than this stand behind each other


def spoken(film: Film, number: int) -> list[str]:
    """The sums of a frame, each with the name of its plane where they are in several.

    >>> from striate.drawing.films.record import Cell, Frame, Plane
    >>> plane = Plane("output", "output", "output", (1, 2), (1.0, 1.0))
    >>> film = Film("", (plane,), (Frame("place 1", (Sum(Cell(0, 1), ((Cell(0, 0),),)),)),))
    >>> spoken(film, 0)
    ['1 = 1']
    """
    sums = film.frames[number].sums
    if len({one.result.plane for one in sums}) == 1:
        return [film.written(one) for one in sums]
    return [f"{_named(film, one)}: {film.written(one)}" for one in sums]


def _named(film: Film, one: Sum) -> str:
    return film.planes[one.result.plane].name


def lines(film: Film, number: int, width: float) -> list[str]:
    """The sums of a frame as lines that fit into a width; very long ones are cut."""
    sums, spoke, most = film.frames[number].sums, spoken(film, number), letters(width)
    if len(sums) > _ROWS and len({one.result.plane for one in sums}) == 1:
        spoke = list(_joined(spoke, most))
        return spoke if len(spoke) <= _SUMS else [*spoke[:_SUMS], f"... ({len(sums)} sums)"]
    found: list[str] = []
    for text, one in list(zip(spoke, sums, strict=True))[:_SUMS]:
        wrapped = wrap(text, most, subsequent_indent="    ")
        if len(wrapped) > _MOST:
            end = f"    ... {film.sign(one)} {film.outcome(one)} ({len(one.terms)} terms)"
            wrapped = [*wrapped[: _MOST - 1], end]
        found += wrapped
    return [*found, f"... ({len(sums)} sums)"] if len(sums) > _SUMS else found


def _joined(sums: Sequence[str], most: int) -> Iterator[str]:
    """Short sums behind each other, as many as fit into a line.

    >>> list(_joined(["1*2 = 2", "3*4 = 12", "5*6 = 30"], 24))
    ['1*2 = 2;   3*4 = 12;', '5*6 = 30']
    """
    line = ""
    for text in sums:
        if line and len(line) + len(text) + 5 > most:
            yield f"{line};"
            line = ""
        line = f"{line};   {text}" if line else text
    yield line


def letters(width: float, size: float = SIZE) -> int:
    """How many letters fit into a line of a width.

    >>> letters(600), letters(600, 10)
    (76, 100)
    """
    return max(20, int(width / (_LETTER * size)))


def told(text: Sequence[str], y: float, *, role: str = "ink", bold: int = 0) -> Iterator[Words]:
    """Lines below each other from a height on, of which the first few are bold."""
    for number, line in enumerate(text):
        bare = line.lstrip()
        x = MARGIN + (len(line) - len(bare)) * 5
        middle = y + LINE * (number + 0.5)
        yield Words(x, middle, bare, role, SIZE, anchor="start", bold=number < bold)


def broken(texts: Sequence[str], width: float, size: float = SIZE) -> list[str]:
    """Sentences as lines that fit into a width."""
    most = letters(width, size)
    return [line for text in texts for line in wrap(text, most, subsequent_indent="    ")]


def misfit(film: Film, y: float, width: float) -> tuple[list[Shape], float]:
    """The diagnosis in its box, with a sign; and how high it is."""
    if not film.misfit:
        return [], 0.0
    room = width - 2 * MARGIN - 80
    first = len(broken(film.misfit[:1], room))
    text = broken(film.misfit, room)
    height = LINE * len(text) + 20
    x, middle = MARGIN + 27, y + 27
    sign = ((x, middle - 13), (x + 15, middle + 12), (x - 15, middle + 12))
    shapes: list[Shape] = [
        Rect(MARGIN, y, width - 2 * MARGIN, height, "misfit", rounded=6),
        Polygon(sign, "accent"),
        Words(x, middle + 4, "!", "paper", 16, bold=True),
    ]
    shapes += [
        Words(MARGIN + 54, y + 10 + LINE * (n + 0.5), line.strip(), "ink", SIZE, "start", n < first)
        for n, line in enumerate(text)
    ]
    return shapes, height + 10
