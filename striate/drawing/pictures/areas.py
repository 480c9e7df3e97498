"""Many squares and numbers in few words of SVG: squares of one colour are one path."""

from collections.abc import Iterable
from dataclasses import dataclass

from striate.drawing.pictures.colours import colour, pair
from striate.drawing.pictures.lines import dashes
from striate.drawing.pictures.shapes import Rect, Words
from striate.drawing.pictures.svg import attributes, number, stroke, text


def areas(rects: Iterable[Rect]) -> str:
    """Filled rectangles, those of one role and one edge as one path, in the order of the first.

    >>> areas([Rect(0, 0, 9, 9, "grey-00", thickness=0), Rect(9, 0, 9, 9, "grey-00", thickness=0)])
    '<path fill="#000000" stroke-width="0" d="M0 0h9v9h-9zM9 0h9v9h-9z"/>'
    """
    kinds: dict[tuple[str, tuple[float, ...], float], str] = {}
    for rect in rects:
        kind = (rect.role, dashes(rect) if rect.dashed else (), rect.thickness)
        width, height = number(rect.width), number(rect.height)
        path = f"M{number(rect.x)} {number(rect.y)}h{width}v{height}h-{width}z"
        kinds[kind] = kinds.get(kind, "") + path
    return "".join(_area(*kind, path) for kind, path in kinds.items())


def _area(role: str, dashed: tuple[float, ...], thickness: float, path: str) -> str:
    named = {"class": f"area {role}"} if pair(role) else {}
    edge = stroke(colour("line"), thickness, dashed)
    return f"<path{attributes({**named, 'fill': colour(role), **edge, 'd': path})}/>"


@dataclass(frozen=True)
class Lettering:
    """How words are set: their role, their size, and where they are held."""

    role: str = "ink"
    size: float = 12
    anchor: str = "middle"

    def around(self, drawn: str) -> str:
        """A group whose words are set so, unless they say otherwise."""
        if not drawn:
            return ""
        named = {"class": self.role} if pair(self.role) else {}
        named |= {"fill": colour(self.role), "font-size": number(self.size)}
        held = {} if self.anchor == "start" else {"text-anchor": self.anchor}
        return f"<g{attributes({**named, **held})}>{drawn}</g>"


def lettered(words: Iterable[Words], usual: Lettering | None = None) -> str:
    """Words; those that are set alike are one group, and what is usual needs none.

    >>> lettered([Words(5, 5, "7")], Lettering())
    '<text x="5" y="9.2">7</text>'
    """
    kinds: dict[Lettering, str] = {}
    for one in words:
        kind = Lettering(one.role, one.size, one.anchor)
        named = {"x": number(one.x), "y": number(one.y + 0.35 * one.size)}
        named |= {"font-weight": "bold"} if one.bold else {}
        kinds[kind] = kinds.get(kind, "") + f"<text{attributes(named)}>{text(one.text)}</text>"
    return "".join(drawn if kind == usual else kind.around(drawn) for kind, drawn in kinds.items())
