"""One frame of a film as a picture, for a slide.

The planes lie where they lie in every other frame, so that stills can be leafed through; below
them stand the sums of the frame, the formulas with their numbers, and what does not fit.
"""

from collections.abc import Iterator

from striate.drawing.films.record import Film
from striate.drawing.films.stills.captions import COUNTED, LINE, broken, lines, misfit, spoken, told
from striate.drawing.films.stills.cells import Painter, moment
from striate.drawing.films.stills.layout import Sheet, arranged, used
from striate.drawing.films.stills.stacks import MARGIN, Label
from striate.drawing.pictures.shapes import Picture, Shape, Words
from striate.errors import OptionError

NARROWEST = 560.0
"""A sheet is at least so wide, for the words on it."""


def still(film: Film, number: int = 0) -> Picture:
    """A frame of a film, counted from 0; a film without frames is drawn as it stands.

    OptionError if there is no such frame.

    >>> from striate.drawing.films.record import Plane
    >>> plane = Plane("input", "input", "input", (1, 2), (1.0, 4.0))
    >>> still(Film("two numbers", (plane,), ())).title
    'two numbers'
    """
    check(film, number)
    heading, sheet, width = headed(film)
    shapes: list[Shape] = [*heading, *planes(film, number, sheet)]
    y = sheet.height + 16
    said: list[str] = []
    if film.frames:
        sums = [film.frames[number].name, *lines(film, number, width - 2 * MARGIN)]
        said = [film.frames[number].name, *spoken(film, number)]
        shapes += told(sums, y, bold=1)
        y += LINE * len(sums) + 8
    footing, height = below(film, y, width)
    return Picture(width, height, (*shapes, *footing), film.title or "a film", "; ".join(said))


def headed(film: Film) -> tuple[list[Words], Sheet, float]:
    """The title of a film, its planes below that, and the width of it all."""
    title = broken([film.title], NARROWEST - 2 * MARGIN, 17)
    words = [
        Words(MARGIN, MARGIN + LINE * (n + 0.5), line.strip(), "ink", 16, "start", bold=True)
        for n, line in enumerate(title)
    ]
    sheet = arranged(film, MARGIN + LINE * len(title) + (8 if title else 0))
    return words, sheet, max(sheet.width, NARROWEST)


def check(film: Film, number: int) -> None:
    """Refuse a frame that is not there."""
    count = len(film.frames)
    if number and not 0 <= number < count:
        has = f"{count} frames, from 0 to {count - 1}" if count else "no frames"
        raise OptionError(
            f"there is no frame {number} in this film: it has {has}",
            help=[f"frame={count - 1} is the last"] if count else ["leave the frame out"],
        )


def planes(film: Film, number: int, sheet: Sheet) -> Iterator[Shape]:
    """The planes that a frame shows, with their headings."""
    now = moment(film, number)
    seen = shows(film, number)
    for plane, box in sheet.boxes.items():
        if plane in seen:
            yield from Painter(film, plane, box).drawn(now)
    yield from (labelled(label) for label in sheet.labels if label.planes & seen)


def shows(film: Film, number: int) -> frozenset[int]:
    """The planes that are seen in a frame: all, but of the passing ones those that it uses."""
    steady = frozenset(n for n, plane in enumerate(film.planes) if not plane.passing)
    return steady | used(film, number) if film.frames else frozenset(range(len(film.planes)))


def labelled(label: Label) -> Words:
    """A heading or a caption."""
    role, size = ("ink", 13.0) if label.heading else ("muted", 11.0)
    return Words(label.x, label.y, label.text, role, size, "start", bold=label.heading)


def below(film: Film, y: float, width: float) -> tuple[list[Shape], float]:
    """The formulas, the diagnosis and how places are counted; and where the sheet ends."""
    working = broken(film.working, width - 2 * MARGIN)
    box, height = misfit(film, y + LINE * len(working) + 8, width)
    shapes: list[Shape] = [*told(working, y, role="muted"), *box]
    y += LINE * len(working) + 8 + height
    if film.frames:
        shapes.append(Words(MARGIN, y + LINE / 2, COUNTED, "muted", 11, "start"))
        y += LINE
    return shapes, y + MARGIN / 2
