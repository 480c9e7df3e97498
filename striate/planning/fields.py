"""The receptive field after each layer, in pixels of the input."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import singledispatch

from striate.arithmetic.field import Field
from striate.arithmetic.window import Size, Window
from striate.language import layers as L


@singledispatch
def field_after(layer: L.Layer, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    """The field of a layer's units: `size` arrives, `whole` are the axes of the input.

    >>> pool = L.Pool("max", Window.of(2, rank=2, stride=2))
    >>> field_after(pool, [Field.of_pixel(2)], (1, 8, 8), (8, 8)).size
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
    size: Size,
    whole: Size,
) -> Field:
    return arriving[0].through(layer.window)


@field_after.register
def _(layer: L.Transposed, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    return arriving[0].through_transposed(layer.window)


@field_after.register(L.GlobalAverage)
@field_after.register(L.Linear)
def _(layer: L.Layer, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    return Field.whole(whole)


@field_after.register
def _(layer: L.Adaptive, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    axes = size[1:]
    if all(places == 1 for places in layer.places):
        return Field.whole(whole)
    if all(n % places == 0 for n, places in zip(axes, layer.places, strict=True)):
        step = tuple(n // places for n, places in zip(axes, layer.places, strict=True))
        return arriving[0].through(Window.of(step, stride=step))
    return _unevenly(arriving[0], layer.places, axes)


@field_after.register
def _(layer: L.Upsample, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    axes = size[1:]
    places = layer.to or tuple(n * layer.factor for n in axes)
    field = _unevenly(arriving[0], places, axes)
    if layer.mode == "nearest" and layer.to is None:
        return replace(field, size=arriving[0].size, status=arriving[0].status)
    return field


@field_after.register
def _(layer: L.Crop, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    cut = [(n - to) // 2 for n, to in zip(size[1:], layer.to, strict=True)]
    return arriving[0].shifted(cut)


@field_after.register
def _(layer: L.Pad, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    return arriving[0].shifted([-before for before, _ in layer.padding])


@field_after.register(L.Add)
@field_after.register(L.Concatenate)
def _(layer: L.Layer, arriving: Sequence[Field], size: Size, whole: Size) -> Field:
    return Field.join(arriving)


def _unevenly(field: Field, places: Size, axes: Size) -> Field:
    """The field where `axes` units become `places` by steps that are no whole number.

    Each new unit reads at most ceil(step) + 1 old ones, centred at ((i + 1/2)*step - 1/2).
    """
    steps = [Fraction(n, to) for n, to in zip(axes, places, strict=True)]
    reads = [-(-step.numerator // step.denominator) + 1 for step in steps]
    grown = field.through(Window.of(reads))
    return Field(
        grown.size,
        tuple(j * step for j, step in zip(field.stride, steps, strict=True)),
        tuple(
            c + (step - 1) / 2 * j
            for c, step, j in zip(field.offset, steps, field.stride, strict=True)
        ),
        "upper bound",
    )
