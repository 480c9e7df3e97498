"""What units read, as reaches and runs say it, against sets that are filled one by one."""

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from striate.arithmetic.field import Field, reaches
from striate.arithmetic.reach import Reach
from striate.arithmetic.runs import between, contains, folded, joined
from striate.arithmetic.window import Window
from striate.ops import pad

STRETCHES = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=6)


def numbers(stretches):
    return {n for first, last in stretches for n in range(first, last + 1)}


@st.composite
def windows(draw):
    """(kernel, stride, padding before, dilation) of a window on one axis."""
    return tuple(draw(st.integers(low, high)) for low, high in [(1, 4), (1, 4), (0, 3), (1, 4)])


def slid(unit, k, s, p, d):
    return {unit * s - p + tap * d for tap in range(k)}


def covering(unit, k, s, p, d):
    """The units of a window that visit a place: what the transposed one reads there."""
    return {n for n in range(-40, 40) if unit in slid(n, k, s, p, d)}


def axis(k, s, p, d, *, transposed=False):
    window = Window.of(k, stride=s, padding=[(p, 0)], dilation=d)
    return reaches(window, transposed=transposed)[0]


@given(STRETCHES, STRETCHES, st.integers(-9, 9), st.integers(-9, 9))
def test_runs_are_sets(one, other, first, last):
    runs, others = joined(one), joined(other)
    assert numbers(runs) == numbers(one)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(runs))
    assert numbers(between(runs, first, last)) == numbers(one) & numbers([(first, last)])
    assert contains(runs, others) == (numbers(one) >= numbers(other))


@given(windows(), STRETCHES)
def test_windows_and_their_transposes_read_these_units(window, units):
    wanted = numbers(units)
    read = axis(*window).read(joined(units))
    assert numbers(read) == {n for unit in wanted for n in slid(unit, *window)}
    read = axis(*window, transposed=True).read(joined(units))
    assert numbers(read) == {n for unit in wanted for n in covering(unit, *window)}


@given(windows())
def test_a_rising_reach_is_in_order_and_holds_all_that_is_read(window):
    reach = axis(*window, transposed=True)
    rising = reach.rising()
    assert rising.gaps == (reach.gaps and any(last < first for first, last in rising.pattern))
    for unit in range(-5, 15):
        first, last = rising.of(unit)
        assert all(first <= n <= last for n in covering(unit, *window))
        assert all(a <= b for a, b in zip(rising.of(unit), rising.of(unit + 1), strict=True))


@given(
    st.integers(1, 40), st.integers(1, 12), st.sampled_from(["of_bins", "of_nearest", "of_linear"])
)
def test_resized_axes_read_what_torch_reads(n, to, kind):
    reach = getattr(Reach, kind)(n, to)
    x = torch.ones(1, 1, n, dtype=torch.float64, requires_grad=True)
    if kind == "of_bins":
        y = torch.nn.functional.adaptive_avg_pool1d(x, to)
    else:
        mode = kind.removeprefix("of_")
        y = torch.nn.functional.interpolate(x, to, mode=mode)
    for unit in range(to):
        (gradient,) = torch.autograd.grad(y[0, 0, unit], x, retain_graph=True)
        moving = (gradient[0, 0] > 1e-9).nonzero()[:, 0].tolist()
        assert moving == sorted(numbers(between(reach.read(((unit, unit),)), 0, n - 1)))


@given(
    st.integers(1, 8),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.sampled_from(["zeros", "edge", "reflect", "circular"]),
    st.integers(-14, 14),
    st.integers(0, 9),
)
def test_padding_shows_the_pixels_that_it_copies(n, sides, mode, first, more):
    most = {"reflect": n - 1, "circular": n}.get(mode, 9)
    before, after = min(sides[0], most), min(sides[1], most)
    x = torch.arange(1.0, n + 1)[None, None]
    padded = pad(x, ((before, after),), mode)[0, 0].tolist()
    places = range(max(0, first + before), max(0, first + more + before + 1))
    seen = {int(padded[place]) - 1 for place in places if place < len(padded)} - {-1}
    assert numbers(folded(((first, first + more),), n, (before, after), mode)) == seen


def test_joins_along_an_axis():
    """One that steps beside one that does not: all the axis, and only a bound if that is more."""
    stepping = Field.of_pixel(1, (8,)).through(Window.of(3))
    whole, part = Field.whole((8,)), Field.of_box([(2, 4)], (8,))
    assert Field.join([stepping, whole]) == Field.join([whole, stepping]) == whole
    assert whole.status == "whole input"
    loose = Field.join([stepping, part])
    assert (loose.size, loose.stride, loose.status) == ((8,), (0,), "upper bound")
    assert Field.join([part, Field.of_box([(1, 2)], (8,))]) == Field.of_box([(1, 4)], (8,))
    assert Field.join([stepping, Field.nothing()]) == stepping
    assert Field.join([Field.nothing()]) == Field.nothing()
    assert Field.join([whole, stepping.trusted("unknown")]) == whole


def test_inputs_of_other_sizes_have_no_common_field():
    one, other = Field.of_pixel(1, (8,)), Field.of_pixel(1, (9,))
    assert Field.join([one, other]).status == "unknown"
    assert Field.join([one, Field.of_pixel(2, (8, 8))]).status == "unknown"
    assert Field.join([Field.whole((8,)), Field.whole((4, 4))]).status == "whole input"
    assert Field.join([Field.whole((8,)), other]).status == "unknown"
