"""A film as one SVG that plays by itself, in a page or as an image, without a script.

What stands still is drawn once. What a frame shades is a group that the style sheet shows while
that frame lasts; what looks alike in several frames is written once, and used where it lies. For
readers who ask for less motion, and for programs that do not know the style sheet, the last frame
stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from zlib import crc32

from striate.drawing.films.record import Cell, Film
from striate.drawing.films.stills.captions import LINE, SIZE, lines, told
from striate.drawing.films.stills.cells import Moment, Painter, weights
from striate.drawing.films.stills.layout import Sheet, used
from striate.drawing.films.stills.stacks import MARGIN
from striate.drawing.films.stills.still import below, headed, labelled, still
from striate.drawing.films.stills.timeline import Runs, Timeline, runs, within
from striate.drawing.pictures.areas import Lettering, areas, lettered
from striate.drawing.pictures.colours import COLOURS
from striate.drawing.pictures.shapes import Picture, Words
from striate.drawing.pictures.svg import element, opening, styles, svg
from striate.drawing.pictures.svg import number as pixels
from striate.errors import OptionError

FRAMES = 400
LARGEST = 3_000_000
"""An animation has at most so many frames, and so many letters."""

_TAGS = ("area", "g", "path", "polygon", "rect", "text", "outline")
_SAID = Lettering("ink", SIZE, "start")
_HELP = ["save it as .html: the page plays films of any length", "draw a smaller input"]


def animated(film: Film, *, seconds: float = 1.0) -> str:
    """The film as an SVG that plays by itself, each frame for so many seconds.

    OptionError if it has more than 400 frames, would be larger than 3 MB, or has no time.

    >>> from striate.drawing.films.record import Plane
    >>> plane = Plane("input", "input", "input", (1, 2), (1.0, 4.0))
    >>> animated(Film("two numbers", (plane,), ()))[:4]
    '<svg'
    """
    if not (isfinite(seconds) and seconds > 0):
        raise OptionError(
            f"a frame cannot last {seconds:g} seconds", help=["seconds=1 is the usual"]
        )
    if not film.frames:
        return svg(still(film))
    if len(film.frames) > FRAMES:
        _refuse(f"it has {len(film.frames)} frames, and the most is {FRAMES}")
    drawn = _Animation(film, seconds).drawn()
    if len(drawn) > LARGEST:
        _refuse(f"it would have {len(drawn):,} letters, and the most is {LARGEST:,}")
    return drawn


def _refuse(why: str) -> None:
    raise OptionError(f"this film is too long for an animated SVG: {why}", help=_HELP)


@dataclass
class _Animation:
    """A film on its way to become an SVG."""

    film: Film
    seconds: float

    @cached_property
    def time(self) -> Timeline:
        """When what is seen; its names hold for this film."""
        return Timeline(len(self.film.frames), self.seconds, f"{self._mark}k")

    @cached_property
    def _mark(self) -> str:
        return f"f{crc32(repr((self.film.title, self.film.planes)).encode()):08x}"[:4]

    @cached_property
    def sheet(self) -> Sheet:
        """Where the planes lie, below the title."""
        return headed(self.film)[1]

    @cached_property
    def painters(self) -> dict[int, Painter]:
        """Who draws which plane."""
        return {n: Painter(self.film, n, box) for n, box in self.sheet.boxes.items()}

    @cached_property
    def seen(self) -> list[Runs]:
        """When each plane is seen."""
        frames = range(len(self.film.frames))
        shown = [used(self.film, number) for number in frames]
        return [
            runs(frame for frame in frames if n in shown[frame])
            if plane.passing
            else self.time.always
            for n, plane in enumerate(self.film.planes)
        ]

    @cached_property
    def patterns(self) -> dict[str, str]:
        """What is drawn in several places: each pattern with its name."""
        return {}

    def drawn(self) -> str:
        """The whole of it."""
        title, _, width = headed(self.film)
        frames, y = self.marks(width)
        footing, height = below(self.film, y, width)
        parts = [
            *map(element, title),
            *self.grounds(),
            *self.results(),
            frames,
            *self.givens(),
            *self.labels(),
            *map(element, footing),
        ]
        name = self.film.title or "a film"
        told = f"an animation of {len(self.film.frames)} frames"
        begin = opening(Picture(width, height, (), name, told))
        body = "\n".join(part for part in parts if part)
        body = f"{self._defined()}\n{body}"
        rules = styles({(tag, role) for tag in _TAGS for role in COLOURS if _uses(body, tag, role)})
        return f"{begin}{rules}{self.time.style()}\n{body}\n</svg>\n"

    def _defined(self) -> str:
        written = (f'<g id="{name}">{drawn}</g>' for drawn, name in self.patterns.items())
        return f"<defs>{''.join(written)}</defs>"

    def grounds(self) -> Iterator[str]:
        """Every plane as it stands before anything has been worked out."""
        for n, painter in self.painters.items():
            spots = range(len(self.film.planes[n].values))
            faces = areas(painter.face(spot, Moment()) for spot in spots)
            crosses = "".join(element(one) for spot in spots for one in painter.cross(spot))
            yield self.time.during(self.seen[n], faces + crosses)

    def givens(self) -> Iterator[str]:
        """The numbers that stand there from the beginning."""
        for n, painter in self.painters.items():
            spots = range(len(self.film.planes[n].values))
            words = [one for spot in spots for one in _words(painter, spot, Moment())]
            yield self.time.during(self.seen[n], lettered(words))

    def results(self) -> Iterator[str]:
        """What is worked out, from its frame on, until something else is written there."""
        spans: dict[tuple[int, int, int], dict[Cell, str]] = {}
        for cell, written in self._written().items():
            ends = [*(frame for frame, _ in written[1:]), len(self.film.frames)]
            for (frame, text), end in zip(written, ends, strict=True):
                spans.setdefault((cell.plane, frame, end), {})[cell] = text
        drawn: dict[int, str] = {}
        for (n, frame, end), standing in spans.items():
            now, painter = Moment(standing=standing), self.painters[n]
            faces = self._placed(painter, list(standing), now, marked=False)
            words = (one for cell in standing for one in _words(painter, cell.spot, now))
            shown = faces + lettered(words, self._usual(n))
            during = within((frame, end), self.seen[n])
            drawn[n] = drawn.get(n, "") + self.time.during(during, shown) + "\n"
        yield from (self._usual(n).around(results) for n, results in drawn.items())

    def _usual(self, n: int) -> Lettering:
        """How the numbers of a plane are set."""
        return Lettering("ink", self.sheet.boxes[n].size)

    def _written(self) -> dict[Cell, list[tuple[int, str]]]:
        """What is written into each cell, and in which frame."""
        found: dict[Cell, dict[int, str]] = {}
        for number, frame in enumerate(self.film.frames):
            for one in frame.sums:
                found.setdefault(one.result, {})[number] = self.film.outcome(one)
        return {cell: list(written.items()) for cell, written in found.items()}

    def marks(self, width: float) -> tuple[str, float]:
        """What each frame shades and says; and how far down the longest of them reaches."""
        standing: dict[Cell, str] = {}
        drawn: list[str] = []
        y, most = self.sheet.height + 16, 0
        for number, frame in enumerate(self.film.frames):
            standing |= {one.result: self.film.outcome(one) for one in frame.sums}
            lit, made = self.film.lit(number), self.film.made(number)
            now = Moment(lit, made, standing, weights(self.film, number))
            marked = "".join(self._marked(n, now) for n in sorted(used(self.film, number)))
            texts = [frame.name, *lines(self.film, number, width - 2 * MARGIN)]
            most = max(most, len(texts))
            said = lettered(told(texts, y, bold=1), _SAID)
            drawn.append(self.time.during(((number, number + 1),), marked + said))
        return _SAID.around("\n".join(drawn)), y + LINE * most + 8

    def _marked(self, n: int, now: Moment) -> str:
        """What a frame marks in a plane: its cells, shaded, and again the numbers below that."""
        painter = self.painters[n]
        cells = sorted(cell for cell in now.lit | now.made if cell.plane == n)
        again = [cell.spot for cell in cells if cell in self.film.results]
        words = (one for spot in again for one in _words(painter, spot, now))
        return self._placed(painter, cells, now) + lettered(words)

    def _placed(self, painter: Painter, cells: list[Cell], now: Moment, marked: bool = True) -> str:
        """The faces of cells, with outlines and weights: a pattern, moved to where it lies."""
        x, y, *_ = painter.span(frozenset(cells)) or (0.0, 0.0)
        box = painter.box
        moved = replace(painter, box=replace(box, x=box.x - x, y=box.y - y))
        spots = [cell.spot for cell in cells]
        painted = marked and self.film.planes[painter.plane].painted
        drawn = "" if painted else areas(moved.face(spot, now) for spot in spots)
        if marked:
            small = [now.weights.get(cell, "") for cell in cells]
            signs = [moved.weight(spot, text) for spot, text in zip(spots, small, strict=True)]
            drawn += "".join(map(element, moved.outlines(now)))
            drawn += lettered(one for sign in signs for one in sign)
        name = self.patterns.setdefault(drawn, f"{self._mark}p{len(self.patterns)}")
        return f'<use href="#{name}" x="{pixels(x)}" y="{pixels(y)}"/>'

    def labels(self) -> Iterator[str]:
        """Headings and captions, each while one of its planes is seen."""
        frames = range(len(self.film.frames))
        for label in self.sheet.labels:
            shown = {f for n in label.planes for run in self.seen[n] for f in range(*run)}
            yield self.time.during(runs(f for f in frames if f in shown), element(labelled(label)))


def _words(painter: Painter, spot: int, now: Moment) -> list[Words]:
    return painter.words(spot, painter.number(spot, now), painter.shade(spot, now)[0])


def _uses(body: str, tag: str, role: str) -> bool:
    """Whether something is drawn with a role in such a way."""
    kind = {"area": f"area {role}", "outline": f"outline {role}"}.get(tag, role)
    named = {"area": "path", "outline": "rect"}.get(tag, tag)
    return f'<{named} class="{kind}"' in body
