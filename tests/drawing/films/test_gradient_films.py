"""Films of gradients: every sum, worked out term by term, is judged by torch's autograd."""

from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from reference.layers import cases

from striate.arithmetic import Window
from striate.drawing.films.kinds.gradients import gradients
from striate.errors import OptionError, ShapeError


def number(film, cell):
    return film.planes[cell.plane].values[cell.spot]


def worked(film, one):
    return float(sum(prod(number(film, cell) for cell in term) for term in one.terms))


def stacks(film, one):
    """The stacks that a sum multiplies and adds."""
    return {film.planes[cell.plane].stack for term in one.terms for cell in term}


@settings(max_examples=30)
@given(cases(tables=(False,)))
def test_every_gradient_and_every_update_is_autograds(case):
    window = Window(case.kernel, case.sweep.stride, case.sweep.padding, case.sweep.dilation)
    film = gradients(
        *(case.upstream[0], case.images[0], case.kernels, window),
        bias=case.bias,
        rate=0.5,
        groups=case.groups,
        border=case.sweep.border,
    )
    images, kernels, bias = case.tensors()
    maps, given = case.judged(images, kernels, bias), [kernels, bias, images]
    upstream = torch.tensor(case.upstream)
    upstream[1:] = 0
    given = [one for one in given if one is not None]
    grown = torch.autograd.grad(maps, given, upstream)
    trained = [one.detach() - 0.5 * slope for one, slope in zip(given[:-1], grown, strict=False)]
    expected = [*grown[:-1], grown[-1][0], *trained]
    expected = [float(n) for array in expected for n in array.detach().reshape(-1)]
    assert [worked(film, one) for one in film.sums()] == expected
    assert [number(film, one.result) for one in film.sums()] == expected
    assert len(film.results) == len(expected)


def test_a_shared_weight_gathers_the_gradients_of_all_places():
    """B22: a 3x3 image, a 2x2 kernel: the gradient of w4 is a sum over the places a, b, c, d."""
    image = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    film = gradients([[[1, 10], [100, 1000]]], [image], [[[[1, 2], [3, 4]]]], Window.of((2, 2)))
    names = [frame.name for frame in film.frames]
    assert names[3] == "gradient of weight row 1, column 1"
    (w4,) = film.frames[3].sums
    assert film.written(w4) == "1*5 + 10*6 + 100*8 + 1000*9 = 9865"
    assert stacks(film, w4) == {"upstream gradient", "input"}
    (middle,) = film.frames[names.index("gradient of input row 1, column 1")].sums
    assert film.written(middle) == "1*4 + 10*3 + 100*2 + 1000*1 = 1234"
    assert stacks(film, middle) == {"upstream gradient", "kernel"}
    assert len(film.frames) == 4 + 9


def test_the_update_goes_downhill_by_the_rate():
    given = [[2, 4]], [[1, 2, 3]], [[[7, 8]]], Window.of(2)
    film = gradients(*given, bias=[1], rate=0.1)
    written = {frame.name: film.written(frame.sums[0]) for frame in film.frames}
    assert written["gradient of bias"] == "2 + 4 = 6"
    assert written["update of weight place 0"] == "7 + (-0.1)*10 = 6"
    assert written["update of bias"] == "1 + (-0.1)*6 = 0.4"
    assert "update: w - rate*gradient = w - 0.1*gradient" in film.working
    assert not any(name.startswith("update") for name in _names(gradients(*given, bias=[1])))


def _names(film):
    return [frame.name for frame in film.frames]


def test_a_pixel_that_no_window_sees_has_no_gradient():
    film = gradients([[3]], [[1, 2, 9]], [[[1, 1]]], Window.of(2, stride=2))
    assert film.written(film.frames[-1].sums[0]) == "0 = 0"
    assert film.planes[0].unseen == {2}


def test_kernels_of_places_and_tiles_are_told_apart():
    upstream, image = [[1, 1, 1]], [[1, 2, 3, 4]]
    unshared = gradients(upstream, image, np.ones((1, 1, 3, 2)), Window.of(2))
    tiled = gradients(upstream, image, np.ones((1, 1, 2, 2)), Window.of(2))
    assert _names(unshared)[2] == "gradient of weight place 0, used at place 1"
    assert _names(tiled)[2] == "gradient of weight place 0, tile place 1"
    assert tiled.written(tiled.frames[0].sums[0]) == "1*1 + 1*3 = 4"
    grouped = gradients(
        np.ones((2, 1)), np.ones((2, 2)), np.ones((2, 1, 2)), Window.of(2), groups=2
    )
    assert _names(grouped)[2] == "gradient of weight filter 1, channel 1, place 0"


def test_what_does_not_fit_is_said():
    window = Window.of(2)
    with pytest.raises(ShapeError, match="gradient of 1x2 does not suit an output of 1x3"):
        gradients([[1, 1]], [[1, 2, 3, 4]], [[[1, 1]]], window)
    with pytest.raises(ShapeError, match="a bias here has the shape"):
        gradients([[1, 1, 1]], [[1, 2, 3, 4]], [[[1, 1]]], window, bias=[1, 2])
    with pytest.raises(ShapeError, match="larger than its input"):
        gradients([[1]], [[1]], [[[1, 1]]], window)
    big = np.ones((1, 200, 200))
    with pytest.raises(OptionError, match="terms"):
        gradients(np.ones((1, 199, 199)), big, np.ones((1, 1, 2, 2)), Window.of((2, 2)))
