"""Trying a size: the records of a network put to it, each by its own rule, until one refuses.

Nothing is read or expanded again, so that hundreds of sizes can be tried. Where records are not
the same for every size, the network itself is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod

from striate.arithmetic.window import Size, show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.planning.free.forms import Closed
from striate.planning.free.letters import FreeSize, size_at
from striate.planning.free.recognition import UNKNOWN
from striate.planning.sizes import count, lost, output

_TURNED = 130
"""Below this all sizes are looked at, to see whether an operation only turns numbers about."""

Networks = Callable[[Size], Network]
"""The network for an input of a size; a ShapeError where it does not fit."""


@dataclass(frozen=True)
class Tried:
    """What became of a size: the sizes of all values, or the position that refused it.

    `loses` are the axes of the input along which flooring drops something; `firm` says that the
    records are those of every larger size.
    """

    sizes: tuple[Size, ...] = ()
    refused: int | None = None
    loses: frozenset[int] = frozenset()
    firm: bool = True

    @property
    def fits(self) -> bool:
        """Whether no layer refused."""
        return self.refused is None


@dataclass(frozen=True)
class Records:
    """The records of a network, and what its sizes are in letters; `built` ones have weights.

    They are not the `same` where a module does other things at other sizes.
    """

    size: FreeSize
    network: Network
    closed: Sequence[Closed]
    built: bool
    same: bool = True

    @cached_property
    def known(self) -> bool:
        """Whether all its sizes are: else its records cannot be put to others."""
        if not self.same or any(UNKNOWN in closed.forms for closed in self.closed):
            return False
        return all(map(self._turns_all, range(len(self.closed))))

    def _turns_all(self, position: int) -> bool:
        """Whether an operation that only turns numbers about, as it seems, does so at all sizes."""
        node = self.network.nodes[position]
        if not isinstance(node.layer, L.Operation) or len(node.inputs) != 1:
            return True
        before, after = self.closed[node.inputs[0]].forms, self.closed[position].forms
        if prod(self.network.nodes[node.inputs[0]].size) != prod(node.size):
            return True
        each = (dict.fromkeys(self.size.letters, n) for n in range(1, _TURNED))
        return all(prod(size_at(before, n)) == prod(size_at(after, n)) for n in each)

    def tried(self, numbers: Mapping[str, int]) -> Tried:
        """The records put to a size."""
        sizes: list[Size] = []
        loses: set[int] = set()
        for position, node in enumerate(self.network.nodes):
            arriving = tuple(sizes[number] for number in node.inputs)
            try:
                leaving, dropped = self._leaving(position, node, arriving, sizes, numbers)
            except ShapeError:
                return Tried(refused=position)
            sizes.append(leaving)
            loses |= dropped
        return Tried(tuple(sizes), loses=frozenset(loses))

    def _leaving(
        self,
        position: int,
        node: Node,
        arriving: tuple[Size, ...],
        sizes: Sequence[Size],
        numbers: Mapping[str, int],
    ) -> tuple[Size, frozenset[int]]:
        if isinstance(node.layer, L.Input | L.Operation):
            return size_at(self.closed[position].forms, numbers), frozenset()
        if self.built and isinstance(node.layer, L.Linear):
            _check_features(arriving[0], self.network.nodes[node.inputs[0]].size)
        to = self.closed[position].to
        if to is None:
            return _put(node.layer, arriving)
        told = sizes[to][1:] if isinstance(to, int) else size_at(to, numbers)
        return _put(replace(node.layer, to=told), arriving)  # type: ignore[call-arg]


@lru_cache(maxsize=4096)
def _put(layer: L.Layer, arriving: tuple[Size, ...]) -> tuple[Size, frozenset[int]]:
    """A record put to sizes: what leaves, and along which axes something is dropped."""
    leaving = tuple(quantity.value for quantity in output(layer, arriving))
    return leaving, dropping(layer, arriving)


def _check_features(arriving: Size, built: Size) -> None:
    if count(arriving) != count(built):
        raise ShapeError(f"{show(arriving)} is not as many numbers as {show(built)}")


def dropping(layer: L.Layer, arriving: tuple[Size, ...]) -> frozenset[int]:
    """The axes along which flooring drops something."""
    if getattr(layer, "window", None) is None:
        return frozenset()
    return frozenset(axis for axis, dropped in enumerate(lost(layer, arriving)) if dropped)


@dataclass
class Trials:
    """Sizes tried by the records where those are known to be the same, else by the networks.

    `steady` networks have the same records for all sizes. In others words are left out where
    their window does not fit: once all are there they stay, as sizes only grow.
    """

    records: Records
    networks: Networks
    steady: bool
    firm: dict[str, int] = field(default_factory=dict[str, int])

    def along(self, letter: str, others: Mapping[str, int]) -> Callable[[int], Tried]:
        """What becomes of each size of one letter."""

        def trial(n: int) -> Tried:
            numbers = {**others, letter: n}
            firm = self.steady or n >= self.firm.get(letter, n + 1)
            if firm and self.records.known:
                return self.records.tried(numbers)
            return self._made(numbers, letter, n)

        return trial

    def _made(self, numbers: Mapping[str, int], letter: str, n: int) -> Tried:
        try:
            network = self.networks(self.records.size.at(numbers))
        except ShapeError:
            return Tried(refused=0, firm=False)
        loses: set[int] = set()
        for node in network.nodes:
            arriving = tuple(network.nodes[number].size for number in node.inputs)
            loses |= dropping(node.layer, arriving)
        firm = structure(network) == structure(self.records.network)
        if firm:
            self.firm.setdefault(letter, n)
        sizes = tuple(node.size for node in network.nodes)
        return Tried(sizes, loses=frozenset(loses), firm=firm)


def why_not(networks: Networks, size: Size) -> str:
    """Why a network does not fit a size, in a line; nothing if it does."""
    try:
        networks(size)
    except ShapeError as error:
        return error.message.splitlines()[0]
    return ""


def structure(network: Network) -> tuple[tuple[str, L.Layer, tuple[int, ...]], ...]:
    """What of a network does not change with its input: paths, records, and who reads whom."""
    return tuple((node.path, _bare(node.layer), node.inputs) for node in network.nodes)


def _bare(layer: L.Layer) -> L.Layer:
    """A record without the sizes that come of the input's."""
    match layer:
        case L.Input():
            return replace(layer, size=())
        case L.Operation():
            return L.Operation(layer.name, ())
        case L.Upsample():
            return L.Upsample(1, layer.mode)
        case L.Transposed():
            return replace(layer, to=None)
        case L.Crop():
            return replace(layer, to=())
        case _:
            return layer
