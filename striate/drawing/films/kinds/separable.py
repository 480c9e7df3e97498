"""The film of a separable convolution: channels are mixed, then one axis is convolved at a time.

What each step gives is the input of the next, and is drawn with the padding that it needs. The
bias is added by the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.axes import SIDES
from striate.arithmetic.flattening import along_axis, point
from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import Draft
from striate.drawing.films.kinds.staging import Stage, worked_out
from striate.drawing.films.record import Film
from striate.drawing.films.windows.checking import check_kinds, in_films
from striate.drawing.films.windows.fitting import (
    bounded,
    described,
    misfit_of,
    places_of,
    unseen_of,
    working_of,
)
from striate.drawing.films.windows.framed import Array, framed, stacked, sweep_of
from striate.errors import ShapeError
from striate.reference import convolve
from striate.reference.connections import connect
from striate.reference.sweep import Border


@dataclass(frozen=True)
class Step:
    """One of the convolutions: its window and weights, and what its things are called."""

    label: str
    window: Window
    weights: Array
    kernel: str
    output: str


def separable(
    image: ArrayLike,
    mixing: ArrayLike,
    lines: Sequence[ArrayLike],
    window: Window,
    *,
    bias: ArrayLike | None = None,
    border: Border = "zeros",
    title: str = "",
) -> Film:
    """The film of an image (channel, *size) mixed by (filter, channel), then convolved in lines.

    `lines` are, for each axis, the kernels (filter, taps) along it, the outermost axis first.
    Raises a ShapeError where sizes do not fit each other, and an OptionError where the film would
    be too long.

    >>> film = separable([[1, 2], [3, 4]], [[1, 10]], [[[1, 1]]], Window.of(2))
    >>> [film.written(one) for one in film.frames[-1].sums]
    ['31*1 + 42*1 = 73']
    """
    channels = stacked(image, window.rank)
    size = channels.shape[1:]
    places_of(window, size)
    check_kinds((1, *size), np.ones((1, 1, *window.kernel)), window, border=border)
    steps = _steps(mixing, lines, window, len(channels))
    bounded(_terms(steps, size))
    biases = None if bias is None else np.asarray(bias, np.float64)
    draft = Draft()
    products = _drawn(draft, channels, steps, biases, border)
    return draft.film(
        title or f"Separable convolution {described(window, size)}",
        working=(
            *working_of(window, size),
            *_counted(steps, biases, window),
            f"products: {' + '.join(map(str, products))} = {sum(products)}",
        ),
        misfit=misfit_of(window, size),
    )


def _steps(
    mixing: ArrayLike, lines: Sequence[ArrayLike], window: Window, channels: int
) -> list[Step]:
    """The steps: a point that mixes the channels, and a line along each axis."""
    mix = np.asarray(mixing, np.float64)
    if mix.ndim < 2 or mix.shape[1] != channels or mix.size != mix.shape[0] * channels:
        raise ShapeError(f"mixing {show(mix.shape)} does not suit {channels} channels")
    if len(lines) != window.rank:
        raise ShapeError(f"{len(lines)} lines do not suit a window of {window.rank} axes")
    mixed = mix.reshape(*mix.shape[:2], *(1,) * window.rank)
    steps = [Step("mixing", point(window.rank), mixed, "mixing kernel", "mixed")]
    for axis, (line, name) in enumerate(zip(lines, SIDES[window.rank], strict=True)):
        kernels = np.asarray(line, np.float64)
        if kernels.size != len(mix) * window.kernel[axis] or len(kernels) != len(mix):
            wanted = f"{len(mix)} kernels of {window.kernel[axis]} along axis {axis}"
            raise ShapeError(f"a separable convolution needs {wanted}, not {show(kernels.shape)}")
        step, along = along_axis(window, axis), f"along the {name}"
        weights = kernels.reshape(len(mix), 1, *step.kernel)
        steps.append(Step(along, step, weights, f"kernel {along}", along))
    return steps


def _terms(steps: list[Step], size: Size) -> int:
    """How many products all steps take together."""
    terms = 0
    for step in steps:
        size = step.window.places(size)
        terms += step.weights.size * prod(size)
    return terms


def _drawn(
    draft: Draft, channels: Array, steps: list[Step], biases: Array | None, border: Border
) -> list[int]:
    """Draw a stage for each step, and give how many products each took."""
    products: list[int] = []
    grids = framed(draft, channels, sweep_of(steps[0].window))
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        sweep, added = sweep_of(step.window, border), None if after else biases
        groups = 1 if step is steps[0] else len(channels)
        with in_films():
            layer = connect(step.weights, sweep, groups)
            result = convolve(channels, step.weights, sweep, bias=added, groups=groups)
        stage = Stage(
            *(channels, grids, layer, sweep, result.values, added),
            label=step.label,
            kernel=step.kernel,
            **(_handed_on(step, after.window, result.values.shape[1:], border) if after else {}),
        )
        grids, channels = worked_out(draft, stage), result.values
        products.append(result.products)
    return products


def _handed_on(step: Step, after: Window, places: Size, border: Border) -> dict[str, Any]:
    """How what a step gives is drawn, where another step follows."""
    return {
        "onward": sweep_of(after, border),
        "unseen": unseen_of(after, places),
        "output": step.output,
        "role": "partial",
    }


def _counted(steps: list[Step], biases: Array | None, window: Window) -> tuple[str, str]:
    """How many numbers are learned, and how many one convolution of that size would learn."""
    sizes = [step.weights.size for step in steps] + ([] if biases is None else [biases.size])
    filters, channels = steps[0].weights.shape[:2]
    whole: Size = (*window.kernel, channels, filters)
    return (
        f"parameters: {' + '.join(map(str, sizes))} = {sum(sizes)}",
        f"weights of one convolution: {'*'.join(map(str, whole))} = {prod(whole)}",
    )
