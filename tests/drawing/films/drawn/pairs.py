"""Films with a second sight of a convolution, drawn by chance: its matrix, a shift, a stride."""

from math import prod

import numpy as np
from drawing.films.drawn.kernels import convolutions
from drawing.films.judge.asking import Case
from drawing.films.judge.cells import found, laid, padded, planes, standing_in, value
from drawing.films.judge.order import AXES, frames_are_in_order, numbered
from hypothesis import strategies as st

from striate import reference
from striate.drawing.films.kinds.rows import LARGEST, as_matrix
from striate.drawing.films.kinds.shifting import shifted
from striate.drawing.films.kinds.striding import kept

PLAIN = convolutions(kinds=("shared",), tables=(False,)).filter(lambda made: made.groups == 1)


MATRICES = PLAIN.filter(lambda made: matrix_size(made) <= LARGEST)
"""Those whose matrix is small enough to be drawn."""


def matrix_size(drawn):
    places = drawn.window.places(drawn.image.shape[1:])
    return len(drawn.kernels) * prod(places) * drawn.image.size


def convolve(drawn, image, kernel, **how):
    """What reference makes of an image that has its frame already."""
    return reference.convolve(image, kernel, drawn.unframed, **how).values


# ------------------------------------------------------------------ the matrix


def beside_its_matrix(drawn):
    """The film of a convolution and its matrix, whose columns are what each pixel alone gives."""
    size, sides = drawn.image.shape, drawn.window.padding
    ones = np.eye(drawn.image.size).reshape(-1, *size)

    def columns(kernels):
        came = convolve(drawn, padded(ones, sides, drawn.border), kernels)
        return came.reshape(len(ones), -1).T

    rows, mask = columns(drawn.kernels), columns(np.ones(drawn.kernels.shape)) != 0
    film = as_matrix(drawn.image, drawn.kernels, drawn.window, border=drawn.border)

    def outcome(input, kernel, matrix, pixels):
        return {"output": convolve(drawn, input, kernel), "product": (matrix * mask) @ pixels}

    operands = {"input": drawn.framed, "kernel": drawn.kernels}
    operands |= {"matrix": rows, "pixels": drawn.image.ravel()}
    places = outcome(**operands)["output"].shape
    spots = {
        "input": laid(standing_in(film, "input"), drawn.framed.shape),
        "kernel": found(film, planes(film, "kernel"), drawn.kernels),
        "matrix": laid(planes(film, "matrix"), rows.shape),
        "pixels": laid(beside(film, "input"), (drawn.image.size,)),
        "output": laid(standing_in(film, "output"), places),
        "product": laid(beside(film, "output"), (len(rows),)),
    }
    masked = {"matrix": lambda values: values * mask}
    checks = frames_are_in_order, rows_are_in_step
    return Case(film, operands, outcome, spots, masked, checks=checks)


def beside(film, role):
    """The cells of the planes of a role that belong to the matrix."""
    return planes(film, role, where=lambda plane: plane.stack != role)


def rows_are_in_step(case):
    """A frame works out a place of the output, and the row of the matrix that gives the same."""
    products = case.spots["product"]
    for number, row in enumerate(products):
        assert case.film.made(number) & {*products.flat} == {row}
        matrix = case.film.lit(number) & {*case.spots["matrix"].flat}
        assert matrix <= {*case.spots["matrix"][number]}
    both = [[value(case.film, cell) for cell in case.spots[n].flat] for n in ("output", "product")]
    np.testing.assert_allclose(*both, rtol=1e-9)


# ------------------------------------------------------------------ a shift


@st.composite
def shifts(draw):
    """A convolution, and by how many of its strides the image is shifted along each axis."""
    made = draw(PLAIN.filter(lambda one: one.border == "zeros"))
    return made, tuple(draw(st.integers(-2, 2)) for _ in made.window.stride)


def moved_film(drawn, steps):
    """The film of an image and of the same image shifted, each convolved."""
    shift = tuple(n * stride for n, stride in zip(steps, drawn.window.stride, strict=True))
    film = shifted(drawn.image, drawn.kernels, drawn.window, shift)
    around = [(0, 0), *((abs(by), abs(by)) for by in shift)]
    cut = [slice(None)]
    cut += [
        slice(abs(n) - n, abs(n) - n + m) for n, m in zip(shift, drawn.image.shape[1:], strict=True)
    ]
    moved = np.pad(drawn.image, around)[tuple(cut)]

    def outcome(input, other, kernel):
        pair = convolve(drawn, input, kernel), convolve(drawn, other, kernel)
        return dict(zip(("output", "other output"), pair, strict=True))

    operands = {"input": drawn.framed, "kernel": drawn.kernels}
    operands["other"] = padded(moved, drawn.window.padding)
    places = outcome(**operands)["output"].shape
    spots = {
        "input": laid(standing_in(film, "input"), drawn.framed.shape),
        "other": laid(standing_in(film, "input, shifted"), drawn.framed.shape),
        "kernel": found(film, planes(film, "kernel"), drawn.kernels),
        "output": laid(standing_in(film, "output"), places),
        "other output": laid(standing_in(film, "output, shifted"), places),
    }
    return Case(
        film, operands, outcome, spots, checks=(lambda case: pairs_are_a_shift(case, steps),)
    )


def pairs_are_a_shift(case, steps):
    """A frame has a place and the one a shift further; what it says of them is so."""
    film, twins = case.film, {*case.spots["other output"].flat}
    for number, (place, cell) in enumerate(np.ndenumerate(case.spots["output"])):
        there = (place[0], *(n + by for n, by in zip(place[1:], steps, strict=True)))
        inside = all(0 <= n < end for n, end in zip(there, case.spots["output"].shape, strict=True))
        twin = case.spots["other output"][there] if inside else None
        assert film.made(number) & (twins | {*case.spots["output"].flat}) == {cell, twin} - {None}
        name = film.frames[number].name
        words = [("filter", place[0])] * (len(case.spots["output"]) > 1)
        words += zip(AXES[len(steps)], place[1:], strict=True)
        assert numbered(name)[: len(words)] == words
        equal = inside and value(film, cell) == value(film, twin)
        assert name.endswith(": equal") == equal
    rest = [
        film.made(number) & twins for number in range(case.spots["output"].size, len(film.frames))
    ]
    assert all(len(made) == 1 for made in rest)


# ------------------------------------------------------------------ a stride


def thinned_out(drawn):
    """The film of a convolution at stride 1 of which the places of a stride are kept."""
    film = kept(drawn.image, drawn.kernels, drawn.window, border=drawn.border)
    window = drawn.window
    slow = reference.Sweep((1,) * window.rank, ((0, 0),) * window.rank, window.dilation)

    def outcome(input, kernel):
        every = reference.convolve(input, kernel, slow).values
        return {"output": every, "kept": convolve(drawn, input, kernel)}

    operands = {"input": drawn.framed, "kernel": drawn.kernels}
    shapes = {name: made.shape for name, made in outcome(**operands).items()}
    spots = {name: laid(standing_in(film, name), shape) for name, shape in shapes.items()}
    spots["input"] = laid(planes(film, "input"), drawn.framed.shape)
    spots["kernel"] = found(film, planes(film, "kernel"), drawn.kernels)
    return Case(film, operands, outcome, spots, checks=(thrown_away_is_unseen,))


def thrown_away_is_unseen(case):
    """What no value kept is made of is marked, and nothing else."""
    for cell in case.spots["output"].flat:
        used = case.film.reached(cell) & {*case.spots["kept"].flat}
        assert (cell.spot in case.film.planes[cell.plane].unseen) == (not used)
