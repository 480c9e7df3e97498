"""Regions and fields of a network judged by the support of the gradient, node by node.

Where the status is exact the box is the gradient's to the pixel, corners and borders included, and
so is the number of pixels in it; an upper bound is never passed.
"""

from gradients import box, moved, positive, run

from striate.arithmetic.reach import Reach
from striate.language import layers as L
from striate.planning.fields import sights_of
from striate.planning.regions import region_of
from striate.planning.tracing import trace

ROUNDING = 1e-12


def units_of(size, chance):
    """Some units of a size: its corners, and two anywhere."""
    axes = size[1:]
    inner = [tuple(chance.randrange(n) for n in axes) for _ in "ab"]
    return {(0,) * len(axes), tuple(n - 1 for n in axes), *inner}


def least(network):
    """What rounding may leave of a weight of 0, where pixels are interpolated."""
    linear = any(getattr(node.layer, "mode", "") == "linear" for node in network.nodes)
    return ROUNDING if linear else 0.0


def check_region(network, node, unit, pixels):
    region, found = region_of(network, node.path, unit), box(pixels)
    told = f"{node.path} {unit}: {region}; moved by {found}"
    if region.status != "upper bound":
        assert region.box == found, told
        assert region.parts[0].pixels == int(pixels.sum()), told
    elif found:
        pairs = zip(region.box, found, strict=True)
        assert all(a <= c and d <= b for (a, b), (c, d) in pairs), told
    assert (region.status == "whole input") == (
        region.status != "upper bound" and found == tuple((0, n - 1) for n in network.input[1:])
    )


def reads_all(network, node, sights):
    """Whether it is the first to read all that arrives, which was seen in parts until there."""
    whole = isinstance(node.layer, (L.Linear, L.GlobalAverage))
    return whole and sights[node.inputs[0]].field.steps


def check_field(network, number, sights, unit, found):
    """Where nothing outside of any layer is read the field is what the unit sees."""
    sight, node = sights[number], network.nodes[number]
    field, status = sight.field, sight.field.status
    seen = trace(network, number, tuple(((place, place),) for place in unit))[0]
    if seen.outside and not reads_all(network, node, sights):
        return "outside"
    if status in ("exact", "whole input") and not field.steps:
        assert (tuple(axis.of(0) for axis in field.axes) or None) == found
    elif status == "exact" and sight.lined and len(unit) == len(field.axes):
        assert tuple(map(Reach.of, field.axes, unit)) == found
    elif status == "upper bound" and found:
        pairs = zip(found, field.size, strict=True)
        assert all(b - a < size for (a, b), size in pairs)
    return status


def judge(network, chance):
    x, values = run(positive(network), network.input)
    judge_values(network, x, values, chance)


def judge_values(network, x, values, chance, *, every=1):
    """All nodes of a network, or some, by the gradients of some of their units."""
    sights = sights_of(network)
    for number in range(len(values) - 1, 0, -every):
        node, value = network.nodes[number], values[number]
        for unit in units_of(node.size, chance):
            pixels = moved(x, value, unit, least(network))
            check_region(network, node, unit, pixels)
            check_field(network, number, sights, unit, box(pixels))
