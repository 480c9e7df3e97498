"""The film of a layer of a network: its window as it is, over an input that is small enough.

Kernel, stride, padding, dilation, groups and what flooring drops are kept; of channels, filters
and places a few are drawn, and the film says how many.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.record import Film
from striate.drawing.films.scenes.making import film
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.spelling import word_of
from striate.planning import Plan
from striate.planning.rows import not_found

PLACES, CHANNELS, DEEP, FILTERS, BINNED = 3, 3, 2, 2, 7
"""As many of each as are drawn, `DEEP` being the channels of volumes; of a connection table the
channels that its filters see."""


@dataclass(frozen=True)
class Small:
    """What is drawn of a layer: a kind of film, its options, and how many of what."""

    kind: str
    options: dict[str, Any]
    input: Size
    filters: tuple[int, int] | None = None
    channels: tuple[int, ...] = ()
    """Which channels those are that are drawn, where they are not the first."""


def film_of(plan: Plan, path: str) -> Film:
    """The film of the layer of a path; OptionError if there is no such layer, or none of it."""
    nodes = plan.network.nodes
    for node in nodes:
        if node.path == path and not isinstance(node.layer, L.Input):
            arriving = nodes[node.inputs[0]].size
            if not has_film(node.layer, arriving):
                break
            name = f"{plan.network.name}, {path}"
            return film_of_layer(node.layer, arriving, node.size, name)
    else:
        if plan.network.error is not None:  # the layer may lie behind what does not fit
            raise plan.network.error
        raise not_found(path, plan.network.name, [row.path for row in plan.rows])
    drawn = [
        one.path for one in nodes if one.inputs and has_film(one.layer, nodes[one.inputs[0]].size)
    ]
    few = ", ".join(drawn[:8]) + (", ..." if len(drawn) > 8 else "")
    help = [f"those with a window have: {few}" if drawn else "none of its layers has a window"]
    raise OptionError(f"there is no film of {path}: {word_of(node.layer)} has no window", help=help)


def has_film(layer: L.Layer, arriving: Size) -> bool:
    """Whether a window slides in a layer, over one to three axes."""
    return type(layer) in _REDUCED and 2 <= len(arriving) <= 4


def film_of_layer(layer: L.Layer, arriving: Size, leaving: Size, name: str) -> Film:
    """The film of a layer; sizes are (channels, *axes), those of the network.

    >>> window = Window.of(5, rank=2)
    >>> made = film_of_layer(L.Convolution(16, window), (6, 14, 14), (16, 10, 10), "c3")
    >>> made.working[-1], len(made.frames)
    ('drawn small: 3 of 6 channels, 2 of 16 filters, 7x7 of 14x14', 18)
    """
    small = _REDUCED[type(layer)](layer, arriving, leaving)
    made = film(small.kind, input=small.input, axes=len(arriving) - 1, **small.options)
    which = f" ({', '.join(map(str, small.channels))})" if small.channels else ""
    counts = [(small.input[0], arriving[0], f"channels{which}")]
    if small.filters is not None:
        counts.append((*small.filters, "filters"))
    parts = [f"{few} of {every} {what}" for few, every, what in counts if few < every]
    if small.input[1:] != arriving[1:]:
        parts.append(f"{show(small.input[1:])} of {show(arriving[1:])}")
    if isinstance(layer, L.Transposed) and layer.bias:
        parts.append("without its bias")
    said = f"drawn small: {', '.join(parts)}" if parts else "drawn whole"
    title = f"{name}: {made.title}{', drawn small' if parts else ''}"
    return replace(made, title=title, working=(*made.working, said))


def _fewer(window: Window, arriving: Size, leaving: Size, least: Size = ()) -> Size:
    """The least size with a few places that has the real one's remainder of the stride."""
    needed = least or (PLACES,) * window.rank
    few = tuple(min(n, wanted) for n, wanted in zip(leaving[1:], needed, strict=True))
    sizes: list[int] = []
    for n, fitting, stride, sides in zip(
        arriving[1:], window.sources(few), window.stride, window.padding, strict=True
    ):
        alike = [one for one in fitting if (n - one) % stride == 0]
        smallest = (alike or [n])[0]
        while smallest <= max(sides):  # what is mirrored or goes round has to be there
            smallest += stride
        sizes.append(min(n, smallest))
    return tuple(sizes)


def _steps(window: Window) -> dict[str, Any]:
    """The window, as options of a film."""
    return {
        "kernel": window.kernel,
        "stride": window.stride,
        "padding": window.padding,
        "dilation": window.dilation,
    }


