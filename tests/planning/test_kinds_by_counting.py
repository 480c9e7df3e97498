"""UNSHARED, TILED, SEPARABLE and DECONV counted by loops over places, taps, channels and filters.

A weight is a key; a product is one visit of a weight; a field is the set of pixels that taps reach.
Windows walk until they fall off: nothing here knows a formula.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from drawn import walked
from hypothesis import assume, given
from hypothesis import strategies as st

import striate

WORDS = ("CONV", "UNSHARED", "TILED", "SEPARABLE", "DECONV")


@dataclass(frozen=True)
class Axis:
    """One axis: the input's size, and how a window with these numbers goes along it."""

    n: int
    kernel: int
    stride: int
    pad: tuple[int, int]
    dilation: int
    tiles: int

    @property
    def places(self):
        return walked(self.n, self.kernel, self.stride, self.pad, self.dilation)

    @property
    def undone(self):
        """The sizes from which this window has n places."""
        sizes = range(1, 60)
        steps = (self.kernel, self.stride, self.pad, self.dilation)
        return [m for m in sizes if walked(m, *steps) == self.n]


@st.composite
def axes(draw):
    n, kernel, dilation = draw(st.integers(5, 6)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    pad = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    return Axis(n, kernel, draw(st.integers(1, 3)), pad, dilation, draw(st.integers(1, 3)))


@st.composite
def layers(draw, words):
    """(word, channels, filters, groups, bias, axes), and the text that says so."""
    word = draw(st.sampled_from(words))
    groups = draw(st.integers(1, 2)) if word in ("CONV", "DECONV") else 1
    channels, filters = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    bias = draw(st.booleans())
    found = draw(st.lists(axes(), min_size=1, max_size=3))
    if word == "DECONV":
        assume(all(axis.undone for axis in found))
    else:
        assume(all(axis.places for axis in found))
    if word == "TILED":
        assume(all(axis.tiles <= axis.places for axis in found))
    options = [
        f"{name}={'x'.join(str(getattr(axis, name)) for axis in found)}"
        for name in ("stride", "dilation", *["tiles"] * (word == "TILED"))
    ]
    options.append("pad=" + "x".join(f"{a}/{b}" for a, b in (axis.pad for axis in found)))
    options += [f"groups={groups}"] * (groups > 1)
    kernel = "x".join(str(axis.kernel) for axis in found)
    text = f"{word} {filters} {kernel} {' '.join(options)} bias={'yes' if bias else 'no'}"
    return word, channels, filters, groups, bias, found, text


def visits(word, channels, filters, groups, found):
    """The weight of each product, one by one."""
    taps = [range(axis.kernel) for axis in found]
    steps = product(*taps, range(channels), range(filters))
    here = [range(axis.n if word == "DECONV" else axis.places) for axis in found]
    if word == "SEPARABLE":
        yield from in_turn(channels, filters, found)
        return
    for *taps, channel, filter in steps:
        if channel // (channels // groups) != filter // (filters // groups):
            continue
        for place in product(*here):
            tile = tuple(p % axis.tiles for p, axis in zip(place, found, strict=True))
            yield (*taps, channel, filter), {"UNSHARED": place, "TILED": tile}.get(word)


def in_turn(channels, filters, found):
    """A 1x1 over the channels, then a 1-D convolution along each axis of each filter."""
    size = [axis.n for axis in found]
    for _, channel, filter in product(range(prod(size)), range(channels), range(filters)):
        yield "mixed", channel, filter
    for number, axis in enumerate(found):
        size[number] = axis.places
        for _, tap, filter in product(range(prod(size)), range(axis.kernel), range(filters)):
            yield number, tap, filter


def biases(word, filters, found, size):
    """The bias of each addition, one by one."""
    for place in product(*map(range, size)):
        tile = tuple(p % axis.tiles for p, axis in zip(place, found, strict=True))
        for filter in range(filters):
            yield filter, {"UNSHARED": place, "TILED": tile}.get(word)


@pytest.mark.parametrize("word", WORDS)
@given(data=st.data())
def test_parameters_products_and_additions_are_what_loops_count(word, data):
    word, channels, filters, groups, bias, found, text = data.draw(layers([word]))
    row = striate.plan(text, input=(channels, *(axis.n for axis in found))).rows[0]
    size = [axis.undone[0] if word == "DECONV" else axis.places for axis in found]
    assert row.size == (filters, *size)
    visited = list(visits(word, channels, filters, groups, found))
    added = list(biases(word, filters, found, size)) if bias else []
    assert row.products.value == len(visited)
    assert row.parameters.value == len({*visited}) + len({*added})
    assert row.additions.value == len(added)


# ---------------------------------------------------------------- fields


def seen(word, axis, unit):
    """The inputs that one unit reads along an axis, those in the padding included."""
    before, taps = axis.pad[0], [axis.dilation * tap for tap in range(axis.kernel)]
    if word != "DECONV":
        return {unit * axis.stride - before + tap for tap in taps}
    return {i for i in range(-40, 40) for tap in taps if i * axis.stride - before + tap == unit}


def pixels(word, axis, unit):
    """The same in pixels, below a pool of 3 with stride 2."""
    return {2 * i + step for i in seen(word, axis, unit) for step in range(3)}


@given(layers([word for word in WORDS if word != "DECONV"]))
def test_fields_are_what_taps_reach(layer):
    word, channels, *_, found, text = layer
    size = (channels, *(2 * axis.n + 1 for axis in found))
    field = striate.plan(f"POOL 3 stride=2\n{text}", input=size).rows[1].field
    assert field.status == "exact"
    for number, axis in enumerate(found):
        first, second = pixels(word, axis, 0), pixels(word, axis, 1)
        assert field.size[number] == max(first) - min(first) + 1
        assert field.stride[number] == min(second) - min(first)
        assert field.offset[number] == Fraction(min(first) + max(first), 2)


@given(layers(["DECONV"]))
def test_the_field_of_a_transposed_window_is_what_its_widest_unit_reaches(layer):
    word, channels, *_, found, text = layer
    size = (channels, *(2 * axis.n + 1 for axis in found))
    field = striate.plan(f"POOL 3 stride=2\n{text}", input=size).rows[1].field
    for number, axis in enumerate(found):
        units = [pixels(word, axis, unit) for unit in range(2 * axis.stride)]
        widths = [max(unit) - min(unit) + 1 if unit else 0 for unit in units]
        assert field.size[number] >= max(widths)
        if axis.dilation == 1 or axis.stride == 1:
            assert field.size[number] == max(widths)
        else:
            assert field.status == "upper bound"
        assert field.stride[number] == Fraction(2, axis.stride)
        if field.status == "exact":
            assert len({*widths}) == 1


# ---------------------------------------------------------------- the textbook's own numbers


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("INPUT 1x5 -> UNSHARED 1 2 bias=no", 8),
        ("INPUT 1x5 -> CONV 1 2 bias=no", 2),
        ("INPUT 1x4x4 -> UNSHARED 1 2x2 stride=2 bias=no", 16),
        ("INPUT 1x4x4 -> CONV 1 2x2 stride=2 bias=no", 4),
        ("INPUT 64x9x9 -> SEPARABLE 1 3x3 bias=no", 64 + 3 + 3),
        ("INPUT 64x9x9 -> CONV 1 3x3 bias=no", 576),
    ],
)
def test_what_sharing_and_separating_save(text, parameters):
    assert striate.plan(text).rows[0].parameters.value == parameters


@given(layers(["TILED"]))
def test_one_tile_is_a_convolution_and_a_tile_for_every_place_is_unshared(layer):
    _, channels, *_, found, text = layer
    size = (channels, *(axis.n for axis in found))
    plain = " ".join(part for part in text.split() if not part.startswith("tiles="))
    places = "x".join(str(axis.places) for axis in found)
    for tiles, word in (("1", "CONV"), (places, "UNSHARED")):
        tiled = striate.plan(f"{plain} tiles={tiles}", input=size)
        other = striate.plan(plain.replace("TILED", word), input=size)
        assert tiled.totals["parameters"].value == other.totals["parameters"].value
        assert tiled.totals["products"].value == other.totals["products"].value
        alike = "CONV" if max(axis.places for axis in found) == 1 else word
        assert f"this is {alike}" in tiled.rows[0].notes[-1]


def test_other_tiles_are_remarked_by_nothing():
    assert striate.plan("INPUT 1x6x6 -> TILED 4 3x3 tiles=4x2").rows[0].notes == ()
