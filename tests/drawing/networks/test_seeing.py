"""What units see: of inputs judged by the plan, of layers between by the support of gradients."""

from random import Random

import pytest
import torch
from drawn import networks
from gradients import box, positive, run
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_fields import units_of
from one_each import small

import striate
from striate.drawing.networks.book import leaf
from striate.drawing.networks.drawing import draw_network
from striate.drawing.networks.seeing import middle, seen_by, sees
from striate.drawing.networks.tracks import tracks
from striate.drawing.pictures.shapes import Line, Rect
from striate.planning.tracing import traced

RESIDUAL = (
    "INPUT 1x9x10 -> CONV 2 3 pad=1 -> { CONV 2 3 stride=2 pad=1 -> RELU -> CONV 2 3 pad=1"
    " + CONV 2 1 stride=2 } -> RELU -> CONV 2 2"
)
DILATED = "INPUT 2x17 -> CONV 2 3 dilation=2 -> CONV 2 3 dilation=4 pad=2 -> POOL 2"
UPWARD = (
    "INPUT 1x8x6 -> a: CONV 2 3 pad=1 -> POOL 2 -> DECONV 2 2 stride=2 -> { ID | @a } -> CONV 1 3"
)


def ends(fractions, size):
    """Fractions as the first and the last of rows and columns."""
    rows, columns = (1, *size[1:])[-2:]
    top, bottom, left, right = fractions
    found = (top * rows, bottom * rows - 1, left * columns, right * columns - 1)
    assert all(abs(end - round(end)) < 1e-6 for end in found)
    top, bottom, left, right = map(round, found)
    return (top, bottom), (left, right)


def judge(network, chance):
    """Every unit of some against every node before it, by the gradient of the one in the other."""
    _, values = run(positive(network), network.input)
    for number in range(1, len(values)):
        node = network.nodes[number]
        for unit in sorted(units_of(node.size, chance))[:2]:
            found = seen_by(network, number, unit)
            loose = traced(network, number, tuple(((n, n),) for n in unit))
            for below in range(number):
                check(network, values, (number, unit, below), found.get(below), loose.get(below))


def check(network, values, which, found, seen):
    number, unit, below = which
    size = network.nodes[below].size
    same = any(value is values[below] for value in values[:below])  # an ID hands it on
    if len(size) < 2 or not values[below].requires_grad or same:
        return
    place = values[number][(0, slice(None), *unit)].sum()
    (gradient,) = torch.autograd.grad(place, values[below], retain_graph=True, allow_unused=True)
    if gradient is None or not gradient.abs().sum(1).any():
        assert found is None or seen.loose, (which, found)
        return
    wanted = ((0, 0), *box(gradient[0].abs().sum(0) > 1e-12))[-2:]
    shown = ends(found, size)
    if seen.loose:
        assert all(a <= c and d <= b for (a, b), (c, d) in zip(shown, wanted, strict=True))
    else:
        assert shown == wanted, (which, shown, wanted)


@pytest.mark.parametrize("text", [RESIDUAL, DILATED, UPWARD])
def test_layers_between(text):
    judge(striate.resolve(text), Random(3))


@given(networks(buildable=True, most=4), st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_layers_between_of_random_networks(drawn, chance):
    network = striate.resolve(drawn.text)
    if not any(getattr(node.layer, "mode", "") == "linear" for node in network.nodes):
        judge(network, chance)


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "unet", "c3d"])
def test_inputs_as_the_plan_says(name):
    plan = striate.plan(small(name))
    book = leaf(plan.network)
    for one in book.all():
        for item in one.level.items[:: 1 if name == "lenet5" else 4]:
            node = plan.network.nodes[item.part.nodes[-1]]
            found = sees(plan.network, item.part, book.paths)
            region = plan.region(node.path, middle(node.size)).box
            wanted = ((0, 0), *region)[-2:]
            top, bottom, left, right = found["input"]
            rows, columns = plan.network.input[-2:]
            shown = (top * rows, bottom * rows - 1, left * columns, right * columns - 1)
            assert shown == pytest.approx((*wanted[0], *wanted[1]), abs=0.03)


def test_a_unit_is_traced_on_every_plane():
    plan = striate.plan("lenet5")
    drawing = draw_network(plan, unit=("c3", (2, 7)))
    level = leaf(plan.network).level
    shapes = tracks(level, drawing.track)
    boxes = [shape for shape in shapes if isinstance(shape, Rect)]
    assert len(boxes) == 4  # input, c1, s2, c3
    (x, y), first = level.places[0], boxes[0]
    face = level.items[0].face(x, y)
    rows, columns = plan.region("c3", (2, 7)).box
    assert first.y - face.y == pytest.approx(rows[0] / 32 * face.height)
    assert first.height == pytest.approx((rows[1] - rows[0] + 1) / 32 * face.height)
    assert first.x - face.x == pytest.approx(columns[0] / 32 * face.width)
    lines = [shape for shape in shapes if isinstance(shape, Line)]
    assert len(lines) == 2 * 3
    assert all(line.dashed for line in lines)


def test_no_such_unit():
    plan = striate.plan("lenet5")
    with pytest.raises(striate.errors.OptionError, match="no unit 99, 4"):
        draw_network(plan, unit=("c3", (99, 4)))
    with pytest.raises(striate.errors.OptionError, match="there is no layer 'c9'"):
        draw_network(plan, unit=("c9", (0, 0)))
