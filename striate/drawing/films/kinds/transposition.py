"""Films of transposed convolutions: every value of the input is spread over its window.

Each frame takes one value, multiplies it by the kernel and adds that to what stands in the window
already. The output is drawn with its padding: what falls there is lost.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import Draft, Grid, places
from striate.drawing.films.record import Cell, Film, Frame, Sum, Term
from striate.drawing.films.windows.checking import check_axes, in_films
from striate.drawing.films.windows.fitting import bounded, spans, stepping, unseen_of, worked
from striate.drawing.films.windows.framed import Array, stacked, sweep_of, titled, under
from striate.reference import Sweep, transpose
from striate.reference.connections import Connection, Groups, Layer, connect
from striate.reference.sweep import visits
from striate.reference.transposition import share


def transposed(
    maps: ArrayLike,
    kernels: ArrayLike,
    window: Window,
    *,
    size: Size,
    groups: Groups = 1,
    title: str = "",
) -> Film:
    """The film of maps (channel, *places) spread over an output (filter, *size).

    Kernels are those of the convolution that is transposed, as the reference takes them:
    (channel, filter/groups, *kernel). Raises a ShapeError where the window cannot turn the one
    size into the other, and an OptionError where the film would be too long.

    >>> film = transposed([[1, 10]], [[[1, 2, 3]]], Window.of(3, stride=2), size=(5,))
    >>> [film.written(one) for one in film.frames[1].sums]
    ['3 + 10*1 = 13', '0 + 10*2 = 20', '0 + 10*3 = 30']
    """
    values, weights = stacked(maps, window.rank), np.asarray(kernels, np.float64)
    size, given = tuple(size), values.shape[1:]
    sizes = window.derive_undone(given, to=size)
    check_axes(weights, window, groups, tiled=False)
    bare = Sweep(window.stride, [(0, 0)] * window.rank, window.dilation)
    padded = [n + sum(pair) for n, pair in zip(size, window.padding, strict=True)]
    with in_films():
        layer = connect(weights, bare, groups)
        bounded(len(layer.connections) * prod(given) * prod(layer.kernel))
        whole = transpose(values, weights, bare, size=padded, groups=groups)
    draft, kernel = Draft(), show(window.kernel)
    _draw(draft, values, layer, window, whole.values)
    return draft.film(
        title
        or f"Transposed convolution {kernel}, {show(given)} to {show(size)}{stepping(window)}",
        working=(
            *spans(window),
            *worked(sizes),
            *_told(window, given, size),
            f"parameters: {_working(weights, window.rank)} = {weights.size}",
            f"products: {whole.products}",
        ),
    )


def _working(weights: Array, rank: int) -> str:
    """How many weights there are, as a product: the kernel first."""
    shape = (*weights.shape[-rank:], *weights.shape[-rank - 1 :: -1])
    return "*".join(map(str, shape))


def _told(window: Window, given: Size, size: Size) -> list[str]:
    """Sentences about what has to be told, and what is lost."""
    told: list[str] = []
    shared = window.sources(given)
    if any(len(sizes) > 1 for sizes in shared):
        least, most = (show([sizes[end] for sizes in shared]) for end in (0, -1))
        reason = f"{least} to {most} all give {show(given)}"
        told.append(f"{reason}: the size is told, {show(size)}, and E is what it adds")
    if any(map(any, window.padding)):
        told.append("what falls on the padding is lost")
    return told


def _draw(draft: Draft, maps: Array, layer: Layer, window: Window, whole: Array) -> None:
    """Draw input, kernels and the output with its padding, and spread value after value."""
    inputs = [
        draft.add(one, titled("input", channel=(number, len(maps))), "input", stack="input")
        for number, one in enumerate(maps)
    ]
    kernels = [_kernel(draft, layer, one) for one in layer.connections]
    outputs = _outputs(draft, layer, window, whole)
    size = tuple(n - sum(pair) for n, pair in zip(whole.shape[1:], window.padding, strict=True))
    walks = sweep_of(window).walk(size, layer.kernel)
    standing = np.zeros(whole.shape)
    joined = list(zip(layer.connections, kernels, strict=True))
    for number, (place, there) in product(range(layer.filters), visits(walks)):
        value = inputs[number].cell(place)
        sums = [
            one_sum
            for one, kernel in joined
            if one.filter == number
            for one_sum in _shared(
                [(value, tap) for tap in kernel],
                under(outputs[one.channel], there),
                standing[(one.channel, *there)],
                share(maps, one, place),
            )
        ]
        name = titled("", place, channel=(number, layer.filters))
        draft.frames.append(Frame(name, tuple(sums)))


def _outputs(draft: Draft, layer: Layer, window: Window, whole: Array) -> list[Grid]:
    """Draw what comes out (filter, *size), with its padding; a filter may be joined to nothing."""
    size = tuple(n - sum(pair) for n, pair in zip(whole.shape[1:], window.padding, strict=True))
    joined = {one.channel for one in layer.connections}
    unseen = unseen_of(window, size)
    return [
        draft.add(
            one,
            titled("output", filter=(number, len(whole))),
            "output",
            stack="output",
            padding=window.padding,
            unseen=unseen | (number not in joined),
        )
        for number, one in enumerate(whole)
    ]


def _shared(
    terms: Sequence[Term], cells: Sequence[Cell], there: Array, more: Array
) -> Iterator[Sum]:
    """Add the products of one value to what stands there; it stands there from then on."""
    before = there.ravel().tolist()
    there += more
    for cell, term, was, now in zip(cells, terms, before, there.ravel().tolist(), strict=True):
        yield Sum(cell, (term,), before=was, after=now)


def _kernel(draft: Draft, layer: Layer, one: Connection) -> list[Cell]:
    """Draw the kernel that spreads a channel of the input over a filter's output."""
    several = sum(other.filter == one.filter for other in layer.connections) > 1
    heading = "kernels" if several else "kernel"
    channels, filters = (one.filter, layer.filters), (one.channel, layer.channels)
    grid = draft.add(
        one.at((0,) * layer.rank),
        titled("kernel", filter=filters, channel=channels),
        "kernel",
        stack=f"{heading} of channel {one.filter}" if layer.filters > 1 else heading,
        passing=layer.filters > 1,
    )
    return [grid.cell(tap) for tap in places(grid.size)]
