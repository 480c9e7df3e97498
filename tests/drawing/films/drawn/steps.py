"""Films of separable convolutions, drawn by chance, for the judge."""

from dataclasses import dataclass

import numpy as np
from drawing.films.drawn.kernels import convolutions, distinct
from drawing.films.judge.asking import Case
from drawing.films.judge.cells import found, laid, planes, standing_in
from drawing.films.judge.writing import worked
from hypothesis import strategies as st

from striate import reference
from striate.arithmetic import Window
from striate.drawing.films.kinds.separable import separable
from striate.reference import Sweep

ALONG = {1: ["length"], 2: ["height", "width"], 3: ["depth", "height", "width"]}


@dataclass(frozen=True)
class Steps:
    """A separable convolution: an image, and the weights of its steps."""

    image: np.ndarray
    mixing: np.ndarray
    lines: list[np.ndarray]
    bias: np.ndarray | None
    window: Window
    border: str

    def sweep(self, axis):
        """The walk of the step along one axis."""
        window, rank = self.window, self.window.rank
        only = lambda of, plain: [of[n] if n == axis else plain for n in range(rank)]  # noqa: E731
        sides = only(window.padding, (0, 0))
        return Sweep(only(window.stride, 1), sides, only(window.dilation, 1), self.border)

    def outcome(self, **operands):
        """What reference makes of each step."""
        return {name: made.values for name, made in self.worked(**operands).items()}

    def worked(self, input, mixing, bias=None, **lines):
        """The same, with the products that each step takes."""
        rank, filters = self.window.rank, len(mixing)
        kernels = mixing.reshape(*mixing.shape, *(1,) * rank)
        steps = {"mixed": reference.convolve(input, kernels, Sweep((1,) * rank))}
        for axis in range(rank):
            taps = lines[f"line {axis}"]
            shape = [taps.shape[1] if n == axis else 1 for n in range(rank)]
            kernels, added = taps.reshape(filters, 1, *shape), bias if axis == rank - 1 else None
            how = {"bias": added, "groups": filters}
            arriving = [*steps.values()][-1].values
            steps[f"along {axis}"] = reference.convolve(arriving, kernels, self.sweep(axis), **how)
        return steps


@st.composite
def steps(draw):
    like = draw(convolutions(kinds=("shared",), tables=(False,)))
    filters, seed = draw(st.integers(1, 2)), draw(st.integers(0, 99))
    return Steps(
        image=like.image,
        mixing=distinct((filters, len(like.image)), seed),
        lines=[distinct((filters, taps), seed + taps) for taps in like.window.kernel],
        bias=None if like.bias is None else distinct((filters,), seed + 9),
        window=like.window,
        border=like.border,
    )


def stepped(drawn):
    """The film of a separable convolution; the frames of what is worked out are zeros or copies."""
    how = {"bias": drawn.bias, "border": drawn.border}
    film = separable(drawn.image, drawn.mixing, drawn.lines, drawn.window, **how)
    lines = {f"line {axis}": line for axis, line in enumerate(drawn.lines)}
    operands = {"input": drawn.image, "mixing": drawn.mixing, **lines, "bias": drawn.bias}
    operands = {name: given for name, given in operands.items() if given is not None}
    words = dict(zip(lines, ALONG[drawn.window.rank], strict=True))
    spots = {"input": laid(planes(film, "input"), drawn.image.shape)}
    spots["mixing"] = found(film, kernels(film, "mixing kernel"), drawn.mixing)
    for name, word in words.items():
        spots[name] = found(film, kernels(film, f"kernel along the {word}"), operands[name])
    if drawn.bias is not None:
        spots["bias"] = found(film, planes(film, "bias"), drawn.bias)
    between = [f"along the {word}" for word in words.values()][:-1]
    stacks = ["mixed", *between, "output"]
    for (name, values), stack in zip(drawn.outcome(**operands).items(), stacks, strict=True):
        spots[name] = laid(standing_in(film, stack, without_frame=True), values.shape)
    zeros = {*planes(film, "partial")} - film.results
    checks = (steps_are_in_order, lambda case: steps_are_counted(case, drawn))
    return Case(film, operands, drawn.outcome, spots, zeros=zeros, staged=True, checks=checks)


def kernels(film, name):
    """The cells of all kernels whose names begin so."""
    return planes(film, "kernel", where=lambda plane: plane.name.startswith(name))


def steps_are_counted(case, drawn):
    """The parameters and the products of all steps, and what one convolution would learn."""
    counted = worked(case.film)
    steps = drawn.worked(**case.operands).values()
    assert counted["products"] == sum(made.products for made in steps)
    trained = {name: given.size for name, given in case.operands.items() if name != "input"}
    assert counted["parameters"] == sum(trained.values())
    one = trained["mixing"] * np.prod(drawn.window.kernel)
    assert counted["weights of one convolution"] == one


def steps_are_in_order(case):
    """A frame for each value of each step, step by step."""
    made = [cell for name in case.results() for cell in case.spots[name].flat]
    assert len(case.film.frames) == len(made)
    for number, cell in enumerate(made):
        assert case.film.made(number) & {*made} == {cell}
