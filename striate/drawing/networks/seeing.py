"""The receptive field of a unit, traced back: which part of every earlier layer it sees.

A part of a layer is a box of its rows and columns, as fractions of them: top, bottom, left, right.
"""

from collections.abc import Container, Iterable, Mapping

from striate.arithmetic.window import Size
from striate.drawing.networks.grouping import Part
from striate.language.network import Network
from striate.planning.fields import hull
from striate.planning.tracing import Box, Seen, traced

Fractions = tuple[float, float, float, float]


def middle(size: Size) -> tuple[int, ...]:
    """The place of the unit in the middle of a value; none of features.

    >>> middle((64, 7, 8)), middle((10,))
    ((3, 4), ())
    """
    return tuple(n // 2 for n in size[1:])


def seen_by(
    network: Network, number: int, place: Iterable[int], of: Container[int] | None = None
) -> dict[int, Fractions]:
    """What a unit of a node sees of each node before it, that node itself included.

    Those of which it sees nothing are left out, and those without axes; `of` are those wanted.

    >>> from striate.language import read
    >>> from striate.planning import resolve
    >>> network = resolve(read("INPUT 1x8x8 -> CONV 1 3 pad=1 -> POOL 2"))
    >>> seen_by(network, 2, (1, 1))[0]
    (0.125, 0.625, 0.125, 0.625)
    """
    units: Box = tuple(((at, at),) for at in place)
    sizes = {one: node.size for one, node in enumerate(network.nodes) if len(node.size) > 1}
    return {
        one: fractions(seen, sizes[one])
        for one, seen in traced(network, number, units).items()
        if seen.boxes and one in sizes and (of is None or one in of)
    }


def fractions(seen: Seen, size: Size) -> Fractions:
    """A box of rows and columns as parts of a layer's: top, bottom, left, right.

    >>> fractions(Seen([(((0, 2),), ((4, 7),))]), (1, 8, 8))
    (0.0, 0.375, 0.5, 1.0)
    """
    ends = [(0.0, 1.0)] + [
        (first / n, (last + 1) / n)
        for (first, last), n in zip(hull(seen.boxes), size[1:], strict=True)
    ]
    (top, bottom), (left, right) = ends[-2:]
    return (top, bottom, left, right)


def sees(network: Network, part: Part, faces: Mapping[int, str]) -> dict[str, list[float]]:
    """What the middle unit of a part's last node sees of the faces, by the paths they stand for."""
    number = part.nodes[-1]
    found = seen_by(network, number, middle(network.nodes[number].size), faces)
    return {faces[one]: [round(at, 4) for at in seen] for one, seen in found.items()}
