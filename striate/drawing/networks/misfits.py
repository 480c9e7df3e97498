"""What does not fit, drawn where the network ends: the sentence, and its remedies."""

from dataclasses import dataclass
from textwrap import wrap

from striate.drawing.pictures.shapes import Line, Rect, Shape, Words
from striate.errors import ShapeError

LETTERS, LETTER, LEADING, PAD = 46, 6.6, 15.0, 10.0


@dataclass(frozen=True)
class Broken:
    """The shapes of a misfit, and where they begin and end."""

    shapes: tuple[Shape, ...]
    left: float
    right: float


def misfit(error: ShapeError, x: float, y: float) -> Broken:
    """A box with a cross as its sign; its left side at x, its middle at y."""
    told = [(line, "ink") for line in _wrapped(error.message)]
    told += [
        (("help: " if not n else "  ") + line, "muted")
        for remedy in error.help
        for n, line in enumerate(_wrapped(remedy, LETTERS - 6))
    ]
    width = LETTERS * LETTER + 2 * PAD + 24
    height = LEADING * len(told) + 2 * PAD
    top = y - height / 2
    words = tuple(
        Words(x + PAD + 24, top + PAD + LEADING * (n + 0.5), text, role, 12, "start")
        for n, (text, role) in enumerate(told)
    )
    box = Rect(x, top, width, height, "misfit", rounded=6, thickness=1.5)
    return Broken((box, *_cross(x + PAD + 8, top + PAD + LEADING / 2), *words), x, x + width + 16)


def _wrapped(text: str, most: int = LETTERS) -> list[str]:
    return [part for line in text.splitlines() for part in wrap(line.strip(), most) or [""]]


def _cross(x: float, y: float) -> tuple[Shape, ...]:
    arm = 5.0
    return tuple(
        Line(((x - arm, y - s * arm), (x + arm, y + s * arm)), "accent", thickness=3)
        for s in (1, -1)
    )
