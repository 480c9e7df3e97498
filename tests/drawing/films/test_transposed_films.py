"""Films of transposed convolutions: running sums that end at the reference's numbers (B18)."""

import numpy as np
import pytest
from drawing.films.adding import adds_up, shown, written
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.kinds.transposition import transposed
from striate.errors import OptionError, ShapeError
from striate.reference import Sweep, transpose


def test_each_value_is_spread_and_overlaps_add_up():
    film = transposed([[1, 10]], [[[1, 2, 3]]], Window.of(3, stride=2), size=(5,))
    assert [written(film, number) for number in range(2)] == [
        ["0 + 1*1 = 1", "0 + 1*2 = 2", "0 + 1*3 = 3"],
        ["3 + 10*1 = 13", "0 + 10*2 = 20", "0 + 10*3 = 30"],
    ]
    assert shown(film)[0].tolist() == [[1, 2, 13, 20, 30]]


def test_b18_several_sizes_give_one_so_the_size_is_told():
    window = Window.of(3, stride=2)
    five, six = (transposed([[1, 10]], [[[1, 2, 3]]], window, size=(n,)) for n in (5, 6))
    assert "5 to 6 all give 2: the size is told, 6, and E is what it adds" in six.working
    assert "length: (2 - 1)*2 - 2*0 + 3 + 1 = 6" in six.working
    assert shown(six)[0].tolist() == [[*shown(five)[0][0], 0]]
    assert six.planes[-1].unseen == {5}
    with pytest.raises(ShapeError, match="cannot turn 2 into 9: it gives 5 to 6"):
        transposed([[1, 10]], [[[1, 2, 3]]], window, size=(9,))


def test_the_reach_of_a_dilated_window_is_worked_out():
    window = Window.of((3, 2), dilation=(1, 3))
    film = transposed(np.ones((1, 2, 2)), np.ones((1, 1, 3, 2)), window, size=(4, 5))
    assert film.working[0] == "span of the width: D*(K - 1) + 1 = 3*(2 - 1) + 1 = 4"
    assert "width: (2 - 1)*1 - 2*0 + 4 + 0 = 5" in film.working


def test_what_falls_on_the_padding_is_shown_there_and_lost():
    kernel, window = [[[1, 2, 3]]], Window.of(3, padding=1)
    film = transposed([[1, 1]], kernel, window, size=(2,))
    assert film.planes[-1].values == (1, 3, 5, 3)
    assert [film.planes[-1].pads(spot) for spot in range(4)] == [True, False, False, True]
    assert shown(film)[0].tolist() == [[3, 5]]
    assert "what falls on the padding is lost" in film.working


@settings(max_examples=30)
@given(st.data())
def test_the_sums_run_up_to_what_the_reference_gives(data):
    def number(low, high):
        return data.draw(st.integers(low, high))

    rank = number(1, 3)
    axes = range(rank)
    kernel, places = ([number(1, 3) for _ in axes] for _ in "kp")
    stride, dilation = [number(1, 2) for _ in axes], [number(1, 2) for _ in axes]
    padding = [(number(0, 1), number(0, 1)) for _ in axes]
    window = Window.of(kernel, rank=rank, stride=stride, padding=padding, dilation=dilation)
    try:
        sources = window.sources(tuple(places))
        size = tuple(data.draw(st.sampled_from(one)) for one in sources if one)
        window.derive_undone(tuple(places), to=size)
    except ShapeError:
        return
    channels, filters = number(1, 2), number(1, 2)
    random = np.random.default_rng(number(0, 99))
    maps = random.integers(-3, 4, (channels, *places)).astype(float)
    kernels = random.integers(-3, 4, (channels, filters, *kernel)).astype(float)
    film = transposed(maps, kernels, window, size=size)
    worked = transpose(maps, kernels, Sweep(stride, padding, dilation), size=size)
    inside = [one for one in shown(film) if one.size]
    rows = worked.values.reshape(-1, *(size[-2:] if rank > 1 else (1, *size)))
    np.testing.assert_array_equal(inside, rows)
    assert f"products: {worked.products}" in film.working
    adds_up(film)
    standing = {}
    for one in film.sums():
        assert one.before == standing.get(one.result, 0)
        standing[one.result] = one.after
    for cell, value in standing.items():
        assert film.planes[cell.plane].values[cell.spot] == value


def test_what_cannot_be_is_refused():
    window = Window.of(3, rank=2)
    with pytest.raises(ShapeError, match="kernels of 2x2 do not suit a window of 3x3"):
        transposed(np.ones((1, 2, 2)), np.ones((1, 1, 2, 2)), window, size=(4, 4))
    with pytest.raises(ShapeError, match="do not stand for 2 filters"):
        transposed(np.ones((1, 2, 2)), np.ones((2, 1, 3, 3)), window, size=(4, 4))
    with pytest.raises(ShapeError, match="do not suit a window of 1 axes"):
        transposed(np.ones((1, 2)), np.ones((1, 1, 2, 3)), Window.of(3), size=(4,))
    with pytest.raises(OptionError, match="more than 60,000"):
        transposed(np.ones((4, 30, 30)), np.ones((4, 2, 3, 3)), window, size=(32, 32))