def _convolution(layer: L.Convolution, arriving: Size, leaving: Size) -> Small:
    size = _fewer(layer.window, arriving, leaving)
    options = {**_steps(layer.window), "border": layer.mode, "bias": layer.bias}
    if layer.connect is not None:
        rows = layer.connect[:FILTERS]
        used = tuple(sorted({channel for row in rows for channel in row}))
        options["connect"] = [[used.index(one) for one in row] for row in rows]
        others = () if used == tuple(range(len(used))) else used
        return Small("conv", options, (len(used), *size), (len(rows), layer.filters), others)
    channels, filters, groups = _grouped(layer.groups, arriving, layer.filters)
    options |= {"groups": groups, "filters": filters}
    return Small("conv", options, (channels, *size), (filters, layer.filters))


def _grouped(groups: int, arriving: Size, filters: int) -> tuple[int, int, int]:
    """As many channels, filters and groups as are drawn."""
    channels, few = arriving[0], min(groups, FILTERS)
    if few == 1:
        return min(channels, _most(arriving)), min(filters, FILTERS), 1
    return few * min(channels // groups, 2), few * min(filters // groups, 1), few


def _most(arriving: Size) -> int:
    """How many channels are drawn: of volumes fewer, since each is drawn slice by slice."""
    return DEEP if len(arriving) > 3 else CHANNELS


def _transposed(layer: L.Transposed, arriving: Size, leaving: Size) -> Small:
    window = layer.window
    few = tuple(min(n, PLACES) for n in arriving[1:])
    added = window.added(arriving[1:], leaving[1:])
    to = tuple(n + more for n, more in zip(window.undone(few), added, strict=True))
    channels, filters, groups = _grouped(layer.groups, arriving, layer.filters)
    options = {**_steps(window), "filters": filters, "groups": groups, "to": to}
    return Small("transpose", options, (channels, *few), (filters, layer.filters))


def _own(layer: L.Unshared | L.Tiled | L.Separable, arriving: Size, leaving: Size) -> Small:
    """Layers whose filters see all channels, with kernels of their own sort."""
    kind = type(layer).__name__.lower()
    options = {**_steps(layer.window), "border": layer.mode, "bias": layer.bias}
    least: Size = ()
    if isinstance(layer, L.Tiled):
        options["tiles"] = layer.tiles
        least = tuple(max(PLACES, tile + 1) for tile in layer.tiles)
    options["filters"] = filters = min(layer.filters, FILTERS)
    size = _fewer(layer.window, arriving, leaving, least)
    channels = min(arriving[0], _most(arriving))
    return Small(kind, options, (channels, *size), (filters, layer.filters))


def _pool(layer: L.Pool, arriving: Size, leaving: Size) -> Small:
    options = {**_steps(layer.window), "pool": layer.kind, "border": layer.mode}
    options["ceil"] = layer.ceil
    if layer.kind == "average":
        options["count"] = layer.count_padding
    return Small("pool", options, (1, *_fewer(layer.window, arriving, leaving)))


def _adaptive(layer: L.Adaptive, arriving: Size, leaving: Size) -> Small:
    return _binned(layer.places, layer.kind, arriving)


def _global(layer: L.GlobalAverage, arriving: Size, leaving: Size) -> Small:
    return _binned((1,) * (len(arriving) - 1), "average", arriving)


def _binned(places: Size, kind: str, arriving: Size) -> Small:
    """A fixed number of bins: as many as there are, or a few, over an input of a few pixels."""
    few = tuple(min(n, PLACES) for n in places)
    size = tuple(min(n, BINNED) for n in arriving[1:])
    return Small("adaptive", {"to": few, "pool": kind}, (1, *size))


def _channels(layer: L.ChannelPool, arriving: Size, leaving: Size) -> Small:
    channels = min(arriving[0], 2 * layer.channels)
    size = tuple(min(n, PLACES) for n in arriving[1:])
    return Small("channels", {"group": layer.channels}, (channels, *size))


_REDUCED: Mapping[type[L.Layer], Callable[..., Small]] = {
    L.Convolution: _convolution,
    L.Transposed: _transposed,
    L.Unshared: _own,
    L.Tiled: _own,
    L.Separable: _own,
    L.Pool: _pool,
    L.Adaptive: _adaptive,
    L.GlobalAverage: _global,
    L.ChannelPool: _channels,
}
