"""A level as a picture: its lines, its parts on top of them, and what the signs mean."""

from collections.abc import Sequence
from dataclasses import replace

from striate.drawing.networks.items import SLAB_LEGEND, Wrap, slab_role
from striate.drawing.networks.levels import GAP, MARGIN, Level
from striate.drawing.networks.misfits import misfit
from striate.drawing.networks.naming import Said
from striate.drawing.networks.routes import into, routes
from striate.drawing.networks.stacks import LEGEND, SLICED
from striate.drawing.networks.tracks import Track, tracks
from striate.drawing.pictures.shapes import Group, Line, Picture, Polygon, Rect, Shape, Words
from striate.language import layers as L

_LEAST = 640.0
_SIGNS = ((L.Add, "circled +: the sum"), (L.Concatenate, "circled |: the channels side by side"))


def picture(
    level: Level,
    wrap: Wrap,
    title: str,
    *,
    heading: Sequence[str] = (),
    legend: bool = False,
    track: Track | None = None,
) -> Picture:
    """A level on a sheet of its size; with a heading, a legend, the field of a unit, a misfit."""
    shapes = [*routes(level), *_items(level, wrap), *(tracks(level, track) if track else ())]
    right = level.starts[-1]
    error = level.network.error
    if error is not None and not level.path:
        ends = [level.owners[number] for number in level.network.outputs]
        broken = misfit(error, right + GAP, level.places[ends[0]][1])
        shapes += [*broken.shapes, *into(level, ends, broken.left)]
        right = broken.right
    top, bottom = _extent(shapes)
    width = max(right, _LEAST if legend or heading else 0)
    head: list[Shape] = []
    if heading:
        head = _heading(heading, top - 12, width)
        top = _extent(head)[0]
    if legend:
        head += _legend(level, bottom + 22, width)
        bottom = max(bottom, _extent(head)[1])
    moved = tuple(_lowered(shape, MARGIN - top) for shape in (*shapes, *head))
    told = ", ".join(one.part.path for one in level.items if one.kind != "entry")
    return Picture(width, bottom - top + 2 * MARGIN, moved, title, f"left to right: {told}")


def _items(level: Level, wrap: Wrap) -> list[Shape]:
    return [
        shape
        for one, (x, y) in zip(level.items, level.places, strict=True)
        for shape in one.shapes(x, y, wrap)
    ]


def _heading(said: Sequence[str], bottom: float, width: float) -> list[Shape]:
    """A title in bold, and below it sentences, the last of them ending at the bottom."""
    title, *rest = said
    lines = [line for one in rest for line in _lines(one, width - 2 * MARGIN, 12)]
    y = bottom - 17 * len(lines)
    words = [
        Words(MARGIN, y + 17 * (n + 1) - 6, line, "muted", 12, "start")
        for n, line in enumerate(lines)
    ]
    return [Words(MARGIN, y - 8, title, size=17, anchor="start", bold=True), *words]


def _legend(level: Level, y: float, width: float) -> list[Shape]:
    """What the sides and the planes mean, and those slabs and signs that there are."""
    nodes = [node for one in level.items if one.kind != "group" for node in one.nodes]
    used = {slab_role(node) for node in nodes}
    found: list[Shape] = []
    sliced = any(one.stack.thick for one in level.items)
    told = f"{LEGEND} {SLICED}" if sliced else LEGEND
    for line in _lines(told, width - 2 * MARGIN, 10.5):
        found.append(Words(MARGIN, y, line, "muted", 10.5, "start"))
        y += 15
    x = MARGIN
    for role, said in SLAB_LEGEND:
        if role not in used:
            continue
        found.append(Rect(x, y - 6, 5, 12, role, rounded=1, dashed=role == "paper"))
        found.append(Words(x + 11, y, said, "muted", 10.5, "start"))
        x += 11 + Said(said).width + 18
    signs = [said for layer, said in _SIGNS if any(isinstance(n.layer, layer) for n in nodes)]
    if any(one.kind == "group" for one in level.items):
        signs.append("grey frame: layers together")
    return [*found, Words(x, y, ", ".join(signs), "muted", 10.5, "start")] if signs else found


def _lines(text: str, width: float, size: float) -> list[str]:
    """Words in lines of at most so many pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if Said(longer, size).width <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _lowered(shape: Shape, by: float) -> Shape:
    """A shape so many pixels further down."""
    match shape:
        case Group():
            return replace(shape, shapes=tuple(_lowered(one, by) for one in shape.shapes))
        case Rect() | Words():
            return replace(shape, y=shape.y + by)
        case Line() | Polygon():
            return replace(shape, points=tuple((x, y + by) for x, y in shape.points))


def _extent(shapes: Sequence[Shape]) -> tuple[float, float]:
    """The uppermost and the lowest of some shapes."""
    ends = [_ends(shape) for shape in shapes]
    return min(top for top, _ in ends), max(bottom for _, bottom in ends)


def _ends(shape: Shape) -> tuple[float, float]:
    match shape:
        case Rect():
            return shape.y, shape.y + shape.height
        case Words():
            return shape.y - shape.size / 2, shape.y + shape.size / 2
        case Line() | Polygon():
            ys = [y for _, y in shape.points]
            return min(ys), max(ys)
        case Group():
            return _extent(shape.shapes) if shape.shapes else (0, 0)
