"""What stands under a part of a picture: its path, its word, its size; short, as there is no room.

The whole of it is told where one points at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from striate.arithmetic.window import Size, Window, show
from striate.language import layers as L
from striate.language.spelling import word_of

LONGEST = 22
LETTER = 0.58
"""The width of a letter, as a part of its height."""


@dataclass(frozen=True)
class Said:
    """A line of text under a part: how large, and whether it is the name."""

    text: str
    size: float = 10.5
    role: str = "muted"
    bold: bool = False

    @property
    def width(self) -> float:
        """About how many pixels it takes."""
        return len(self.text) * self.size * (LETTER + 0.05 * self.bold)


def short(path: str, within: str = "") -> str:
    """A path inside of a group, without the group's; the end of it where it is long.

    >>> short("layer1.0.conv1", "layer1"), short("down1.maxpool_conv.1.double_conv.0", "down1")
    ('0.conv1', '…1.double_conv.0')
    """
    if " to " in path:
        return " to ".join(short(end, within) for end in path.split(" to "))
    rest = path.removeprefix(f"{within}.") if within else path
    if len(rest) <= LONGEST:
        return rest
    parts = rest.split(".")
    while len(parts) > 1 and len(".".join(parts)) >= LONGEST:
        parts = parts[1:]
    kept = ".".join(parts)
    return ("…" if len(kept) < len(rest) else "") + kept


def common(paths: Sequence[str]) -> str:
    """What all paths begin with, whole parts of it.

    >>> common(["layer1.0.conv1", "layer1.0.bn1"]), common(["a", "b"])
    ('layer1.0', '')
    """
    split = [path.split(".")[:-1] for path in paths]
    found: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        found.append(parts[0])
    return ".".join(found)


def wording(layer: L.Layer) -> str:
    """The word of a layer and its kernel.

    >>> wording(L.Pool("max", Window.of(3, rank=2, stride=2)))
    'POOL 3x3'
    """
    window = getattr(layer, "window", None)
    return (
        f"{word_of(layer)} {show(window.kernel)}" if isinstance(window, Window) else word_of(layer)
    )


def sized(size: Size) -> str:
    """A size as it stands under a part.

    >>> sized((64, 112, 112)), sized((10,))
    ('64×112×112', '10')
    """
    return "×".join(map(str, size))
