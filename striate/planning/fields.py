"""The receptive field of every node of a network, and what there is to say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import Size, show
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.planning.branches import derive_join, meeting
from striate.planning.reading import ENDLESS, Reading, reading
from striate.planning.tracing import Box, broadcast, everything, trace


@dataclass(frozen=True)
class Sight:
    """What the units of one node see; `lined` while its axes are those of the input.

    `working` is that of the field's size, along each axis, where the node changes it.
    """

    field: Field
    lined: bool = True
    notes: tuple[str, ...] = ()
    working: tuple[Quantity, ...] = ()


def sights_of(network: Network) -> tuple[Sight, ...]:
    """The field of each node, in their order; each input sees itself.

    >>> from striate.language import read
    >>> from striate.planning import Settings, resolve
    >>> network = resolve(read("INPUT 1x9x9 -> CONV 1 3 -> POOL 2 -> GAP"), Settings())
    >>> [sight.field.size for sight in sights_of(network)]
    [(1, 1), (3, 3), (4, 4), (8, 8)]
    """
    sights: list[Sight] = []
    for node in network.nodes:
        if isinstance(node.layer, L.Input):
            axes = node.size[1:]
            sights.append(Sight(Field.of_pixel(len(axes), axes)))
        else:
            sights.append(_sight(network, node, sights))
    return tuple(sights)


def _sight(network: Network, node: Node, sights: Sequence[Sight]) -> Sight:
    """What a node sees through each of its inputs, joined."""
    branches: list[Sight] = []
    for source in node.inputs:
        size = network.nodes[source].size
        reads = reading(node.layer, size, node.size)
        if reads.where == "all" and sights[source].field.steps:
            field = whole_of(network, source)
            field = field.trusted("upper bound") if reads.partly else field
            branches.append(Sight(field, working=field.derive_ends()))
        else:
            branch = _branch(sights[source], reads, size[1:], node.size[1:])
            branches.append(_gathered(network, source, branch, reads))
    if len(branches) == 1:
        return branches[0]
    return _joined([network.nodes[source].path for source in node.inputs], branches)


def _joined(names: Sequence[str], branches: Sequence[Sight]) -> Sight:
    """What is seen through several inputs."""
    fields = [branch.field for branch in branches]
    joined = Field.join(fields)
    notes = [note for branch in branches for note in branch.notes]
    notes += meeting(names, fields, joined)
    working = derive_join([field for field in fields if field.axes], joined)
    lined = all(branch.lined for branch in branches)
    return Sight(joined, lined, tuple(dict.fromkeys(notes)), working)


def whole_of(network: Network, number: int) -> Field:
    """The field of what reads all of a node: all that its units see together.

    Beside an input of another size, which it may see as well, there is no common field.
    """
    node = network.nodes[number]
    fields: list[Field] = []
    for source, seen in trace(network, number, everything(node.size[1:])).items():
        if seen.boxes:
            image = network.nodes[source].size[1:]
            field = Field.of_box(hull(seen.boxes), image)
            fields.append(field.trusted("upper bound") if seen.loose else field)
    return Field.join(fields)


def _gathered(network: Network, number: int, branch: Sight, reads: Reading) -> Sight:
    """Along an axis that is read as a whole the field ends where the input does."""
    still = [not axis.step for axis in reads.axes]
    if branch.field.trust == "unknown" or not any(still) or not network.nodes[number].size[1:]:
        return branch
    whole = whole_of(network, number)
    if len(whole.axes) != len(branch.field.axes):
        return branch
    pairs = zip(branch.field.axes, whole.axes, still, strict=True)
    axes = tuple(w if all_of_it else axis for axis, w, all_of_it in pairs)
    field = replace(branch.field, axes=axes).trusted(whole.trust)
    return replace(branch, field=field, working=())


def hull(boxes: Sequence[Box]) -> tuple[tuple[int, int], ...]:
    """The smallest box that holds them all: the first and the last place along each axis."""
    axes = zip(*boxes, strict=True)
    return tuple((min(r[0][0] for r in runs), max(r[-1][1] for r in runs)) for runs in axes)


def _branch(sight: Sight, reads: Reading, axes: Size, own: Size) -> Sight:
    """What is seen through one input, that arrives with these axes, by units with their own."""
    if not sight.field.steps or reads.where == "all":
        return Sight(sight.field.reading(reads.axes))
    if reads.where == "unknown":
        return _unknown(sight, reads.reason)
    if reads.where == "stretch":
        return _stretched(sight, reads, axes, own)
    if axes == own:
        return replace(sight, notes=(), working=())
    if sight.lined and broadcast(axes, own) and axes:
        return Sight(_repeated(sight.field, axes, own))
    return Sight(sight.field, lined=False)


def _stretched(sight: Sight, reads: Reading, axes: Size, own: Size) -> Sight:
    if not sight.lined:
        return _unknown(sight, f"the axes of {show(axes)} are no longer those of the input")
    if not len(reads.axes) == len(axes) == len(own) == len(sight.field.axes):
        return _unknown(sight, f"it reads along {len(reads.axes)} axes where {show(axes)} arrive")
    field = sight.field.reading(reads.axes)
    if field.trust == "unknown" and sight.field.trust != "unknown":
        return _unknown(sight, ENDLESS.reason)
    field = field.trusted("upper bound") if reads.partly else field
    return Sight(field, working=sight.field.derive_reading(reads.axes))


def _unknown(sight: Sight, reason: str) -> Sight:
    notes = (f"the field is not known: {reason}",) if reason else ()
    return Sight(sight.field.trusted("unknown"), lined=False, notes=notes)


def _repeated(field: Field, axes: Size, own: Size) -> Field:
    """The field of units that all see, along the axes that have only one, what that one does."""
    first = field.at((0,) * len(axes))
    pairs = zip(field.axes, first.axes, axes, own, strict=True)
    return replace(field, axes=tuple(a if n == m else b for a, b, n, m in pairs))
