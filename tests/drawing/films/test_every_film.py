"""Every kind of film is judged: each number, each sum and each lit cell, against reference."""

import numpy as np
import pytest
from drawing.films.drawn import growing, kernels, pairs, pools, steps
from drawing.films.judge.asking import judge
from hypothesis import given, settings
from hypothesis import strategies as st

from striate import reference

SOME = settings(max_examples=20)


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("kind", ["shared", "tiled", "unshared"])
@settings(max_examples=10)
@given(data=st.data())
def test_films_of_convolutions(kind, table, data):
    made = data.draw(kernels.convolutions(kinds=(kind,), tables=(table,)))
    judge(kernels.convolved(made))


@SOME
@given(kernels.spreads())
def test_films_of_transposed_convolutions(made):
    case = kernels.spread(*made)
    judge(case)
    convolution, maps, size = made
    how = {"size": size, "groups": convolution.groups}
    worked = reference.transpose(maps, convolution.kernels, convolution.sweep, **how).values
    inside = [slice(b, b + n) for (b, _), n in zip(convolution.window.padding, size, strict=True)]
    lost = case.results()["output"][(slice(None), *inside)]
    np.testing.assert_array_equal(lost, worked)


@SOME
@given(steps.steps())
def test_films_of_separable_convolutions(made):
    judge(steps.stepped(made))


@SOME
@given(pools.pools())
def test_films_of_pools(made):
    judge(pools.pooled(made))


@SOME
@given(pools.bins())
def test_films_of_adaptive_pools(made):
    judge(pools.binned(*made))


@SOME
@given(pools.neighbours())
def test_films_of_pools_across_channels(made):
    judge(pools.joined(*made))


@SOME
@given(kernels.convolutions(), st.sampled_from((None, 0.5)))
def test_films_of_gradients(made, rate):
    case = growing.grown(made, rate)
    judge(case)
    given = case.operands["upstream"], made.image, made.kernels, made.sweep
    worked = reference.gradients(*given, bias=made.bias, groups=made.groups)
    pixels = case.results()["gradient of input"]
    np.testing.assert_allclose(pixels, worked.image.values, rtol=1e-12, atol=1e-9)


@SOME
@given(pairs.MATRICES)
def test_films_of_matrices(made):
    judge(pairs.beside_its_matrix(made))


@SOME
@given(pairs.shifts())
def test_films_of_shifts(made):
    judge(pairs.moved_film(*made))


@SOME
@given(pairs.PLAIN)
def test_films_of_strides(made):
    judge(pairs.thinned_out(made))
