"""The film of the matrix: numpy's own product of it and the input is the output of the film."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.kinds.rows import as_matrix
from striate.drawing.films.kinds.striding import kept
from striate.errors import OptionError, ShapeError

BORDERS = ("zeros", "edge", "reflect", "circular")


def plane(film, name):
    (number,) = [n for n, one in enumerate(film.planes) if one.name == name]
    return number, np.array(film.planes[number].values).reshape(film.planes[number].shape)


@st.composite
def convolutions(draw):
    """An image, a kernel and a window of one or two axes that fit."""
    rank = draw(st.integers(1, 2))
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    padding = [draw(st.integers(0, 1)) for _ in range(rank)]
    stride = [draw(st.integers(1, 2)) for _ in range(rank)]
    size = [draw(st.integers(k + 1, 5)) for k in kernel]
    numbers = np.random.default_rng(draw(st.integers(0, 99)))
    arrays = [numbers.integers(-9, 10, shape).astype(float) for shape in (size, kernel)]
    return *arrays, Window.of(kernel, stride=stride, padding=padding)


@settings(max_examples=30)
@given(convolutions(), st.sampled_from(BORDERS))
def test_every_row_lights_its_weights_and_gives_the_output(drawn, border):
    image, kernel, window = drawn
    film = as_matrix(image, kernel, window, border=border)
    number, matrix = plane(film, "matrix")
    _, output = plane(film, "output")
    last, results = plane(film, "matrix times input")
    np.testing.assert_array_equal(matrix @ image.ravel(), output.ravel())
    np.testing.assert_array_equal(results.ravel(), output.ravel())
    assert len(film.frames) == len(matrix)
    for row, frame in enumerate(film.frames):
        lit = {cell.spot for cell in film.lit(row) if cell.plane == number}
        assert {spot // image.size for spot in lit} <= {row}
        assert {spot % image.size for spot in lit} >= {*np.flatnonzero(matrix[row])}
        total = frame.sums[-1]
        assert total.result == (last, row)
        terms = [[film.planes[c.plane].values[c.spot] for c in term] for term in total.terms]
        assert sum(map(prod, terms)) == output.flat[row]


def test_the_textbooks_matrix_is_9_by_25():
    """B20."""
    film = as_matrix(np.ones((5, 5)), np.arange(1, 10).reshape(3, 3), Window.of((3, 3)))
    assert plane(film, "matrix")[1].shape == (9, 25)
    assert "matrix: 9 places x 25 pixels" in film.working
    assert "in 81 of 225 entries stands a weight: copies of 9" in film.working
    assert plane(film, "matrix")[1][0, :8].tolist() == [1, 2, 3, 0, 0, 4, 5, 6]


def test_several_filters_and_channels_have_rows_and_columns_of_their_own():
    image, kernels = np.ones((2, 3)), np.arange(8.0).reshape(2, 2, 2)
    film = as_matrix(image, kernels, Window.of(2))
    assert plane(film, "matrix")[1].tolist() == [
        *([0, 1, 0, 2, 3, 0], [0, 0, 1, 0, 2, 3], [4, 5, 0, 6, 7, 0], [0, 4, 5, 0, 6, 7]),
    ]
    assert film.frames[2].name == "filter 1, place 0"
    assert [film.outcome(frame.sums[-1]) for frame in film.frames] == ["6", "6", "22", "22"]


def test_a_matrix_that_nobody_can_read_is_refused():
    with pytest.raises(OptionError, match="676 x 784 is too large to read"):
        as_matrix(np.ones((28, 28)), np.ones((3, 3)), Window.of((3, 3)))
    with pytest.raises(ShapeError, match="larger than its input"):
        as_matrix(np.ones((2, 2)), np.ones((3, 3)), Window.of((3, 3)))


@settings(max_examples=30)
@given(convolutions())
def test_a_stride_keeps_every_s_th_of_stride_1(drawn):
    """B23: equal, and wasteful."""
    image, kernel, window = drawn
    film = kept(image, kernel, window)
    number, every = plane(film, "output")
    _, some = plane(film, "kept")
    steps = (1, *window.stride)[-2:]
    np.testing.assert_array_equal(some, every[:: steps[0], :: steps[1]])
    thrown = {frame.sums[-1].result for frame in film.frames if "thrown away" in frame.name}
    assert {cell.spot for cell in thrown} == film.planes[number].unseen
    assert every.size - some.size == len(thrown)
    assert f"in vain: {every.size * kernel.size} - {some.size * kernel.size}" in film.working[-1]
