"""Levels of the path: who is called what, by label or by position."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from striate.language.network import Node


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
        if label is not None and label.isdigit():
            if int(label) < self.count:
                return None
            self.count = int(label)
        self.count += 1
        return self.join(label if label is not None else str(self.count - 1))


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
    paths = [node.path for node in nodes]
    seen: dict[str, int] = {}
    numbered: list[Node] = []
    for node in nodes:
        if paths.count(node.path) > 1:
            seen[node.path] = seen.get(node.path, 0) + 1
            node = replace(node, path=f"{node.path}{seen[node.path]}")
        numbered.append(node)
    return tuple(numbered)
