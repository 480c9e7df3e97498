"""Films of every kind, drawn by chance, each as a case for the judge.

What a convolution is like (connections, tiles, border, bias, 1 to 3 axes) is drawn where the
reference itself is tested; its numbers are drawn anew, all different, so that the cell of each can
be found by its number.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from drawing.films.judge.asking import Case
from drawing.films.judge.cells import found, laid, padded, planes
from drawing.films.judge.order import (
    AXES,
    called,
    frame_is_marked,
    frames_are_in_order,
    unseen_change_nothing,
)
from drawing.films.judge.writing import worked
from hypothesis import assume
from hypothesis import strategies as st
from reference.layers import cases

from striate import reference
from striate.arithmetic import Window
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.kinds.transposition import transposed
from striate.reference import Sweep


@dataclass(frozen=True)
class Drawn:
    """A convolution: its operands, its window, and what it is called in the language."""

    image: np.ndarray
    kernels: np.ndarray
    bias: np.ndarray | None
    groups: int | tuple[tuple[int, ...], ...]
    window: Window
    border: str
    pairs: list[tuple[int, int]]

    @property
    def sweep(self):
        window = self.window
        return Sweep(window.stride, window.padding, window.dilation, self.border)

    @property
    def unframed(self):
        """The same walk over an image that has its frame already."""
        window = self.window
        return Sweep(window.stride, ((0, 0),) * window.rank, window.dilation)

    @property
    def framed(self):
        return padded(self.image, self.window.padding, self.border)


def distinct(shape, seed):
    """Whole numbers of an array, all different and none 0, half of them negative."""
    numbers = np.random.default_rng(seed)
    count = int(np.prod(shape))
    drawn = numbers.permutation(count) + 1.0
    return (drawn * numbers.choice([-1, 1], count)).reshape(shape)


@st.composite
def convolutions(draw, **how):
    """A convolution of any kind; the numbers of some are quarters."""
    like = draw(cases(**how))
    assume(like.kernels.size)
    seed, scale = draw(st.integers(0, 999)), draw(st.sampled_from((1, 1, 0.25)))
    return Drawn(
        image=scale * distinct(like.images.shape[1:], seed),
        kernels=scale * distinct(like.kernels.shape, seed + 1),
        bias=None if like.bias is None else distinct(like.bias.shape, seed + 2),
        groups=like.groups,
        window=Window(like.kernel, like.sweep.stride, like.sweep.padding, like.sweep.dilation),
        border=like.sweep.border,
        pairs=like.pairs,
    )


def convolved(drawn):
    """The film of a convolution, for the judge: its image is the one with the frame around it."""
    film = convolution(
        *(drawn.image, drawn.kernels, drawn.window),
        bias=drawn.bias,
        groups=drawn.groups,
        border=drawn.border,
    )

    def outcome(input, kernel, bias=None):
        came = reference.convolve(input, kernel, drawn.unframed, bias=bias, groups=drawn.groups)
        return {"output": came.values}

    operands = {"input": drawn.framed, "kernel": drawn.kernels, "bias": drawn.bias}
    operands = {name: given for name, given in operands.items() if given is not None}
    spots = {name: found(film, planes(film, name), operands[name]) for name in [*operands][1:]}
    spots["input"] = laid(planes(film, "input"), drawn.framed.shape)
    shape = outcome(**operands)["output"].shape
    spots["output"] = laid(planes(film, "output"), shape)
    checks = (
        frames_are_in_order,
        lambda case: frame_is_marked(case, drawn.window.padding),
        lambda case: unseen_change_nothing(case, drawn.framed, case.spots["input"]),
        lambda case: convolution_is_named(case, drawn),
        lambda case: convolution_is_counted(case, drawn),
    )
    return Case(film, operands, outcome, spots, checks=checks)


def convolution_is_named(case, drawn):
    """Each plane is called by the filter, the channel and the tile, where there are several."""
    rank, spots = drawn.window.rank, case.spots["kernel"]
    filters, channels = len(case.spots["output"]), len(drawn.image)
    kernels = spots.reshape(len(drawn.pairs), *spots.shape[1 + isinstance(drawn.groups, int) :])
    tiled = prod(kernels.shape[1:-rank]) > 1
    apart = drawn.pairs == [(number, number) for number in range(channels)]

    def kernel(place):
        number, channel = drawn.pairs[place[0]]
        tile = [*zip(AXES[rank], place[1:-rank], strict=tiled)] if tiled else []
        return words(filter=(number, filters), channel=(channel, apart or channels)) + tile

    called(case, kernels, rank, kernel)
    before = drawn.window.padding[0][0]
    arriving = lambda place: words(channel=(place[0], channels))  # noqa: E731
    called(case, case.spots["input"], rank, arriving, before=before)
    called(case, case.spots["output"], rank, lambda place: words(filter=(place[0], filters)))


def convolution_is_counted(case, drawn):
    """The sizes, the parameters and the products under a film are those that there are."""
    given = drawn.image, drawn.kernels, drawn.sweep
    made = reference.convolve(*given, bias=drawn.bias, groups=drawn.groups)
    np.testing.assert_allclose(case.results()["output"], made.values, rtol=1e-12)
    counted = worked(case.film)
    assert counted["products"] == made.products
    assert counted["parameters"] == drawn.kernels.size + (
        0 if drawn.bias is None else drawn.bias.size
    )
    across = "length" if made.values.ndim == 2 else "width"
    assert counted[across] == made.values.shape[-1]
    assert counted.get("height", 1) == (1, *made.values.shape[1:])[-2]
    assert counted.get("depth", 1) == (1, 1, *made.values.shape[1:])[-3]


def words(**numbers):
    """The numbers that a name has to say: those of which there are several."""
    return [(name, number) for name, (number, count) in numbers.items() if count > 1]


@st.composite
def spreads(draw):
    """A convolution whose kernels are shared, and maps that its transpose takes."""
    made = draw(convolutions(kinds=("shared",), borders=("zeros",)))
    size = made.image.shape[1:]
    zeros = np.zeros(made.image.shape)
    maps = reference.convolve(zeros, made.kernels, made.sweep, groups=made.groups).values
    return made, distinct(maps.shape, 7), size


def spread(drawn, maps, size):
    """The film of a transposed convolution; its output is drawn with the padding around it."""
    film = transposed(maps, drawn.kernels, drawn.window, size=size, groups=drawn.groups)
    whole = drawn.framed.shape[1:]

    def outcome(input, kernel):
        came = reference.transpose(input, kernel, drawn.unframed, size=whole, groups=drawn.groups)
        return {"output": came.values}

    operands = {"input": maps, "kernel": drawn.kernels}
    spots = {
        "input": laid(planes(film, "input"), maps.shape),
        "kernel": found(film, planes(film, "kernel"), drawn.kernels),
        "output": laid(planes(film, "output"), outcome(**operands)["output"].shape),
    }

    def unreached(case):
        ones = {name: np.ones(given.shape) for name, given in case.operands.items()}
        nothing = case.outcome(**ones)["output"] == 0
        unseen = [cell.spot in case.film.planes[cell.plane].unseen for cell in spots["output"].flat]
        assert unseen == nothing.ravel().tolist()

    checks = (
        unreached,
        lambda case: frames_are_in_order(case, of="input", first="channel"),
        lambda case: frame_is_marked(case, drawn.window.padding, of="output"),
        lambda case: spread_is_named(case, drawn),
        lambda case: spread_is_counted(case, drawn, size),
    )
    return Case(film, operands, outcome, spots, checks=checks)


def spread_is_named(case, drawn):
    """Filters are channels here, and channels filters: so they are called."""
    rank, spots = drawn.window.rank, case.spots
    kernels = spots["kernel"].reshape(len(drawn.pairs), *drawn.window.kernel)
    channels, filters = len(spots["input"]), len(spots["output"])

    def kernel(place):
        channel, number = drawn.pairs[place[0]]
        return words(filter=(number, filters), channel=(channel, channels))

    called(case, kernels, rank, kernel)
    called(case, spots["input"], rank, lambda place: words(channel=(place[0], channels)))
    before = drawn.window.padding[0][0]
    made = lambda place: words(filter=(place[0], filters))  # noqa: E731
    called(case, spots["output"], rank, made, before=before)


def spread_is_counted(case, drawn, size):
    """The size, the parameters and the products under the film are those that there are."""
    counted, given = worked(case.film), (case.operands["input"], drawn.kernels)
    how = {"size": drawn.framed.shape[1:], "groups": drawn.groups}
    assert counted["products"] == reference.transpose(*given, drawn.unframed, **how).products
    assert counted["parameters"] == drawn.kernels.size
    sides = {1: ["length"], 2: ["height", "width"], 3: ["depth", "height", "width"]}[len(size)]
    assert tuple(counted[side] for side in sides) == size
