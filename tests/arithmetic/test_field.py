"""The receptive field against the gradient: the pixels that move one unit, and no others.

Weights are all 1 and pools average, in float64, so that nothing that is seen can cancel. What is
compared is where the gradient of a unit in the middle begins and ends. Chains and joins are drawn
on one axis, as each axis of a field is one by itself.
"""

from fractions import Fraction

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

import striate
from striate.arithmetic import Field, Window
from striate.arithmetic.reach import Reach

SIZE = 160


def slide(x, k, s, p, d):
    return F.conv1d(F.pad(x, p), torch.ones(1, 1, k).double(), stride=s, dilation=d)


def slide_back(x, k, s, p, d):
    return F.conv_transpose1d(x, torch.ones(1, 1, k).double(), stride=s, padding=p, dilation=d)


def windows(stride):
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    return st.tuples(st.just("window"), st.integers(1, 4), stride, sides, st.integers(1, 2))


@st.composite
def parted(draw):
    """Branches that step alike: windows of stride 1, and one of a stride that they share."""
    stride = draw(st.integers(1, 2))
    branches = draw(st.lists(st.lists(windows(st.just(1)), max_size=2), min_size=2, max_size=3))
    return [[*branch, draw(windows(st.just(stride)))] for branch in branches]


WINDOWS = windows(st.integers(1, 3))
TRANSPOSED = st.tuples(
    st.just("transposed"), st.integers(1, 4), st.integers(1, 3), st.integers(0, 1), st.just(1)
)
RESIZED = st.tuples(st.sampled_from(["nearest", "linear"]), st.integers(2, 3))
POOLED = st.tuples(st.just("average"), st.integers(1, 3), st.integers(1, 3))


def step(layer, x, field):
    """One layer, done by torch and by the field."""
    kind, *numbers = layer
    if kind == "window":
        k, s, p, d = numbers
        window = Window.of(k, stride=s, padding=[p], dilation=d)
        return slide(x, k, s, p, d), field.through(window)
    if kind == "transposed":
        k, s, p, d = numbers
        window = Window.of(k, stride=s, padding=p, dilation=d)
        return slide_back(x, k, s, p, d), field.through_transposed(window)
    if kind == "average":
        k, s = numbers
        return F.avg_pool1d(x, k, s), field.through(Window.of(k, stride=s))
    (factor,) = numbers
    mode, each = {
        "nearest": ("nearest", Reach.of_nearest),
        "linear": ("linear", Reach.of_linear),
    }[kind]
    n = x.shape[-1]
    return F.interpolate(x, scale_factor=factor, mode=mode), field.resized(
        (n,), (n * factor,), each
    )


def chain(layers, x, field):
    for layer in layers:
        assume(x.shape[-1] > 12 and x.shape[-1] < 2000)
        x, field = step(layer, x, field)
    return x, field


def seen(x, y, unit):
    """The first and the last pixel whose change changes a unit."""
    (gradient,) = torch.autograd.grad(y[0, 0, unit], x, retain_graph=True)
    pixels = gradient[0, 0].nonzero()
    return (int(pixels[0]), int(pixels[-1])) if len(pixels) else None


def start():
    x = torch.ones(1, 1, SIZE, dtype=torch.float64, requires_grad=True)
    return x, x * 1.0, Field.of_pixel(1)


def inner_units(field, x, y):
    """Units whose whole field lies inside the image, with a margin that no border reaches."""
    axis = field.axes[0]
    for unit in range(y.shape[-1]):
        first, last = axis.of(unit)
        if first >= 40 and last < SIZE - 40:
            yield unit, (first, last)


@given(st.lists(WINDOWS | POOLED, min_size=1, max_size=5))
def test_chains_of_windows(layers):
    x, y, field = start()
    y, field = chain(layers, y, field)
    units = [*inner_units(field, x, y)]
    assume(units)
    assert field.status == "exact"
    for unit, (first, last) in units[:3]:
        assert seen(x, y, unit) == (first, last)
        assert last - first + 1 == field.size[0]
        assert field.offset[0] + unit * field.stride[0] == Fraction(first + last, 2)


@given(st.lists(WINDOWS | POOLED | TRANSPOSED | RESIZED, min_size=1, max_size=4))
def test_chains_with_transposed_and_enlarging_layers(layers):
    """Where the status is exact every unit sees that much; an upper bound is never passed."""
    x, y, field = start()
    y, field = chain(layers, y, field)
    units = [*inner_units(field, x, y)]
    assume(units)
    sizes = []
    for unit, (first, last) in units[:7]:
        found = seen(x, y, unit)
        size = 0 if found is None else found[1] - found[0] + 1
        sizes.append(size)
        if field.trust == "exact" and size:
            assert found == (first, last)
    assert max(sizes) <= field.size[0]
    if field.status == "exact":
        assert {*sizes} == {field.size[0]}


