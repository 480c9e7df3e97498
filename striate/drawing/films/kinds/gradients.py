"""Films of gradients: the sums that training needs beside convolution itself.

    a weight   over all places where it was used: the gradient there times the pixel under it
    a bias     over all places where it was added: the gradient there
    a pixel    over all windows that saw it: the gradient there times the weight that lay on it

What arrives from behind, a gradient for each value of the output, is called upstream. With a rate
the film goes on to the update, w - rate*gradient.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.window import Window, show
from striate.drawing.films.drafting import Draft, Grid, places
from striate.drawing.films.kinds.weights import (
    Weights,
    additions,
    draw_biases,
    names_of_biases,
    uses,
)
from striate.drawing.films.record import Cell, Film, Frame, Role, Sum, Term
from striate.drawing.films.windows.checking import check_kinds, in_films
from striate.drawing.films.windows.fitting import bounded, described, places_of, unseen_of
from striate.drawing.films.windows.framed import Array, framed, stacked, sweep_of, titled
from striate.drawing.numbers import factor, shown
from striate.errors import ShapeError
from striate.reference import Gradients, updated
from striate.reference import gradients as grown_back
from striate.reference.connections import Groups
from striate.reference.sweep import Border

Found = tuple[int, Term]
"""A term of the sum of a number."""


def gradients(
    upstream: ArrayLike,
    image: ArrayLike,
    kernels: ArrayLike,
    window: Window,
    *,
    bias: ArrayLike | None = None,
    rate: float | None = None,
    groups: Groups = 1,
    border: Border = "zeros",
    title: str = "",
) -> Film:
    """The film of the gradients of a convolution, from those for its output (filter, *places).

    First come the weights, then the biases, then the pixels of the image (channel, *size), and,
    with a rate, the update of weights and biases. Kernels and biases are of any kind that
    `striate.reference.connections` names. Raises a ShapeError where sizes do not fit each other.

    >>> film = gradients([[1, 2, 3]], [[5, 6, 7, 8]], [[[1, 10]]], Window.of(2))
    >>> print(film.frames[0].name, film.written(film.frames[0].sums[0]), sep=": ")
    gradient of weight place 0: 1*5 + 2*6 + 3*7 = 38
    >>> print(film.frames[3].name, film.written(film.frames[3].sums[0]), sep=": ")
    gradient of input place 1: 1*10 + 2*1 = 12
    """
    channels, maps = stacked(image, window.rank), stacked(upstream, window.rank)
    values = np.asarray(kernels, np.float64)
    biases = None if bias is None else np.asarray(bias, np.float64)
    size, sweep = channels.shape[1:], sweep_of(window, border)
    weights = Weights(sweep, groups, len(channels), places_of(window, size))
    check_kinds(channels.shape, values, window, groups=groups, border=border)
    with in_films():
        layer = weights.read(values)
        layer.fit(len(channels))
        _check(maps.shape, (layer.filters, *weights.places))
        bounded(2 * len(layer.connections) * prod(weights.places) * prod(layer.kernel))
        grown = grown_back(maps, channels, values, sweep, bias=biases, groups=groups)
    draft = Draft()
    grids = framed(draft, channels, sweep, unseen=unseen_of(window, size))
    trained = _trained(weights, values, biases, grown)
    own = [one.draw(draft, one.values, one.what, one.what) for one in trained]
    above = _planes(draft, maps, "upstream gradient", "upstream", "filter")
    slopes = [one.draw(draft, one.slopes, f"gradient of {one.what}", "gradient") for one in trained]
    back = _planes(draft, grown.image.values, "gradient of input", "gradient", "channel")
    names = [*(one.names for one in trained), _pixels(channels.shape)]
    found = _found(weights, values, biases, (grids, above), own[0], size)
    for every, cells, terms in zip(names, [*slopes, _cells(back)], found, strict=True):
        draft.frames += _summed(every, cells, terms)
    if rate is not None:
        _update(draft, rate, trained, own, slopes)
    return draft.film(
        title or f"Gradients of a convolution, {described(window, size)}",
        working=tuple(_working(grown, rate)),
    )


@dataclass(frozen=True)
class Trained:
    """Numbers that are trained, kernels or biases: their gradients, their names in order."""

    what: Literal["kernel", "bias"]
    values: Array
    slopes: Array
    names: list[str]
    draw: Callable[[Draft, Array, str, Role], list[Cell]]


def _trained(
    weights: Weights, values: Array, biases: Array | None, grown: Gradients
) -> list[Trained]:
    slopes = grown.kernels.values
    trained = [Trained("kernel", values, slopes, weights.names(values), weights.draw)]
    if biases is not None and grown.bias is not None:
        names = names_of_biases(biases.shape)
        trained.append(Trained("bias", biases, grown.bias.values, names, draw_biases))
    return trained


def _check(found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        raise ShapeError(
            f"an upstream gradient of {show(found)} does not suit an output of {show(expected)}",
            help=["give one number for each value of the output, filter by filter"],
        )


def _planes(draft: Draft, values: Array, what: str, role: Role, number: str) -> list[Grid]:
    """Draw an array plane by plane, each named by its number."""
    count = len(values)
    names = [titled(what, **{number: (n, count)}) for n in range(count)]
    return [draft.add(one, name, role, stack=what) for one, name in zip(values, names, strict=True)]


def _pixels(shape: tuple[int, ...]) -> list[str]:
    """What the pixels of a shape (channel, *size) are called."""
    every = [titled("", place, channel=(n, shape[0])) for n, *place in places(shape)]
    return [f"input {name}" for name in every]


def _cells(grids: list[Grid]) -> list[Cell]:
    return [grid.cell(place) for grid in grids for place in places(grid.size)]


def _found(
    weights: Weights,
    values: Array,
    biases: Array | None,
    drawn: tuple[list[Grid], list[Grid]],
    kernel: list[Cell],
    size: tuple[int, ...],
) -> Iterator[list[Found]]:
    """All terms of the weights, of the biases if there are any, and of the pixels."""
    inputs, above = drawn
    used = list(uses(weights, values.shape, inputs, above, size))
    yield [(use.weight, (use.above, use.under)) for use in used]
    if biases is not None:
        added = additions(weights.read(values), biases.shape, above)
        yield [(number, (cell,)) for number, cell in added]
    yield [(use.pixel, (use.above, kernel[use.weight])) for use in used if use.pixel >= 0]


def _summed(names: list[str], cells: list[Cell], found: Iterable[Found]) -> Iterator[Frame]:
    """A frame for each number, with the sum of all terms that were found for it."""
    terms: dict[int, list[Term]] = defaultdict(list)
    for number, term in found:
        terms[number].append(term)
    for number, (name, cell) in enumerate(zip(names, cells, strict=True)):
        yield Frame(f"gradient of {name}", (Sum(cell, tuple(terms[number])),))


def _update(
    draft: Draft,
    rate: float,
    trained: list[Trained],
    own: list[list[Cell]],
    slopes: list[list[Cell]],
) -> None:
    """Draw minus the rate, and what each number becomes: w + (-rate)*gradient."""
    minus = draft.add([-rate], "minus the rate", "bias").cell((0,))
    for one, old, slope in zip(trained, own, slopes, strict=True):
        values = updated(one.values, one.slopes, rate)
        new = one.draw(draft, values, f"{one.what} after the update", one.what)
        for name, *cells in zip(one.names, new, old, slope, strict=True):
            result, before, downhill = cells
            terms = ((before,), (minus, downhill))
            draft.frames.append(Frame(f"update of {name}", (Sum(result, terms),)))


def _working(grown: Gradients, rate: float | None) -> Iterator[str]:
    yield "a weight: the sum, over all places where it was used, of gradient times pixel"
    yield f"products: {grown.kernels.products}"
    if grown.bias is not None:
        yield "a bias: the sum, over all places where it was added, of the gradient"
    yield "a pixel: the sum, over all windows that saw it, of gradient times weight"
    yield f"products: {grown.image.products}"
    if rate is not None:
        yield f"update: w - rate*gradient = w - {factor(shown(rate))}*gradient"
