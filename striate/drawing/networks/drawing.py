"""A network drawn: as a page that answers, as a picture for slides, in a notebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from striate.arithmetic.window import show
from striate.drawing.networks.book import Leaf, leaf
from striate.drawing.networks.facts import in_words
from striate.drawing.networks.grouping import Part
from striate.drawing.networks.pages import page_of
from striate.drawing.networks.pictures import picture
from striate.drawing.networks.seeing import seen_by
from striate.drawing.networks.telling import told
from striate.drawing.networks.tracks import Track
from striate.drawing.pages.shell import Links
from striate.drawing.pictures.shapes import Group, Picture, Shape
from striate.drawing.pictures.svg import svg
from striate.drawing.saving import form_of, framed, written
from striate.planning.plan import Plan
from striate.planning.printing.figures import counted

Unit = tuple[str, Sequence[int]]


@dataclass(frozen=True)
class Drawing:
    """A plan as a picture; with a `unit`, a path and a place, what it sees is drawn too."""

    plan: Plan
    unit: Unit | None = None
    named: str = ""

    @property
    def title(self) -> str:
        """The name of the network, unless it was named otherwise."""
        return self.named or self.plan.network.name

    @property
    def summary(self) -> str:
        """Its input, its output, and what it costs."""
        network, totals = self.plan.network, self.plan.totals
        costs = [f"{counted(totals[n]) or '0'} {n}" for n in ("parameters", "products")]
        said = [f"input {show(network.input)}", f"output {show(network.output)}", *costs]
        if network.error is not None:
            said[1] = f"drawn as far as it fits, {len(self.plan.rows)} layers"
        if self.unit is not None:
            said.append(str(self.plan.region(*self.unit)))
        return "; ".join(said)

    @cached_property
    def _book(self) -> Leaf:
        return leaf(self.plan.network)

    @cached_property
    def track(self) -> Track:
        """What the unit sees of each node before it, by their numbers; nothing without one."""
        if self.unit is None:
            return {}
        path, place = self.unit
        self.plan.region(path, place)
        number = [node.path for node in self.plan.network.nodes].index(path)
        return seen_by(self.plan.network, number, place)

    def picture(self) -> Picture:
        """The whole network, its groups closed; what stands under the pointer says its numbers."""
        items = told(self.plan, Leaf(self._book.level, ()), seeing=False)
        nodes = self.plan.network.nodes

        def wrap(what: int | Part, shapes: tuple[Shape, ...]) -> Shape:
            path = nodes[what].path if isinstance(what, int) else what.path
            return Group(shapes, title=in_words(items[path]))

        return picture(
            self._book.level,
            wrap,
            f"{self.title}: {self.summary}",
            heading=(self.title, self.summary),
            legend=True,
            track=self.track,
        )

    def svg(self) -> str:
        """The picture as SVG."""
        return svg(self.picture())

    def html(self, *, title: str = "", note: str = "", links: Links = ()) -> str:
        """A page in one file: numbers where one points, derivations on a click, parts that open.

        A `note` stands before the summary, links to other pages above all.
        """
        items = told(self.plan, self._book)
        summary = f"{note} {self.summary[0].upper()}{self.summary[1:]}" if note else self.summary
        names = (title or self.title, summary)
        return page_of(self.plan.network, names, self._book, items, self.track, links=links)

    def save(self, path: str | Path) -> Path:
        """Write it, in the form that the name's end says: .html, .svg or .png."""
        form = form_of(path)
        if form == ".png":
            from striate.drawing.pictures.png import png

            return written(path, png(self.picture()))
        return written(path, self.html() if form == ".html" else self.svg())

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks."""
        return framed(self.html(), self.title)


def draw_network(plan: Plan, *, unit: Unit | None = None, title: str = "") -> Drawing:
    """A plan drawn; with a unit, a path and a place in it, what that unit sees is marked.

    OptionError if there is no such layer, or no such unit in it.

    >>> from striate.language import read
    >>> from striate.planning import plan
    >>> made = draw_network(plan(read("INPUT 1x8x8 -> CONV 4 3 -> RELU -> FC 3")))
    >>> made.svg().count("<title>")
    5
    """
    drawing = Drawing(plan, unit, title)
    _ = drawing.track
    return drawing
