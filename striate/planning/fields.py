"""The receptive field after each layer, in pixels of the input."""

from collections.abc import Sequence
from functools import singledispatch

from striate.arithmetic.field import Field
from striate.arithmetic.reach import Reach
from striate.arithmetic.window import Size
from striate.language import layers as L


@singledispatch
def field_after(layer: L.Layer, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    """The field of a layer's units; `units` arrive along each axis, and see `whole`.

    >>> from striate.arithmetic import Window
    >>> pool = L.Pool("max", Window.of(2, rank=2, stride=2))
    >>> field_after(pool, [Field.of_pixel(2)], (8, 8), Field.whole((8, 8))).size
    (2, 2)
    """
    return arriving[0]


@field_after.register(L.Convolution)
@field_after.register(L.Unshared)
@field_after.register(L.Tiled)
@field_after.register(L.Separable)
@field_after.register(L.Pool)
def _(
    layer: L.Convolution | L.Unshared | L.Tiled | L.Separable | L.Pool,
    arriving: Sequence[Field],
    units: Size,
    image: Size,
) -> Field:
    return arriving[0].through(layer.window)


@field_after.register
def _(layer: L.Transposed, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    return arriving[0].through_transposed(layer.window)


@field_after.register(L.GlobalAverage)
@field_after.register(L.Linear)
def _(layer: L.Layer, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    return whole


@field_after.register
def _(layer: L.Adaptive, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    if set(layer.places) == {1}:
        return whole
    return arriving[0].resized(units, layer.places, Reach.of_bins)


@field_after.register
def _(layer: L.Upsample, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    places = layer.to or tuple(n * layer.factor for n in units)
    enlarged = Reach.of_linear if layer.mode == "linear" else Reach.of_nearest
    return arriving[0].resized(units, places, enlarged)


@field_after.register
def _(layer: L.Crop, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    return arriving[0].shifted([(n - to) // 2 for n, to in zip(units, layer.to, strict=True)])


@field_after.register
def _(layer: L.Pad, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    return arriving[0].shifted([-before for before, _ in layer.padding])


@field_after.register(L.Add)
@field_after.register(L.Concatenate)
def _(layer: L.Layer, arriving: Sequence[Field], units: Size, whole: Field) -> Field:
    return Field.join(arriving)
