"""A picture as SVG: one self-contained text, for a page, a slide or an editor of drawings.

Every shape has its light colour as an attribute, which any reader knows. Readers that know more,
as browsers do, take the colours from the variables of a style sheet, and change to the dark ones
when the reader asks for that; a page that sets the variables itself is obeyed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from striate.drawing.pictures.colours import colour, pair
from striate.drawing.pictures.lines import DASHES, dashes, head
from striate.drawing.pictures.shapes import Group, Line, Picture, Polygon, Rect, Shape, Words

FONT = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
_TAGS = {Rect: "rect", Polygon: "polygon", Line: "path", Words: "text"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(picture: Picture) -> str:
    """The picture as the text of an SVG file, or of a part of a page.

    >>> text = svg(Picture(40, 20, (Words(20, 10, "a < b"),), "a title"))
    >>> text.startswith("<svg xmlns"), "a &lt; b</text>" in text
    (True, True)
    """
    drawn = "\n".join(map(element, picture.shapes))
    return opening(picture) + styles(roles(picture.shapes)) + "\n" + drawn + "\n</svg>\n"


def opening(picture: Picture) -> str:
    """What an SVG begins with: its size, its title and its description, and the paper."""
    size = {"width": number(picture.width), "height": number(picture.height)}
    reacts = any("role" in group.attributes for group in _groups(picture.shapes))
    named = {
        "xmlns": "http://www.w3.org/2000/svg",
        **size,
        "viewBox": f"0 0 {size['width']} {size['height']}",
        "role": "group" if reacts else "img",
        "aria-label": picture.title,
        "font-family": FONT,
    }
    told = f"<title>{text(picture.title)}</title>"
    if picture.description:
        told += f"<desc>{text(picture.description)}</desc>"
    paper = element(Rect(0, 0, picture.width, picture.height, "paper", thickness=0))
    return f"<svg{attributes(named)}>{told}\n{paper}\n"


def styles(used: set[tuple[str, str]]) -> str:
    """The style sheet of a picture that uses such tags with such roles."""
    used = {("rect", "paper"), *used}
    names = sorted({"line", *(role for _, role in used)})
    light, dark = (
        "".join(f"--{name}:{colour(name, dark=dark)};" for name in names if pair(name))
        for dark in (False, True)
    )
    rules = "".join(_rule(tag, role) for tag, role in sorted(used))
    return (
        f"<style>@supports (--a:0){{:where(:root){{{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:where(:root){{{dark}}}}}"
        f"{rules}}}</style>"
    )


def _rule(tag: str, role: str) -> str:
    own = f"var(--{role})"
    match tag:
        case "rect" | "area":
            kind = "rect" if tag == "rect" else "path.area"
            return f"{kind}.{role}{{fill:{own};stroke:var(--line)}}"
        case "outline":
            return f"rect.outline.{role}{{fill:none;stroke:{own}}}"
        case "path":
            return f"path.{role}{{stroke:{own}}}"
        case _:
            return f"{tag}.{role}{{fill:{own}}}"


def roles(shapes: tuple[Shape, ...]) -> set[tuple[str, str]]:
    """The tags of a picture's shapes with the roles that have a variable."""
    found: set[tuple[str, str]] = set()
    for shape in shapes:
        if isinstance(shape, Group):
            found |= roles(shape.shapes)
        elif pair(shape.role):
            outlined = isinstance(shape, Rect) and shape.outlined
            found.add(("outline" if outlined else _TAGS[type(shape)], shape.role))
            if isinstance(shape, Line) and shape.arrow:
                found.add(("polygon", shape.role))
    return found


def _groups(shapes: tuple[Shape, ...]) -> Iterator[Group]:
    for shape in shapes:
        if isinstance(shape, Group):
            yield shape
            yield from _groups(shape.shapes)


def element(shape: Shape) -> str:
    """A shape as an element of SVG."""
    match shape:
        case Group():
            title = f"<title>{text(shape.title)}</title>" if shape.title else ""
            inner = "\n".join(map(element, shape.shapes))  # so that words stay apart
            return f"<g{attributes(shape.attributes)}>{title}{inner}</g>"
        case Rect():
            return f"<rect{attributes(_rect(shape))}/>"
        case Polygon():
            points = " ".join(f"{number(x)},{number(y)}" for x, y in shape.points)
            named = {**_filled(shape.role), "points": points}
            return f"<polygon{attributes(named)}/>"
        case Line():
            tip = element(head(shape)) if shape.arrow else ""
            return f"<path{attributes(_line(shape))}/>{tip}"
        case Words():
            return f"<text{attributes(_words(shape))}>{text(shape.text)}</text>"


def _filled(role: str, *more: str) -> dict[str, str]:
    """The role as a class, and its light colour as a fill; greys need no class."""
    classes = [*more, role] if pair(role) else [*more]
    named = {"class": " ".join(classes)} if classes else {}
    return {**named, "fill": colour(role)}


def _rect(shape: Rect) -> dict[str, str]:
    named = _filled(shape.role, *(["outline"] if shape.outlined else []))
    edge = colour(shape.role if shape.outlined else "line")
    named |= {"x": number(shape.x), "y": number(shape.y)}
    named |= {"width": number(shape.width), "height": number(shape.height)}
    if shape.outlined:
        named["fill"] = "none"
    if shape.rounded:
        named["rx"] = number(shape.rounded)
    return {**named, **stroke(edge, shape.thickness, dashes(shape) if shape.dashed else ())}


def _line(shape: Line) -> dict[str, str]:
    (x, y), *rest = shape.points
    turn = "C" if shape.curved else "L"
    path = f"M{number(x)} {number(y)}{turn}" + " ".join(f"{number(x)} {number(y)}" for x, y in rest)
    named = {"class": shape.role} if pair(shape.role) else {}
    drawn = stroke(colour(shape.role), shape.thickness, DASHES if shape.dashed else ())
    return {**named, "fill": "none", "d": path, **drawn}


def _words(shape: Words) -> dict[str, str]:
    named = _filled(shape.role)
    named |= {"x": number(shape.x), "y": number(shape.y + 0.35 * shape.size)}
    named["font-size"] = number(shape.size)
    if shape.anchor != "start":
        named["text-anchor"] = shape.anchor
    return {**named, "font-weight": "bold"} if shape.bold else named


def stroke(edge: str, thickness: float, dashed: Sequence[float] = ()) -> dict[str, str]:
    """The attributes of an edge: its colour, how thick it is where that is not 1, its dashes."""
    if not thickness:
        return {"stroke-width": "0"}
    named = {"stroke": edge}
    if thickness != 1:
        named["stroke-width"] = number(thickness)
    if dashed:
        named["stroke-dasharray"] = " ".join(map(number, dashed[:2]))
    if dashed[2:]:
        named["stroke-dashoffset"] = number(dashed[2])
    return named


def attributes(named: Mapping[str, str]) -> str:
    """Attributes as they are written, each after a space.

    >>> attributes({"data-path": 'a "b"'})
    ' data-path="a &quot;b&quot;"'
    """
    return "".join(f' {name}="{text(value)}"' for name, value in named.items())


def text(words: str) -> str:
    """Words with <, > and & escaped, without the characters that XML does not allow.

    >>> text("a < b & c" + chr(0))
    'a &lt; b &amp; c'
    """
    return escape(_FORBIDDEN.sub("", words))


def number(value: float, digits: int = 2) -> str:
    """A coordinate, to a hundredth of a pixel.

    >>> number(12.0), number(1 / 3)
    ('12', '0.33')
    """
    return f"{round(value, digits):.10g}"
