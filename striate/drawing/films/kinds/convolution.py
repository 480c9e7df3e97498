"""Films of convolutions of every kind: the window steps on, and each place is worked out.

A filter that sees one channel has one sum for each place. One that sees several has a partial map
for each, and a place of its output is the sum of what stands there in its partial maps, and its
bias. Which kernel lies where is for the reference to say, and so are all values.
"""

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import Draft
from striate.drawing.films.kinds.staging import CROWD, Stage, worked_out
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
from striate.reference import Worked, convolve
from striate.reference.connections import Groups, Layer, connect
from striate.reference.sweep import Border


def convolution(
    image: ArrayLike,
    kernels: ArrayLike,
    window: Window,
    *,
    bias: ArrayLike | None = None,
    groups: Groups = 1,
    border: Border = "zeros",
    title: str = "",
) -> Film:
    """The film of an image (channel, *size) of one to three axes, convolved.

    Kernels are of any kind that `striate.reference.connections` names: shared, tiled or unshared,
    in groups or by a table; the bias is one number for each filter, each of its tiles or each of
    its places. Raises a ShapeError where sizes do not fit each other, and an OptionError where
    the film would be too long.

    >>> film = convolution([[1, 2, -1, 0]], [[[2, 0, -1]]], Window.of(3))
    >>> [film.written(one) for one in film.sums()]
    ['1*2 + 2*0 + (-1)*(-1) = 3', '2*2 + (-1)*0 + 0*(-1) = 4']
    """
    channels, weights = stacked(image, window.rank), np.asarray(kernels, np.float64)
    size = channels.shape[1:]
    biases = None if bias is None else np.asarray(bias, np.float64)
    places = places_of(window, size)
    check_kinds(channels.shape, weights, window, groups=groups, border=border)
    sweep = sweep_of(window, border)
    with in_films():
        layer = connect(weights, sweep, groups)
        layer.fit(len(channels))
        bounded(len(layer.connections) * prod(places) * prod(layer.kernel))
        result = convolve(channels, weights, sweep, bias=biases, groups=groups)
    draft = Draft()
    joined = {one.channel for one in layer.connections}
    unseen = [unseen_of(window, size) | (n not in joined) for n in range(len(channels))]
    grids = framed(draft, channels, sweep, unseen=unseen)
    worked_out(draft, Stage(channels, grids, layer, sweep, result.values, biases))
    return draft.film(
        title or _titled(layer, window, size, places),
        working=(
            *working_of(window, size),
            *_rules(layer, places),
            *_counted(weights, layer, result, biases),
        ),
        misfit=misfit_of(window, size),
    )


def _titled(layer: Layer, window: Window, size: Size, places: Size) -> str:
    """What a film is called that has no title."""
    what = described(window, size)
    if max(layer.tiles) > 1:
        unshared = layer.tiles == places
        kind = "Unshared convolution" if unshared else "Tiled convolution"
        return f"{kind} {what}{_several(layer)}"
    return f"{_joining(layer)} {what}{_several(layer)}"


def _joining(layer: Layer) -> str:
    """What the field calls a convolution whose filters see such channels."""
    joined = {(one.filter, one.channel) for one in layer.connections}
    if len(joined) == layer.filters * layer.channels:
        return "Convolution"
    if not layer.restricted and len(joined) == layer.filters:
        return "Depthwise convolution"
    return "Convolution by a table," if layer.restricted else "Grouped convolution"


def _several(layer: Layer) -> str:
    """How many channels and filters there are, behind a comma, where there are several."""
    counts = ((layer.channels, "channels"), (layer.filters, "filters"))
    return "".join(f", {count} {what}" for count, what in counts if count > 1)


def _rules(layer: Layer, places: Size) -> list[str]:
    """Sentences about who sees what, where that is not plain."""
    rules: list[str] = []
    if max(layer.tiles) > 1 and layer.tiles != places:
        tiles = f"the tiles are {show(layer.tiles)}"
        rules.append(f"{tiles}: place p uses tile p % t, both counted from 0 on each axis")
    if len(layer.connections) != layer.filters * layer.channels and layer.filters <= CROWD:
        for number in range(layer.filters):
            seen = [str(one.channel) for one in layer.connections if one.filter == number]
            channels = f"channel{'s' * (len(seen) > 1)} {', '.join(seen)}" if seen else "nothing"
            rules.append(f"filter {number} sees {channels}")
    return rules


def _counted(weights: Array, layer: Layer, result: Worked, biases: Array | None) -> tuple[str, ...]:
    """How many numbers are learned, and how many multiplications the reference did."""
    shape = (*layer.kernel, *(t for t in layer.tiles if t > 1), *_joined(weights, layer))
    total, working = weights.size, "*".join(map(str, shape))
    if biases is not None:
        total, working = total + biases.size, f"{working} + {biases.size}"
    return (f"parameters: {working} = {total}", f"products: {result.products}")


def _joined(weights: Array, layer: Layer) -> tuple[int, ...]:
    return (len(layer.connections),) if layer.restricted else (weights.shape[1], layer.filters)
