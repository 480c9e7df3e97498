"""Maps: how the names of one library's weights become those of another, as data.

Each is a TOML file in `maps/`: `rules`, pairs of a regular expression and what takes its place, all
tried in order on every name; `flat`, names of weights whose axes behind the first become one;
`column`, names of those of one axis that get two more of length 1. `says` is whose names they are.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path

Shape = tuple[int, ...]

_FOLDER = Path(__file__).parent / "maps"


@dataclass(frozen=True)
class Map:
    """Rules that turn names into names, and the shapes that change with them."""

    name: str
    says: str = ""
    rules: tuple[tuple[re.Pattern[str], str], ...] = ()
    flat: tuple[re.Pattern[str], ...] = ()
    column: tuple[re.Pattern[str], ...] = ()

    def key(self, name: str) -> str:
        """The name that a tensor gets.

        >>> read_maps()["vgg"].key("pre_logits.fc2.bias")
        'classifier.3.bias'
        """
        for pattern, replacement in self.rules:
            name = pattern.sub(replacement, name)
        return name

    def shape(self, key: str, shape: Shape) -> Shape:
        """The shape that the tensor of a new name gets; its numbers stay in their order.

        >>> read_maps()["vgg"].shape("classifier.0.weight", (4096, 512, 7, 7))
        (4096, 25088)
        """
        if len(shape) > 2 and any(pattern.search(key) for pattern in self.flat):
            return shape[0], prod(shape[1:])
        if len(shape) == 1 and any(pattern.search(key) for pattern in self.column):
            return *shape, 1, 1
        return shape


PLAIN = Map("")
"""Every name stays as it is."""


@lru_cache
def read_maps() -> dict[str, Map]:
    """All maps by their names; the one that changes nothing first.

    >>> sorted(read_maps())[:3]
    ['', 'convnext', 'convnext_paper']
    """
    found = [_read(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return {"": PLAIN} | {one.name: one for one in found}


def _read(path: Path) -> Map:
    written = tomllib.loads(path.read_text("utf-8"))
    return Map(
        path.stem,
        written["says"],
        tuple((re.compile(pattern), to) for pattern, to in written["rules"]),
        tuple(re.compile(pattern) for pattern in written.get("flat", ())),
        tuple(re.compile(pattern) for pattern in written.get("column", ())),
    )
