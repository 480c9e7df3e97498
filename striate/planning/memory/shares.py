"""What each layer takes in training: parameters, gradients, optimizer, buffers, and what it saves.

Bytes in float32. A layer that is counted in a module by another number of parameters, because it
shares them with one before it or nobody trains them, takes that number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from striate.arithmetic.formula import Formula, Quantity
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.items import suggest
from striate.language.network import Network
from striate.language.spelling import word_of
from striate.planning.costs import NONE, costs
from striate.planning.memory.holding import Held, holdings

OPTIMIZERS = {"sgd": 1, "adam": 2, "adamw": 2, "plain-sgd": 0}
"""How many numbers each remembers of a parameter: sgd its momentum, adam a mean and a square."""

STORED = Formula("4*P")
REMEMBERED = Formula("4*M*P")
STATISTICS = Formula("4*2*C + 8")
PLACES = Formula("8*T")
COUNTS = ("parameters", "gradients", "optimizer", "buffers", "saved")


@dataclass(frozen=True)
class Share:
    """What one layer takes in training, in bytes, each with its working.

    `keeps` says in words what it saves: its input, its result, the place of each maximum.
    """

    path: str
    word: str
    parameters: Quantity
    gradients: Quantity
    optimizer: Quantity
    buffers: Quantity
    saved: Quantity
    keeps: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "path": self.path,
            "word": self.word,
            **{name: getattr(self, name).value for name in COUNTS},
            "keeps": list(self.keeps),
            "status": self.saved.status,
        }


def shares(holds: Sequence[Held], batch: int, optimizer: str) -> tuple[Share, ...]:
    """What each layer takes, the inputs of a network aside; OptionError for what cannot be."""
    if batch < 1:
        help = ["32 is usual; an amount of memory tells the largest: --memory 8GB"]
        raise OptionError(f"a batch has at least one image, found {batch}", help=help)
    if optimizer not in OPTIMIZERS:
        help = [*suggest(optimizer, list(OPTIMIZERS)), f"there are {', '.join(OPTIMIZERS)}"]
        raise OptionError(f"there is no optimizer '{optimizer}'", help=help)
    layers = (held for held in holds if not isinstance(held.node.layer, L.Input))
    return tuple(_share(held, batch, OPTIMIZERS[optimizer]) for held in layers)


def _share(held: Held, batch: int, remembered: int) -> Share:
    node = held.node
    sizes = tuple(value.size for value in held.arriving)
    taken = costs(node.layer, sizes, node.size).parameters.value
    count = taken if node.parameters is None else node.parameters
    weights = STORED(P=count) if count else NONE
    return Share(
        path=node.path,
        word=word_of(node.layer),
        parameters=weights,
        gradients=weights,
        optimizer=REMEMBERED(M=remembered, P=count) if count and remembered else NONE,
        buffers=_buffers(held),
        saved=held.saved(batch),
        keeps=tuple(dict.fromkeys(piece.kept.what for piece in held.counted)),
    )


def _buffers(held: Held) -> Quantity:
    """What a layer remembers without learning it: running statistics, the places of a table."""
    match held.node.layer:
        case L.BatchNorm():
            return STATISTICS(C=held.arriving[0].size[0])
        case L.Convolution(connect=table) if table is not None:
            return PLACES(T=sum(map(len, table)))
        case _:
            return NONE


def workings(network: Network, batch: int = 1) -> dict[str, tuple[tuple[str, Quantity], ...]]:
    """By path, what training saves of a layer, named and with its working.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x8x8 -> CONV 4 3x3 -> POOL 2"), Settings())
    >>> for name, quantity in workings(network)["1"]:
    ...     print(name, quantity)
    saved B*(4*C*Nh*Nw + 8*C*Oh*Ow) = 1*(4*4*6*6 + 8*4*3*3) = 864
    """
    return {held.node.path: (("saved", held.saved(batch)),) for held in holdings(network)}
