"""What stands in a drawing, read off its shapes alone: lines as ways, parts as boxes."""

from itertools import combinations, pairwise

from striate.drawing.networks.routes import routes
from striate.drawing.pictures.lines import sampled
from striate.drawing.pictures.shapes import Group, Line, Rect, Words

NEAR = 3.5


def flat(shapes):
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flat(shape.shapes)
        else:
            yield shape


def drawn(level, number):
    """The shapes of an item."""
    x, y = level.places[number]
    return list(flat(level.items[number].shapes(x, y, lambda what, shapes: Group(shapes))))


def extent(shape):
    match shape:
        case Rect():
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        case Words():
            half = 0.29 * shape.size * len(shape.text)
            high = shape.size / 2
            return shape.x - half, shape.y - high, shape.x + half, shape.y + high
        case _:
            xs, ys = zip(*shape.points, strict=True)
            return min(xs), min(ys), max(xs), max(ys)


def box(shapes):
    ends = list(zip(*map(extent, shapes), strict=True))
    return min(ends[0]), min(ends[1]), max(ends[2]), max(ends[3])


def overlap(one, other, slack=0.0):
    return (
        one[0] + slack < other[2]
        and other[0] + slack < one[2]
        and one[1] + slack < other[3]
        and other[1] + slack < one[3]
    )


def check_apart(level):
    """No two items lie on each other, words included."""
    boxes = [box(drawn(level, number)) for number in range(len(level.items))]
    for (a, one), (b, other) in combinations(enumerate(boxes), 2):
        told = f"{level.items[a].part.path} lies on {level.items[b].part.path}"
        assert not overlap(one, other), told


def lines_of(level):
    return [shape for shape in flat(routes(level)) if isinstance(shape, Line)]


def near(one, other, slack=NEAR):
    return abs(one[0] - other[0]) <= slack and abs(one[1] - other[1]) <= slack


def check_joined(level, edges):
    """From each item a way of lines, end to end, leads to each that reads it, and to no other."""
    lines = lines_of(level)
    bodies = [head(level, number) for number in range(len(level.items))]
    found = set()
    for number in range(len(level.items)):
        x, y = level.places[number]
        start = (level.items[number].leaves(x) + 2, y)
        waiting, gone = [line for line in lines if near(line.points[0], start, 0.01)], set()
        while waiting:
            line = waiting.pop()
            if id(line) in gone:
                continue
            gone.add(id(line))
            end = line.points[-1]
            if line.arrow:
                ends = [n for n, rect in enumerate(bodies) if touches(rect, end)]
                found |= {(number, other) for other in ends}
            else:
                waiting += [one for one in lines if near(one.points[0], end, 0.01)]
    assert found == edges, (found - edges, edges - found)


def touches(rect, point):
    """Whether a point lies at the left side of a box, or above it."""
    left, top, right, bottom = rect
    x, y = point
    beside = abs(x - left) <= NEAR and top - NEAR <= y <= bottom + NEAR
    above = left <= x <= right and abs(y - top) <= NEAR
    return beside or above


def head(level, number):
    """What is drawn of the first layer of an item, or of its frame; words aside."""
    x, y = level.places[number]
    shapes = level.items[number].shapes(x, y, lambda what, shapes: Group(shapes))
    first = shapes[0].shapes if isinstance(shapes[0], Group) else shapes
    return box([shape for shape in first if not isinstance(shape, Words)])


def check_clear(level):
    """No line runs through what is drawn of an item, words aside."""
    solid = [
        (extent(shape), one.part.path)
        for number, one in enumerate(level.items)
        for shape in drawn(level, number)
        if isinstance(shape, Rect)
    ]
    for line in lines_of(level):
        for x, y in walked(line):
            for (left, top, right, bottom), path in solid:
                inside = left + 1 < x < right - 1 and top + 1 < y < bottom - 1
                assert not inside, f"a line runs through {path}"


def walked(line):
    """Points of a line, close to each other."""
    points = sampled(line, 40)
    for (a, b), (c, d) in pairwise(points):
        steps = int(max(abs(c - a), abs(d - b)) / 4) + 1
        yield from ((a + (c - a) * n / steps, b + (d - b) * n / steps) for n in range(steps + 1))


def edges_of(level):
    """Which item reads which, from the network's nodes alone."""
    owners = {node: n for n, one in enumerate(level.items) for node in one.part.nodes}
    return {
        (owners[source], owners[node])
        for node, n in owners.items()
        if level.items[n].kind != "entry"
        for source in level.network.nodes[node].inputs
        if owners[source] != owners[node]
    }
