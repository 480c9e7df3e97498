"""What size leaves a layer: one rule for each record, every entry with its working."""

from functools import singledispatch
from math import prod

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.losing import untiled
from striate.arithmetic.window import Size, Window, show
from striate.errors import ShapeError
from striate.language import layers as L
from striate.planning.checks import (
    check_enough,
    check_groups,
    check_mode,
    check_table,
    check_tiles,
    split,
)

Sizes = tuple[Size, ...]
Derived = tuple[Quantity, ...]

PADDED = Formula("N + P1 + P2")
ENLARGED = Formula("N*S")
SHARED_OUT = Formula("C/G")


def given(number: int, name: str) -> Quantity:
    """A number that is as the text says: its own working."""
    return Quantity(number, name, str(number))


def kept(size: Size) -> Derived:
    """A size that stays as it is."""
    names = ("C",) if len(size) == 1 else ("C", *axis_names("N", len(size) - 1))
    return tuple(given(number, name) for number, name in zip(size, names, strict=True))


def axis_names(letter: str, rank: int) -> tuple[str, ...]:
    """The name of a number in each axis, as the textbook writes it.

    >>> axis_names("F", 2)
    ('Fh', 'Fw')
    """
    axes = "dhw"[-rank:] if rank <= 3 else [str(axis + 1) for axis in range(rank)]
    return tuple(letter + axis for axis in axes) if rank else ()


@singledispatch
def output(layer: L.Layer, arriving: Sizes) -> Derived:
    """The size that leaves a layer, entry by entry; ShapeError if the layer does not fit.

    >>> window = Window.of(11, rank=2, stride=4)
    >>> [q.value for q in output(L.Convolution(96, window), ((3, 224, 224),))]
    [96, 54, 54]
    """
    return kept(arriving[0])


@output.register
def _(layer: L.Input, arriving: Sizes) -> Derived:
    return kept(layer.size)


@output.register(L.Convolution)
@output.register(L.Unshared)
@output.register(L.Tiled)
@output.register(L.Separable)
def _(layer: L.Convolution | L.Unshared | L.Tiled | L.Separable, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    if isinstance(layer, L.Convolution):
        check_groups(layer.groups, channels, layer.filters)
        check_table(layer, channels)
    check_mode(layer.mode, layer.window.padding, axes)
    places = layer.window.derive(axes)
    if isinstance(layer, L.Tiled):
        check_tiles(layer.tiles, tuple(quantity.value for quantity in places))
    return (given(layer.filters, "K"), *places)


@output.register
def _(layer: L.Transposed, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    check_groups(layer.groups, channels, layer.filters)
    return (given(layer.filters, "K"), *layer.window.derive_undone(axes, to=layer.to))


@output.register
def _(layer: L.Pool, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    check_mode(layer.mode, layer.window.padding, axes)
    return (given(channels, "C"), *layer.window.derive(axes, ceil=layer.ceil))


@output.register
def _(layer: L.Adaptive, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    if len(layer.places) != len(axes):
        raise ShapeError(f"{show(layer.places)} places do not suit {show(arriving[0])}")
    return (given(channels, "C"), *(given(places, "O") for places in layer.places))


@output.register
def _(layer: L.GlobalAverage, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    return (given(channels, "C"), *(given(1, "1") for _ in axes))


@output.register
def _(layer: L.ChannelPool, arriving: Sizes) -> Derived:
    channels, axes = arriving[0][0], arriving[0][1:]
    if channels % layer.channels:
        raise ShapeError(f"{channels} channels do not fall into groups of {layer.channels}")
    return (SHARED_OUT(C=channels, G=layer.channels), *kept((channels, *axes))[1:])


@output.register
def _(layer: L.ChannelPad, arriving: Sizes) -> Derived:
    check_enough(layer.channels, arriving[0][0])
    return (given(layer.channels, "K"), *kept(arriving[0])[1:])


@output.register
def _(layer: L.Linear, arriving: Sizes) -> Derived:
    return tuple(given(number, "K") for number in layer.shape)


@output.register
def _(layer: L.Dense, arriving: Sizes) -> Derived:
    return (given(layer.features, "K"), *kept(arriving[0])[1:])


@output.register
def _(layer: L.Flatten, arriving: Sizes) -> Derived:
    names = [q.rule for q in kept(arriving[0])]
    return (Formula("*".join(names))(**dict(zip(names, arriving[0], strict=True))),)


@output.register
def _(layer: L.LocalResponse, arriving: Sizes) -> Derived:
    split(arriving[0])
    return kept(arriving[0])


@output.register
def _(layer: L.Upsample, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    if layer.to is not None:
        return (given(channels, "C"), *(given(n, "to") for n in layer.to))
    return (given(channels, "C"), *(ENLARGED(N=n, S=layer.factor) for n in axes))


@output.register
def _(layer: L.Crop, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    if len(layer.to) != len(axes) or any(t > n for t, n in zip(layer.to, axes, strict=True)):
        raise ShapeError(f"{show(layer.to)} cannot be cut out of {show(axes)}")
    return (given(channels, "C"), *(given(n, "to") for n in layer.to))


@output.register
def _(layer: L.Pad, arriving: Sizes) -> Derived:
    channels, axes = split(arriving[0])
    check_mode(layer.mode, layer.padding, axes)
    padded = (
        PADDED(N=n, P1=before, P2=after)
        for n, (before, after) in zip(axes, layer.padding, strict=True)
    )
    return (given(channels, "C"), *padded)


@output.register
def _(layer: L.Operation, arriving: Sizes) -> Derived:
    return tuple(given(number, "as computed") for number in layer.size)


@output.register
def _(layer: L.Add, arriving: Sizes) -> Derived:
    if len(set(arriving)) > 1:
        raise ShapeError(f"+ needs equal sizes, found {_factored(arriving)}")
    return kept(arriving[0])


@output.register
def _(layer: L.Concatenate, arriving: Sizes) -> Derived:
    if len({size[1:] for size in arriving}) > 1:
        raise ShapeError(f"| needs equal sizes but for the channels, found {_factored(arriving)}")
    names = [f"C{number}" for number in range(1, len(arriving) + 1)]
    channels = dict(zip(names, (size[0] for size in arriving), strict=True))
    return (Formula(" + ".join(names))(**channels), *kept(arriving[0])[1:])


def _factored(sizes: Sizes) -> str:
    return " and ".join(dict.fromkeys(show(size) for size in sizes))


def count(size: Size) -> int:
    """How many numbers a value of this size holds."""
    return prod(size)


def lost(layer: L.Layer, arriving: Sizes) -> Size:
    """How many rows, columns, ... at the end no window of a layer sees because of flooring."""
    if isinstance(layer, L.Transposed) or (isinstance(layer, L.Pool) and layer.ceil):
        return ()
    window = getattr(layer, "window", None)
    return window.lost(arriving[0][1:]) if isinstance(window, Window) else ()


def check_tiling(layer: L.Layer, arriving: Sizes) -> None:
    """Raise a ShapeError where flooring would drop rows or columns."""
    window = getattr(layer, "window", None)
    if not isinstance(window, Window) or not any(lost(layer, arriving)):
        return
    if said := untiled(window, arriving[0][1:]):
        raise ShapeError("\n    ".join(said))
