"""The compiled kernel and torch alone add up the same, at sizes that fill vectors and blocks.

Small whole numbers again: their sums are exact in single precision too, in whatever order.
"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from striate.ops import blocks, native
from striate.ops.geometry import geometry
from striate.ops.native.kernel import library

SUMS = ("correlate", "spread", "collect")
compiled = pytest.mark.skipif(library() is None, reason="no C compiler")


def whole(*size, dtype=torch.float32):
    return torch.randint(-3, 4, size, generator=torch.Generator().manual_seed(7)).to(dtype)


def operands(name, batch, channels, filters, g, dtype):
    """What each of the three sums takes, as it lies in memory."""
    x = whole(batch, *g.pixels, channels, dtype=dtype)
    y = whole(batch, *g.places, filters, dtype=dtype)
    weight = whole(*g.tiles, *g.window.kernel, channels, filters, dtype=dtype)
    return {"correlate": (x, weight), "spread": (y, weight), "collect": (x, y)}[name]


def shaped(pixels, kernel, tiles=None, stride=None, dilation=None):
    ones = (1,) * len(pixels)
    stride, dilation = stride or ones, dilation or ones
    plain = geometry((1, 1, *ones, *kernel), pixels, stride, dilation)
    return geometry((1, 1, *(tiles or plain.places), *kernel), pixels, stride, dilation)


@st.composite
def cases(draw):
    rank = draw(st.integers(1, 3))

    def each(low, high):
        return tuple(draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank)))

    kernel, stride, dilation, tiles = each(1, 3), each(1, 3), each(1, 2), each(1, 3)
    more = each(0, {1: 30, 2: 6, 3: 3}[rank])
    pixels = tuple((k - 1) * d + 1 + n for k, d, n in zip(kernel, dilation, more, strict=True))
    plain = shaped(pixels, kernel, stride=stride, dilation=dilation)
    tiles = tuple(map(min, tiles, plain.places)) if draw(st.booleans()) else None
    g = shaped(pixels, kernel, tiles, stride, dilation)
    deep = st.integers(1, 40) | st.sampled_from([64, 71, 133])
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    return draw(st.integers(1, 9)), draw(deep), draw(deep), g, dtype


@compiled
@pytest.mark.parametrize("name", SUMS)
@given(cases())
def test_vectors_of_any_length_add_up_the_same(name, case):
    given = operands(name, *case)
    g = case[-2]
    assert torch.equal(getattr(native, name)(*given, g), getattr(blocks, name)(*given, g))


LARGE = {
    "many places of a tile": (2, 3, 5, shaped((900,), (2,), (2,))),
    "many images of a place": (401, 3, 5, shaped((4,), (2,))),
    "kernels that a cache does not hold": (7, 40, 64, shaped((11, 11), (6, 6))),
    "kernels that it does not hold, tiled": (7, 40, 64, shaped((9, 9), (6, 6), (2, 2))),
    "as many taps as the kernel takes": (2, 3, 17, shaped((70, 67), (64, 64))),
}


@compiled
@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("case", LARGE)
def test_large_sizes_add_up_the_same(name, case):
    *numbers, g = LARGE[case]
    given = operands(name, *numbers, g, torch.float32)
    assert torch.equal(getattr(native, name)(*given, g), getattr(blocks, name)(*given, g))


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("axes", [(9,), (5, 6), (3, 4, 5)])
@pytest.mark.parametrize("size", [1, 1000])
def test_small_blocks_add_up_as_large_ones_do(name, axes, size, monkeypatch):
    g = shaped(axes, (2,) * len(axes))
    given = operands(name, 2, 3, 4, g, torch.float32)
    expected = getattr(blocks, name)(*given, g)
    monkeypatch.setattr(blocks, "BLOCK", size)
    assert torch.equal(getattr(blocks, name)(*given, g), expected)


@compiled
def test_more_taps_than_a_stack_has_room_for_are_left_to_torch():
    most, more = shaped((70, 67), (64, 64)), shaped((70, 67), (65, 64))
    assert native.takes(torch.zeros(1), most)
    assert not native.takes(torch.zeros(1), more)


@compiled
@pytest.mark.parametrize("name", SUMS)
def test_threads_change_nothing(name):
    g = shaped((13, 12), (3, 3), (2, 3))
    given = operands(name, 5, 7, 19, g, torch.float32)
    given = [one + torch.rand(one.shape) for one in given]
    before = torch.get_num_threads()
    try:
        found = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(getattr(native, name)(*given, g))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
