"""The most that is in memory at once, for one image: on the way there, and there and back.

A value is there from the layer that makes it to the last that reads it, or that needs it on the
way back; its gradient from the last layer that reads the value back to the one that made it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from striate.language import layers as L
from striate.language.network import Network
from striate.planning.memory.holding import Held, Piece, Storage
from striate.planning.memory.passing import passing, passing_back, passing_once
from striate.planning.memory.values import FLOAT, passes_on


@dataclass(frozen=True)
class Peak:
    """The most bytes at once for one image, and the layer that is computed then.

    `once` are bytes that come on top whatever the batch.
    """

    bytes: int
    path: str
    back: bool = False
    once: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {"bytes": self.bytes, "path": self.path, "back": self.back}


def forward_peak(network: Network, holds: Sequence[Held]) -> Peak:
    """The most that is there while a network is only run: its input, values, and copies of them."""
    last, peak, now = _last_uses(network, holds), Peak(0, ""), 0
    for number, held in enumerate(holds):
        if held.value.made == number:
            now += held.value.bytes
        peak = max(
            peak,
            Peak(now + passing(held.node.layer, held.there), held.node.path),
            key=lambda one: one.bytes,
        )
        now -= sum(holds[made].value.bytes for made in last.get(number, ()))
    layers = [held for held in holds if held.arriving]
    once = max((passing_once(held.node.layer, held.there) for held in layers), default=0)
    return replace(peak, once=once)


def _last_uses(network: Network, holds: Sequence[Held]) -> dict[int, list[int]]:
    """For each node, the values that nobody reads after it; inputs and outputs stay."""
    last: dict[int, int] = {}
    for number, held in enumerate(holds):
        last[held.value.made] = number
        for value in held.arriving:
            last[value.made] = number
    stay = {holds[number].value.made for number in network.outputs}
    stay |= {n for n, held in enumerate(holds) if isinstance(held.node.layer, L.Input)}
    uses: dict[int, list[int]] = {}
    for made, number in last.items():
        if made not in stay:
            uses.setdefault(number, []).append(made)
    return uses


def training_peak(network: Network, holds: Sequence[Held]) -> Peak:
    """The most that is there on the way there and back; gradients of parameters aside."""
    room = _Room()
    _there(network, holds, room)
    _back(network, holds, room)
    return room.peak


@dataclass
class _Room:
    """What is in memory: how often each piece is needed, and how large it is."""

    needs: Counter[object] = field(default_factory=Counter[object])
    sizes: dict[object, int] = field(default_factory=dict[object, int])
    now: int = 0
    peak: Peak = Peak(0, "")

    def take(self, what: object, size: int) -> None:
        """One more needs this; it is there once."""
        if not self.needs[what]:
            self.sizes[what] = size
            self.now += size
        self.needs[what] += 1

    def give(self, what: object) -> None:
        """One less needs this."""
        self.needs[what] -= 1
        if not self.needs[what]:
            self.now -= self.sizes[what]

    def look(self, path: str, *, beside: int = 0, back: bool = False) -> None:
        """Remember the most that was there."""
        if self.now + beside > self.peak.bytes:
            self.peak = Peak(self.now + beside, path, back)


def _there(network: Network, holds: Sequence[Held], room: _Room) -> None:
    last = _last_uses(network, holds)
    for number, held in enumerate(holds):
        if held.value.made == number:
            room.take((number, 0), held.value.bytes)
        for storage, size in _sized(held.pieces, holds):
            room.take(storage, size)
        made = sum(size for storage, size in _sized(held.pieces, holds) if storage[1])
        room.look(held.node.path, beside=max(0, passing(held.node.layer, held.there) - made))
        for finished in last.get(number, ()):
            room.give((finished, 0))


def _sized(pieces: Sequence[Piece], holds: Sequence[Held]) -> list[tuple[Storage, int]]:
    """Where what is kept of an image lies, and how large that is, whoever kept it first."""
    return [(piece.storage, _size(piece, holds)) for piece in pieces if piece.kept.each]


def _size(piece: Piece, holds: Sequence[Held]) -> int:
    own = bool(piece.storage[1])
    return piece.kept.bytes.value if own else holds[piece.storage[0]].value.bytes


def _back(network: Network, holds: Sequence[Held], room: _Room) -> None:
    """From the outputs to the inputs; a layer gives back what it kept once it is done."""
    gradients: dict[int, object] = {}
    recalled: set[int] = set()
    for number in network.outputs:
        _send(gradients, room, number, ("back", number, number), holds)
    for number in range(len(holds) - 1, -1, -1):
        held = holds[number]
        if number not in gradients or not held.value.learns:
            continue
        if held.again and number not in recalled:
            recalled |= _recall(number, holds, room)
        arrived = gradients.pop(number)
        for source in dict.fromkeys(held.node.inputs):
            if holds[source].value.learns:
                same = isinstance(held.node.layer, L.Add) or _is_view(held)
                _send(gradients, room, source, arrived if same else ("back", number, source), holds)
        room.look(held.node.path, beside=passing_back(held.node.layer, held.there), back=True)
        room.give(arrived)
        for storage, _ in _sized((*held.pieces, *held.again), holds):
            room.give(storage)


def _recall(number: int, holds: Sequence[Held], room: _Room) -> set[int]:
    """A checkpointed part is computed again: all of it keeps what it needs."""
    part: set[int] = set()
    mark = holds[number].node.again
    while number >= 0 and not holds[number].node.remembers and holds[number].node.again == mark:
        for storage, size in _sized(holds[number].again, holds):
            room.take(storage, size)
        part.add(number)
        number -= 1
    return part


def _is_view(held: Held) -> bool:
    return passes_on(held.node.layer, held.arriving) and not isinstance(held.node.layer, L.Crop)


def _send(
    gradients: dict[int, object], room: _Room, number: int, what: object, holds: Sequence[Held]
) -> None:
    """A gradient arrives at a node; it is added to one that is there, in place if that is alone."""
    size = FLOAT * prod(holds[number].node.size)
    room.take(what, size)
    if number in gradients and room.needs[gradients[number]] == 1:
        room.look(holds[number].node.path, back=True)
        room.give(what)
        return
    if number in gradients:
        total = ("sum", number, what)
        room.take(total, size)
        room.look(holds[number].node.path, back=True)
        room.give(what)
        room.give(gradients[number])
        what = total
    gradients[number] = what
