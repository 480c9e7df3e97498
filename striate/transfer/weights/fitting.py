"""Fitting: under which names most of somebody's tensors are tensors of a network.

Only names and shapes are looked at. A way of naming takes a beginning off (`module.`), goes through
a map, and puts a beginning on: whatever beginnings the names themselves have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from striate.transfer.weights.mapping import PLAIN, Map, Shape, read_maps

Shapes = Mapping[str, Shape]

SHARE = 4
"""A beginning counts as one that was put on where every fourth name has it."""

COUNTERS = "num_batches_tracked"
"""What norms count for themselves: older files have none, and nothing depends on it."""


@dataclass(frozen=True)
class Way:
    """A way from the names of a file to those of a network."""

    map: Map = PLAIN
    off: str = ""
    on: str = ""

    def key(self, name: str) -> str:
        """The name that a tensor has in the network.

        >>> Way(off="module.", on="body.").key("module.conv1.weight")
        'body.conv1.weight'
        """
        return self.on + self.map.key(name.removeprefix(self.off))

    def __str__(self) -> str:
        parts = [
            f"the map {self.map.name}" if self.map.name else "",
            f"without '{self.off}'" if self.off else "",
            f"with '{self.on}'" if self.on else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Fit:
    """How the tensors of a file lie in a network, one way."""

    way: Way
    here: Shapes
    """The shape of every tensor of the network."""
    there: Shapes
    """The shape of every tensor of the file, by its name in the file."""

    @cached_property
    def names(self) -> dict[str, str]:
        """The name in the file of each tensor that the network might take, by its name here."""
        found: dict[str, str] = {}
        for name in sorted(self.there, key=lambda name: not name.startswith(self.way.off)):
            found.setdefault(self.way.key(name), name)
        return found

    def shape(self, key: str) -> Shape:
        """The shape, as the network has to take it, of what the file has for a key."""
        return self.way.map.shape(key, tuple(self.there[self.names[key]]))

    @cached_property
    def fitting(self) -> tuple[str, ...]:
        """The keys of the network for which the file has a tensor of the same shape."""
        return tuple(
            key
            for key, shape in self.here.items()
            if key in self.names and self.shape(key) == tuple(shape)
        )

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The keys of the network for which the file has nothing; counters do not count."""
        return tuple(
            key for key in self.here if key not in self.names and not key.endswith(COUNTERS)
        )

    @cached_property
    def reshaped(self) -> tuple[tuple[str, Shape, Shape], ...]:
        """Keys for which the file has another shape: the key, the shape there, the shape here."""
        fitting = frozenset(self.fitting)
        return tuple(
            (key, self.shape(key), tuple(shape))
            for key, shape in self.here.items()
            if key in self.names and key not in fitting
        )

    @cached_property
    def left(self) -> dict[str, str]:
        """What the network has no place for: names in the file by what they would be here."""
        return {key: name for key, name in self.names.items() if key not in self.here}


def best_fit(here: Shapes, there: Shapes) -> Fit:
    """The way under which most fits; of equal ones the plainest.

    >>> here = {"conv.weight": (4, 3, 3, 3)}
    >>> best_fit(here, {"module.conv.weight": (4, 3, 3, 3)}).way.off
    'module.'
    """
    best, most = Way(), (-1, -1)
    for way, rank in _ranked(here, there):
        if rank > most:
            best, most = way, rank
        if most[0] == len(here):
            break
    return Fit(best, here, there)


def counted(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys that count: all but those of counters."""
    return tuple(key for key in keys if not key.endswith(COUNTERS))


def _ranked(here: Shapes, there: Shapes) -> Iterator[tuple[Way, tuple[int, int]]]:
    """Every way, the plainest first, with how many tensors fit, and how many have a name here."""
    for map in read_maps().values():
        for off in _beginnings(there):
            keys = {name: map.key(name.removeprefix(off)) for name in there}
            for on in _beginnings(here):
                named = {name: on + key for name, key in keys.items() if on + key in here}
                yield Way(map, off, on), (_fitting(map, named, here, there), len(named))


def _fitting(map: Map, named: Mapping[str, str], here: Shapes, there: Shapes) -> int:
    """How many tensors of a file have the shape that is wanted under their new names."""
    return sum(map.shape(key, there[name]) == here[key] for name, key in named.items())


def _beginnings(names: Shapes) -> list[str]:
    """What may have been put before names: nothing, and levels that many of them begin with."""
    counts: dict[str, int] = {}
    for name in names:
        levels = name.replace("/", ".").split(".")
        lengths = [sum(len(level) + 1 for level in levels[:count]) for count in range(1, 4)]
        for length in dict.fromkeys(lengths):
            if length < len(name):
                counts[name[:length]] = counts.get(name[:length], 0) + 1
    often = [name for name, count in counts.items() if count * SHARE >= len(names)]
    return ["", *sorted(often, key=len)]
