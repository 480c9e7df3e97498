"""Who keeps what: the values of a network, and for each layer what it is the first to keep.

A value that several layers keep is in memory once. The network's input, its parameters and its
buffers are there anyway, and nothing is kept where no gradient flows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from striate.arithmetic.formula import Formula, Quantity
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.planning.memory.kept import kept
from striate.planning.memory.pieces import Kept, There, whole
from striate.planning.memory.values import Value, value_of

Storage = tuple[int, int]
"""A piece of memory: the node that made it, and which of its own it is; 0 is the node's value."""

_STATUSES = ("exact", "upper bound", "unknown")


@dataclass(frozen=True)
class Piece:
    """Something that is kept, in its piece of memory; `shared` with a layer that kept it before."""

    kept: Kept
    storage: Storage
    shared: bool
    free: bool


@dataclass(frozen=True)
class Held:
    """A node, the values that arrive and the one that leaves, and what training keeps of it.

    Under checkpointing it keeps that on the way back only, where it is computed `again`.
    """

    node: Node
    arriving: tuple[Value, ...]
    value: Value
    pieces: tuple[Piece, ...]
    again: tuple[Piece, ...] = ()

    @property
    def there(self) -> There:
        """The layer in its place."""
        return There(self.arriving, self.node.size, self.node.overwrites)

    def bytes(self, *, each: bool) -> int:
        """What it is the first to keep: for each image, or whatever the batch."""
        return sum(piece.kept.bytes.value for piece in self.counted if piece.kept.each == each)

    @property
    def counted(self) -> tuple[Piece, ...]:
        """The pieces that are counted here."""
        return tuple(piece for piece in self.pieces if not (piece.shared or piece.free))

    def saved(self, batch: int) -> Quantity:
        """The bytes of a batch that it is the first to keep, with their working."""
        counted = [piece.kept for piece in self.counted]
        each = " + ".join(one.rule for one in counted if one.each)
        fixed = [one.rule for one in counted if not one.each]
        rule = " + ".join([*([f"B*({each})"] if each else []), *fixed])
        if not rule:
            return Quantity(0, self._why_none(), "0")
        numbers: Mapping[str, int] = {k: n for one in counted for k, n in one.numbers.items()}
        found = Formula(rule)(**numbers, B=batch)
        status = max((one.status for one in counted), key=_STATUSES.index)
        return Quantity(found.value, found.rule, found.working, status)

    def _why_none(self) -> str:
        if any(piece.shared for piece in self.pieces):
            return f"{self.pieces[0].kept.what}, which is kept already"
        return "the network's input, which is there anyway" if self.pieces else "none"


def holdings(network: Network) -> tuple[Held, ...]:
    """Every node of a network with what training keeps of it; the inputs are nodes too.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x8x8 -> CONV 4 3x3 -> RELU -> CONV 2 3x3"), Settings())
    >>> for held in holdings(network)[1:]:
    ...     print(held.node.path, held.saved(1))
    0 the network's input, which is there anyway = 0 = 0
    1 B*(4*K*Oh*Ow) = 1*(4*4*6*6) = 576
    2 its input, which is kept already = 0 = 0
    """
    walk = _Walk(network)
    return tuple(walk.hold(number, node) for number, node in enumerate(network.nodes))


@dataclass
class _Walk:
    """A walk over the nodes in order; `taken` is what has been kept so far."""

    network: Network
    values: list[Value] = field(default_factory=list[Value])
    taken: set[Storage] = field(default_factory=set[Storage])

    def hold(self, number: int, node: Node) -> Held:
        arriving = tuple(self.values[source] for source in node.inputs)
        value = value_of(node, number, arriving)
        self.values.append(value)
        there = There(arriving, node.size, node.overwrites)
        again: list[Piece] = []
        if not value.learns or isinstance(node.layer, L.Input):
            pieces: list[Piece] = []
        elif node.remembers:
            pieces = self._pieces(kept(node.layer, there), number)
        else:
            again = self._pieces(kept(node.layer, there), number)
            pieces = self._pieces(self._entering(node, arriving), number)
        self.taken.update(piece.storage for piece in pieces)
        return Held(node, arriving, value, tuple(pieces), tuple(again))

    def _pieces(self, kept: Sequence[Kept], number: int) -> list[Piece]:
        """The storages of what a node keeps; of two that are one the second is shared."""
        made: list[Piece] = []
        for index, one in enumerate(kept, start=1):
            storage = self._storage(one, number, index)
            taken = {*self.taken, *(piece.storage for piece in made)}
            free = not storage[1] and self._is_input(storage[0])
            made.append(Piece(one, storage, storage in taken, free))
        return made

    def _storage(self, one: Kept, number: int, index: int) -> Storage:
        if one.of == "own":
            return number, index
        source = number if one.of == "result" else self.network.nodes[number].inputs[one.source]
        return self.values[source].made, 0

    def _is_input(self, number: int) -> bool:
        return isinstance(self.network.nodes[number].layer, L.Input)

    def _entering(self, node: Node, arriving: tuple[Value, ...]) -> tuple[Kept, ...]:
        """What a checkpointed part is computed again from."""
        return tuple(
            whole(one, "what it is computed again from", source=source, mark=str(source + 1))
            for source, (one, number) in enumerate(zip(arriving, node.inputs, strict=True))
            if one.learns and self._enters(self.network.nodes[number], node)
        )

    def _enters(self, source: Node, node: Node) -> bool:
        """Whether a node that is computed again reads something from outside its part."""
        return source.remembers or source.again != node.again
