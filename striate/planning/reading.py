"""What each unit of a layer reads of what arrives: the one description behind fields and regions.

The same place, all there is, or along each axis what a reach says; the padding tells of which
pixels places outside are copies. A unit is one place of a layer, with all its channels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Literal

from striate.arithmetic.field import endless, reaches
from striate.arithmetic.padding import Sides
from striate.arithmetic.reach import LONGEST, Reach
from striate.arithmetic.window import Size, Window
from striate.language import layers as L


@dataclass(frozen=True)
class Reading:
    """Where a unit reads: the same `place`, `all`, a `stretch` of each axis, or `unknown`.

    `partly` if some channels are not read at all: what is seen through them alone is not seen.
    """

    where: Literal["place", "all", "stretch", "unknown"]
    axes: tuple[Reach, ...] = ()
    padding: Sides = ()
    mode: L.PaddingMode = "zeros"
    partly: bool = False
    reason: str = ""


PLACE = Reading("place")
ALL = Reading("all")
ENDLESS = Reading("unknown", reason="its units see in a pattern that is too long to follow")


@singledispatch
def reading(layer: L.Layer, arriving: Size, leaving: Size) -> Reading:
    """What a unit of a layer reads of a value of one size, to give one of another.

    >>> window = Window.of(3, rank=2, stride=2, padding=1)
    >>> reading(L.Pool("max", window), (8, 9, 9), (8, 5, 5)).axes[0].of(2)
    (3, 5)
    """
    return PLACE


def _stretch(*axes: Reach) -> Reading:
    return Reading("stretch", axes)


def _slid(window: Window, mode: L.PaddingMode = "zeros") -> Reading:
    return Reading("stretch", reaches(window), window.padding, mode)


@reading.register(L.Unshared)
@reading.register(L.Tiled)
@reading.register(L.Separable)
@reading.register(L.Pool)
def _(layer: L.Unshared | L.Tiled | L.Separable | L.Pool, arriving: Size, leaving: Size) -> Reading:
    return _slid(layer.window, layer.mode)


@reading.register
def _(layer: L.Convolution, arriving: Size, leaving: Size) -> Reading:
    slid = _slid(layer.window, layer.mode)
    read = {channel for row in layer.connect or () for channel in row}
    partly = layer.connect is not None and len(read) < arriving[0]
    return Reading("stretch", slid.axes, slid.padding, slid.mode, partly)


@reading.register
def _(layer: L.Transposed, arriving: Size, leaving: Size) -> Reading:
    if max(layer.window.stride) > LONGEST:
        return ENDLESS
    return _stretch(*reaches(layer.window, transposed=True))


@reading.register(L.GlobalAverage)
@reading.register(L.Linear)
def _(layer: L.Layer, arriving: Size, leaving: Size) -> Reading:
    return ALL


@reading.register(L.Dense)
@reading.register(L.LayerNorm)
@reading.register(L.ChannelPool)
def _(layer: L.Layer, arriving: Size, leaving: Size) -> Reading:
    """Over the channels of a place; where none are left, over all features."""
    if len(arriving) > 1:
        return PLACE
    return Reading("all", partly=isinstance(layer, L.ChannelPool))


@reading.register
def _(layer: L.Adaptive, arriving: Size, leaving: Size) -> Reading:
    if set(layer.places) == {1}:
        return ALL
    return _resized(Reach.of_bins, arriving[1:], leaving[1:])


@reading.register
def _(layer: L.Upsample, arriving: Size, leaving: Size) -> Reading:
    enlarged = Reach.of_linear if layer.mode == "linear" else Reach.of_nearest
    return _resized(enlarged, arriving[1:], leaving[1:])


@reading.register
def _(layer: L.Crop, arriving: Size, leaving: Size) -> Reading:
    return _shifted([(n - to) // 2 for n, to in zip(arriving[1:], layer.to, strict=True)])


@reading.register
def _(layer: L.Pad, arriving: Size, leaving: Size) -> Reading:
    shifted = _shifted([-before for before, _ in layer.padding])
    return Reading("stretch", shifted.axes, layer.padding, layer.mode)


@reading.register
def _(layer: L.Operation, arriving: Size, leaving: Size) -> Reading:
    match layer.reads:
        case "places":
            return PLACE
        case "all":
            return ALL
        case "unknown":
            return Reading("unknown", reason="" if layer.reason else "it may read any place")
        case axes:
            return _stretch(*axes)


def _resized(each: Callable[[int, int], Reach], units: Size, to: Size) -> Reading:
    if any(map(endless, units, to)):
        return ENDLESS
    return _stretch(*map(each, units, to))


def _shifted(by: list[int]) -> Reading:
    return _stretch(*(Reach(((cut, cut),), 1) for cut in by))
