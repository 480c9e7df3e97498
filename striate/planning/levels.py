"""Levels of the path: who is called what, by label or by position, and what a label stands for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from striate.errors import OptionError
from striate.language.network import Node

_MOST = 10_000


@dataclass
class Level:
    """A level of the path, and how many items it has counted.

    >>> level = Level("features")
    >>> level.take(None), level.take("3"), level.take(None)
    ('features.0', 'features.3', 'features.4')
    """

    path: str = ""
    count: int = 0

    def join(self, name: str) -> str:
        """The path of a name in this level."""
        return f"{self.path}.{name}" if self.path else name

    def take(self, label: str | None) -> str | None:
        """The path of the next item; None if its label is a number that is passed already."""
        if label is not None and label.isdecimal():
            if int(label) < self.count:
                return None
            self.count = int(label)
        self.count += 1
        return self.join(label if label is not None else str(self.count - 1))


@dataclass
class Paths:
    """The paths that are taken, the levels that they lie in, and the values that labels name."""

    layers: set[str] = field(default_factory=lambda: {"input"})
    levels: set[str] = field(default_factory=set[str])
    labels: dict[str, int] = field(default_factory=dict[str, int])

    def claim(self, path: str) -> None:
        """Take a path for a layer; OptionError if it is taken, or is a level."""
        above = {level for level in outwards(path) if level not in ("", path)}
        help = ["give one of them another label"]
        if path in self.layers:
            raise OptionError(f"two layers would have the path '{path}'", help=help)
        if both := next(iter(above & self.layers or {path} & self.levels), None):
            raise OptionError(f"'{both}' would be a layer and hold others", help=help)
        if len(self.layers) > _MOST:
            raise OptionError(f"the network has more than {_MOST:,} layers")
        self.layers.add(path)
        self.levels |= above

    def labelled(self, label: str, level: Level) -> int | None:
        """The value of the nearest label of that name, from a level outwards."""
        for path in outwards(level.path):
            found = self.labels.get(f"{path}.{label}" if path else label)
            if found is not None:
                return found
        return None


def outwards(path: str) -> Iterable[str]:
    """A level and all that enclose it.

    >>> list(outwards("a.b"))
    ['a.b', 'a', '']
    """
    parts = path.split(".") if path else []
    for length in range(len(parts), -1, -1):
        yield ".".join(parts[:length])


def number_joins(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Joins of one level told apart: `+1`, `+2` where there are several."""
    nodes = tuple(nodes)
    several = {path for path, times in Counter(n.path for n in nodes).items() if times > 1}
    seen = Counter[str]()
    numbered: list[Node] = []
    for node in nodes:
        seen[node.path] += 1
        path = f"{node.path}{seen[node.path]}" if node.path in several else node.path
        numbered.append(replace(node, path=path))
    return tuple(numbered)