@given(
    st.lists(windows(st.integers(1, 2)) | TRANSPOSED, max_size=1),
    parted(),
    st.lists(windows(st.integers(1, 2)), max_size=1),
)
def test_joins(before, branches, behind):
    x, y, field = start()
    y, field = chain(before, y, field)
    ends = [chain(branch, y, field) for branch in branches]
    shortest = min(end.shape[-1] for end, _ in ends)
    y = sum(end[..., :shortest] for end, _ in ends)
    field = Field.join([f for _, f in ends])
    y, field = chain(behind, y, field)
    units = [*inner_units(field, x, y)]
    assume(units and field.trust == "exact")
    for unit, stretch in units[:3]:
        assert seen(x, y, unit) == stretch


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3)), max_size=4))
def test_the_textbooks_formula_is_the_same(layers):
    field = Field.of_pixel(2)
    for k, s, d in layers:
        window = Window.of(k, rank=2, stride=s, dilation=d)
        worked = field.derive_through(window)
        field = field.through(window)
        assert tuple(quantity.value for quantity in worked) == field.size


# ---------------------------------------------------------------- cases that others get wrong


def last(text, size=(1, 64, 64)):
    return striate.plan(text, input=size).rows[-1].field


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("CONV 1 3 -> RELU -> POOL 2 -> CONV 1 3", 8),
        ("h: CONV 1 3 pad=1 -> { [CONV 1 3 pad=1 -> RELU] + ID } -> { CONV 1 3 | CONV 1 3 }", 7),
        ("CONV 1 3 stride=2 pad=1 -> DECONV 1 4 stride=2 pad=1", 5),
        ("{ CONV 1 3 pad=1 + CONV 1 5 pad=2 }", 5),
        ("CONV 1 3 -> CONV 1 3 dilation=2 -> CONV 1 3 dilation=4", 15),
        ("CONV 4 3 pad=1 -> CONV 4 3 groups=4 dilation=2 -> AVGPOOL 2 -> PAD 1 mode=reflect"
         " -> CONV 1 3", 12),
        ("POOL 2 -> UP 2", 2),
        ("SEPARABLE 1 3 -> UNSHARED 1 3 -> TILED 1 3", 7),
        ("CROP 32 -> CONV 1 3 -> LRN 3 -> BN -> DENSE 2 -> LAYERNORM", 3),
        ("ADAPTIVE 16", 4),
    ],
)  # fmt: skip
def test_known_sizes(text, size):
    field = last(text)
    assert field.size == (size, size)
    assert field.status == "exact"


def test_one_axis_dilated():
    assert last("CONV 1 3 dilation=2 -> CONV 1 3 dilation=4", (1, 64)).size == (13,)


def test_a_u_net_has_a_finite_field():
    field = last("a: CONV 1 3 pad=1 -> POOL 2 -> b: CONV 1 3 pad=1 -> { @a | UP 2 -> CONV 1 1 }")
    assert field.size == (8, 8)
    assert field.status == "exact"


def test_a_convolution_behind_a_transposed_one_sees_unequal_parts():
    """4 = 2 taps of stride 2: a 2x2 window on top reads two or three units, 7 pixels at most."""
    text = "CONV 1 3 stride=2 pad=1 -> DECONV 1 4 stride=2 pad=1 -> CONV 1 2"
    field = last(text)
    assert (field.size, field.status) == ((7, 7), "upper bound")
    assert (last(f"{text} -> CONV 1 2").size, last(f"{text} -> CONV 1 2").status) == (
        (7, 7),
        "exact",
    )


def test_branches_that_step_differently_have_no_common_field():
    field = last("{ CONV 1 3 stride=2 pad=1 | CROP 32 } -> CONV 1 3")
    assert field.status == "unknown"


def test_units_that_see_the_whole_image():
    assert last("GAP").size == (64, 64)
    assert last("FC 10").as_dict() == {"size": [64, 64], "stride": [0, 0], "offset": [31.5, 31.5]}
    assert last("CONV 1 11 stride=4 -> FC 10").size == (63, 63)
    assert last("POOL 3 -> FLATTEN -> FC 5 -> RELU -> FC 2x8x8 -> CONV 1 3").size == (63, 63)
    assert last("FC 16x7 -> CONV 8 3", (1, 9, 9)).size == (9, 9)
    assert last("FC 16x7x7 -> CONV 8 3", (9,)).size == ()


def test_endless_patterns_are_unknown_and_take_no_time():
    assert last("UP 999999", (1, 3)).status == "unknown"
    assert last("DECONV 1 3 stride=999999", (1, 3)).status == "unknown"
    uneven = "UP to=67 -> CONV 1 3 -> UP to=71 -> CONV 1 4 -> UP to=89 -> CONV 1 6"
    assert last(uneven, (1, 64)).status in ("upper bound", "unknown")
