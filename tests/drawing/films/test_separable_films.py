"""Films of separable convolutions (B15): each step is a convolution that the reference works out,
and all of them together are one convolution with the product of the kernels.
"""

import numpy as np
import pytest
from drawing.films.adding import adds_up, shown, written
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.kinds.separable import separable
from striate.errors import OptionError, ShapeError
from striate.reference import Sweep, convolve

BORDERS = st.sampled_from(["zeros", "edge", "reflect", "circular"])


def joined(mixing, lines):
    """The kernels of the one convolution (filter, channel, *kernel) that does it all."""
    kernels = np.asarray(mixing, float)
    for line in lines:
        apart = np.asarray(line, float).reshape(len(kernels), *(1,) * (kernels.ndim - 1), -1)
        kernels = kernels[..., np.newaxis] * apart
    return kernels


@settings(max_examples=30)
@given(st.data())
def test_the_steps_come_to_one_convolution(data):
    def number(low, high):
        return data.draw(st.integers(low, high))

    rank, channels, filters = number(1, 3), number(1, 2), number(1, 2)
    axes = range(rank)
    size = [number(3, 4 if rank == 3 else 5) for _ in axes]
    kernel, stride = [number(1, 3) for _ in axes], [number(1, 2) for _ in axes]
    padding = [(number(0, 2), number(0, 2)) for _ in axes]
    window, border = Window.of(kernel, stride=stride, padding=padding), data.draw(BORDERS)
    random = np.random.default_rng(number(0, 99))
    image = random.integers(-3, 4, (channels, *size)).astype(float)
    mixing = random.integers(-2, 3, (filters, channels))
    lines = [random.integers(-2, 3, (filters, taps)) for taps in kernel]
    bias = random.integers(-2, 3, filters)
    film = separable(image, mixing, lines, window, bias=bias, border=border)
    sweep = Sweep(stride, padding, border=border)
    worked = convolve(image, joined(mixing, lines), sweep, bias=bias).values
    rows = worked.reshape(-1, *(worked.shape[-2:] if rank > 1 else (1, worked.shape[-1])))
    np.testing.assert_allclose(shown(film), rows)
    adds_up(film)
    reads_only_what_stands_there(film)


def reads_only_what_stands_there(film):
    """A frame reads no cell before the frame, or the sum, that makes it."""
    made = set()
    for one in film.sums():
        read = {cell for term in one.terms for cell in term}
        assert read & film.results <= made
        made.add(one.result)


def test_b15_576_weights_against_70():
    ones = np.ones((1, 3))
    film = separable(np.ones((64, 3, 3)), np.ones((1, 64)), [ones, ones], Window.of(3, rank=2))
    assert "parameters: 64 + 3 + 3 = 70" in film.working
    assert "weights of one convolution: 3*3*64*1 = 576" in film.working
    assert shown(film)[0].tolist() == [[576]]


def test_what_a_step_gives_is_the_next_ones_input_with_its_padding():
    film = separable(
        [[[1, 2], [3, 4]]], [[1]], [[[1, 1]], [[1, -1]]], Window.of(2, rank=2, padding=1), bias=[5]
    )
    named = {plane.name: plane for plane in film.planes}
    assert named["mixed"].shape == (4, 2)
    assert named["mixed"].padding == (1, 1, 0, 0)
    assert named["along the height"].padding == (0, 0, 1, 1)
    assert named["along the height"].values == (0, 1, 2, 0, 0, 4, 6, 0, 0, 3, 4, 0)
    last = film.frames[-1]
    assert last.name == "along the width, row 2, column 2"
    assert written(film, -1) == ["4*1 + 0*(-1) + 5 = 9"]


def test_padding_that_copies_is_worked_out_with_what_it_copies():
    film = separable([[1, 2]], [[3]], [[[1, 1]]], Window.of(2, padding=1), border="edge")
    assert written(film, 0) == ["1*3 = 3", "3 = 3"]
    assert shown(film)[0].tolist() == [[6, 9, 12]]


def test_what_a_step_never_sees_is_marked_where_it_is_left_out():
    line = [[1, 1]]
    film = separable(np.ones((1, 3, 4)), [[1]], [line, line], Window.of(2, rank=2, stride=2))
    unseen = {plane.name: plane.unseen for plane in film.planes if plane.unseen}
    assert unseen == {"mixed": frozenset(range(8, 12))}
    assert film.misfit[1] == "the last 1 row is never seen"


@pytest.mark.parametrize(
    ("mixing", "lines", "said"),
    [
        ([[1, 1]], [[[1, 1]]], "mixing 1x2 does not suit 1 channels"),
        ([[1]], [[[1, 1]], [[1, 1]]], "2 lines do not suit a window of 1 axes"),
        ([[1]], [[[1, 1, 1]]], "needs 1 kernels of 2 along axis 0, not 1x3"),
    ],
)
def test_what_does_not_fit_is_a_sentence(mixing, lines, said):
    with pytest.raises(ShapeError, match=said):
        separable([[1, 2, 3]], mixing, lines, Window.of(2))


def test_a_film_that_nobody_would_watch_is_refused():
    ones = np.ones((3, 3))
    with pytest.raises(OptionError, match="more than 60,000"):
        separable(np.ones((3, 64, 64)), np.ones((3, 3)), [ones, ones], Window.of(3, rank=2))
