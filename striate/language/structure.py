"""The structure of a network found again: levels, chains, and joins with their branches.

A network is only nodes and what they read; a text has brackets and braces. Nodes stand in the
order of the text, so a level is a run of nodes below one path, and the branches of a join are
pieces of what stands before it. Where they begin is chosen such that few values have to be tapped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from striate.errors import LanguageError
from striate.language import layers as L
from striate.language.network import Network

_DEAR = 1000


@dataclass(frozen=True)
class Leaf:
    """A single layer, the value that it reads, and the value that leaves it."""

    end: int
    start: int


@dataclass(frozen=True)
class Group:
    """The elements of a level, under its name."""

    name: str
    inside: tuple["Element", ...]

    @property
    def start(self) -> int:
        """The value that its first element reads."""
        return self.inside[0].start

    @property
    def end(self) -> int:
        """The value that leaves its last element."""
        return self.inside[-1].end


@dataclass(frozen=True)
class Branch:
    """One branch of a join, perhaps empty: its elements, and the value that it ends in."""

    inside: tuple["Element", ...]
    end: int


@dataclass(frozen=True)
class Brace:
    """A join with its branches, and the value that best arrives at all of them."""

    end: int
    start: int
    branches: tuple[Branch, ...]


Element = Leaf | Brace | Group


@dataclass
class Count:
    """The position in a level, as reading counts it."""

    next: int = 0

    def takes(self, name: str) -> bool:
        """Count an item of this name; False if the name is a number that is passed already."""
        free = not name.isdecimal() or int(name) >= self.next
        self.next = int(name) + 1 if name.isdecimal() else self.next + 1
        return free


def elements(network: Network) -> list[Element]:
    """The layers of a network in order: those of a level in groups, those of branches in braces."""
    found, seen = _Search(network).level("", 0)
    if seen < len(network.nodes):
        path = network.nodes[seen].path
        raise LanguageError(f"the text cannot say '{path}': that number is passed already")
    return found


def below(path: str, level: str) -> str:
    """The next part of a path below a level; empty if it does not lie there.

    >>> below("a.b.c", "a"), below("ab", "a")
    ('b', '')
    """
    if level and not path.startswith(f"{level}."):
        return ""
    return (path.removeprefix(f"{level}.") if level else path).split(".")[0]


def is_nameless(network: Network, value: int) -> bool:
    """Whether a value is a join or the input, which have no label of their own."""
    return isinstance(network.nodes[value].layer, L.Add | L.Concatenate | L.Input)


@dataclass
class _Search:
    """Looks for levels and braces; `last_read` is where each value is read for the last time."""

    network: Network
    last_read: dict[int, int] = field(default_factory=dict[int, int])

    def __post_init__(self) -> None:
        for number, node in enumerate(self.network.nodes):
            self.last_read |= dict.fromkeys(node.inputs, number)
        self.last_read |= dict.fromkeys(self.network.outputs, len(self.network.nodes))

    def level(self, level: str, number: int) -> tuple[list[Element], int]:
        """The elements of one level from a node on, and the first node behind them."""
        found: list[Element] = []
        count = Count()
        while number < len(self.network.nodes):
            node = self.network.nodes[number]
            name = below(node.path, level)
            path = f"{level}.{name}" if level else name
            is_join = node.path == path and isinstance(node.layer, L.Add | L.Concatenate)
            is_input = isinstance(node.layer, L.Input)
            if not name or not (is_join or is_input or count.takes(name)):
                break
            if node.path != path:
                inside, number = self.level(path, number)
                found.append(Group(name, tuple(inside)))
                continue
            if is_join:
                found = self.joined(found, number)
            elif not is_input:
                found.append(Leaf(number, node.inputs[0]))
            number += 1
        return found, number

    def joined(self, found: list[Element], node: int) -> list[Element]:
        """The elements with the branches of a join taken off their end, and put into its brace.

        Tried from the last element on: the first way without a tap is taken, else the cheapest.
        """
        ends = self.network.nodes[node].inputs
        best, least = found, (_DEAR**3, 0)
        for cut in range(len(found), -1, -1):
            inside, before = found[cut:], found[:cut]
            made = {element.end for element in inside}
            starts = [*(e.end for e in before[-1:]), *(e.start for e in inside), *ends]
            for start in dict.fromkeys(value for value in starts if value not in made):
                branches = _branches(inside, ends, start)
                written = [*before, Brace(node, start, branches)]
                price = sum(self.price(branch, start, node) for branch in branches)
                if price == 0 and start == starts[0]:
                    return written
                price += self.price(Branch(tuple(written[1:]), node), written[0].end)
                empty = sum(not branch.inside for branch in branches)
                if (price, empty) < least:
                    best, least = written, (price, empty)
        return best

    def price(self, branch: Branch, arriving: int, join: int | None = None) -> int:
        """How many taps it takes to write a branch where a value arrives.

        Taps of values without a name are dear, and dearer inside a join than before it, where
        they may still become the beginning of a branch. In a join no value that is read later is
        left out.
        """
        dear = _DEAR if join is None else 2 * _DEAR
        price, value = 0, arriving
        for wanted, end in [*((e.start, e.end) for e in branch.inside), (branch.end, branch.end)]:
            if wanted != value:
                price += dear if is_nameless(self.network, wanted) else 1
                if join is not None and value != arriving and self.last_read.get(value, 0) > join:
                    price += _DEAR**2
            value = end
        return price


def _branches(inside: Sequence[Element], ends: Sequence[int], start: int) -> tuple[Branch, ...]:
    """Elements cut into branches that end in these values and, if they can, begin from `start`."""
    places = {element.end: place for place, element in enumerate(inside)}
    stops: list[int] = []
    for number, end in enumerate(ends):
        first, after = max(stops, default=0), places.get(end, -1) + 1
        later = [place for e in ends[number + 1 :] if (place := places.get(e, -1)) >= after]
        if first < after and later:
            begins = (at for at in range(after, min(later) + 1) if inside[at].start == start)
            stops.append(next(begins, after))
        else:
            stops.append(len(inside) if first < after else first)
    if inside and not any(stops):
        dead = next((number for number, end in enumerate(ends) if end != start), 0)
        stops[dead:] = [len(inside)] * len(stops[dead:])
    firsts = (0, *stops)
    return tuple(
        Branch(tuple(inside[a:b]), end) for a, b, end in zip(firsts, stops, ends, strict=False)
    )
