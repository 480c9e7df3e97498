"""Parts made ready to be drawn: which shape stands for each, and what is written under it."""

from striate.drawing.networks.grouping import SLABS, Group, Part
from striate.drawing.networks.items import Item, Kind
from striate.drawing.networks.naming import Said, short, sized, wording
from striate.drawing.networks.stacks import stack
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.language.spelling import word_of


def item(network: Network, part: Part, scale: float, within: str, times: int) -> Item:
    """A part of a network as it is drawn; `within` is the path of the group that it stands in."""
    nodes = tuple(network.nodes[number] for number in part.nodes)
    kind = _kind(part, nodes[0].layer)
    last = nodes[-1] if kind == "group" else nodes[0]
    return Item(
        part, kind, nodes, stack(last.size, scale), _said(part, nodes, within, times), times
    )


def entry(network: Network, part: Part, within: str) -> Item:
    """A value that comes into a group from outside."""
    node = network.nodes[part.nodes[0]]
    said = (
        Said(f"from {short(node.path, within)}"),
        Said(wording(node.layer)),
        Said(sized(node.size)),
    )
    return Item(part, "entry", (node,), stack(node.size, 1), said)


def _kind(part: Part, layer: L.Layer) -> Kind:
    if isinstance(part, Group):
        return "group"
    if isinstance(layer, (L.Add, L.Concatenate)):
        return "join"
    if isinstance(layer, L.Identity):
        return "point"
    return "slab" if isinstance(layer, SLABS) else "stack"


def _said(part: Part, nodes: tuple[Node, ...], within: str, times: int) -> tuple[Said, ...]:
    layer, size = nodes[0].layer, sized(nodes[-1].size)
    name = Said(short(part.path, within), 11, "ink", bold=True)
    if isinstance(part, Group):
        number = len(nodes)
        many = f"×{times}" if times > 1 else f"{number} layers"
        return (name, Said(many, 11, "ink", bold=times > 1), Said(size))
    followers = " ".join(word_of(node.layer) for node in nodes[1:])
    more = (Said(followers, 9.5),) if followers else ()
    if isinstance(layer, (L.Add, L.Concatenate)):
        return (Said(size), *more)
    if isinstance(layer, L.Identity):
        return (Said("ID", 9.5),)
    return (name, Said(wording(layer), 10.5, "ink"), Said(size), *more)
