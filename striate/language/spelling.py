"""A record spelled as a word of the language: the one canonical way to write each layer."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from striate.arithmetic.window import Size, Window, show
from striate.errors import LanguageError
from striate.language import layers as L
from striate.language.network import Classes

_POOLS = {"max": "POOL", "min": "MINPOOL", "average": "AVGPOOL"}
_PLAIN: Mapping[type[L.Layer], str] = {
    L.Input: "INPUT",
    L.Convolution: "CONV",
    L.Unshared: "UNSHARED",
    L.Tiled: "TILED",
    L.Transposed: "DECONV",
    L.Separable: "SEPARABLE",
    L.Adaptive: "ADAPTIVE",
    L.GlobalAverage: "GAP",
    L.ChannelPool: "CHANNELPOOL",
    L.ChannelPad: "CHANNELPAD",
    L.Linear: "FC",
    L.Dense: "DENSE",
    L.Flatten: "FLATTEN",
    L.BatchNorm: "BN",
    L.LayerNorm: "LAYERNORM",
    L.LocalResponse: "LRN",
    L.Scale: "SCALE",
    L.Dropout: "DROPOUT",
    L.Upsample: "UP",
    L.Crop: "CROP",
    L.Pad: "PAD",
    L.Identity: "ID",
    L.Add: "+",
    L.Concatenate: "|",
}


def word_of(layer: L.Layer) -> str:
    """The word that a record belongs to.

    >>> word_of(L.Activation("relu"))
    'RELU'
    """
    if isinstance(layer, L.Activation):
        return layer.kind.upper()
    if isinstance(layer, L.Operation):
        return layer.name
    return _POOLS[layer.kind] if isinstance(layer, L.Pool) else _PLAIN[type(layer)]


def spell(layer: L.Layer) -> str:
    """A record as it is written, options only where they differ from what a bare word means.

    >>> spell(L.Convolution(6, Window.of(5, rank=2, padding=2)))
    'CONV 6 5x5 pad=2'
    """
    return " ".join(part for part in (word_of(layer), *_rest(layer)) if part)


@singledispatch
def _rest(layer: L.Layer) -> list[str]:
    return []


@_rest.register
def _(layer: L.Operation) -> list[str]:
    raise LanguageError(f"the language has no word for {layer.name}")


@_rest.register
def _(layer: L.Input) -> list[str]:
    return [show(layer.size)]


@_rest.register
def _(layer: L.Convolution) -> list[str]:
    groups = _option("groups", layer.groups, 1)
    connect = "" if layer.connect is None else f"connect={_table(layer.connect)}"
    return [*_kernel(layer.filters, layer.window), groups, connect, *_ends(layer)]


@_rest.register(L.Unshared)
@_rest.register(L.Separable)
def _(layer: L.Unshared | L.Separable) -> list[str]:
    return [*_kernel(layer.filters, layer.window), *_ends(layer)]


@_rest.register
def _(layer: L.Tiled) -> list[str]:
    return [*_kernel(layer.filters, layer.window), f"tiles={_axes(layer.tiles)}", *_ends(layer)]


@_rest.register
def _(layer: L.Transposed) -> list[str]:
    kernel = layer.window.kernel
    to = "" if layer.to is None else f"to={_axes(layer.to)}"
    return [
        _count(layer.filters),
        show(kernel),
        *_steps(layer.window, stride=(1,) * len(kernel)),
        _option("groups", layer.groups, 1),
        _bias(layer.bias),
        to,
    ]


@_rest.register
def _(layer: L.Pool) -> list[str]:
    window = layer.window
    steps = _steps(window, stride=window.kernel)
    ends = [_option("mode", layer.mode, "zeros"), "" if layer.count_padding else "count=no"]
    return [_axes(window.kernel), *steps, *ends, "ceil" * layer.ceil]


@_rest.register
def _(layer: L.Adaptive) -> list[str]:
    return [_axes(layer.places), _option("mode", layer.kind, "average")]


@_rest.register
def _(layer: L.ChannelPool) -> list[str]:
    return [str(layer.channels)]


@_rest.register
def _(layer: L.ChannelPad) -> list[str]:
    return [_count(layer.channels)]


@_rest.register
def _(layer: L.Linear) -> list[str]:
    return ["x".join(map(_count, layer.shape)), _bias(layer.bias)]


@_rest.register
def _(layer: L.Dense) -> list[str]:
    return [_count(layer.features), _bias(layer.bias)]


@_rest.register
def _(layer: L.Activation) -> list[str]:
    return [] if layer.slope is None else [plainly(layer.slope)]


@_rest.register
def _(layer: L.BatchNorm) -> list[str]:
    return [_option("eps", layer.eps, 1e-5)]


@_rest.register
def _(layer: L.LayerNorm) -> list[str]:
    return [_option("eps", layer.eps, 1e-6)]


@_rest.register
def _(layer: L.LocalResponse) -> list[str]:
    options = [("alpha", layer.alpha, 1e-4), ("beta", layer.beta, 0.75), ("k", layer.k, 1.0)]
    return [str(layer.size), *(_option(*option) for option in options)]


@_rest.register
def _(layer: L.Scale) -> list[str]:
    return ["" if layer.start == 1 else plainly(layer.start)]


@_rest.register
def _(layer: L.Dropout) -> list[str]:
    return ["" if layer.rate == 0.5 else plainly(layer.rate)]


@_rest.register
def _(layer: L.Upsample) -> list[str]:
    to = "" if layer.to is None else f"to={_axes(layer.to)}"
    return [str(layer.factor), _option("mode", layer.mode, "nearest"), to]


@_rest.register
def _(layer: L.Crop) -> list[str]:
    return [_axes(layer.to)]


@_rest.register
def _(layer: L.Pad) -> list[str]:
    return [f"pad={_sides(layer.padding)}", _option("mode", layer.mode, "zeros")]


def _kernel(filters: int, window: Window) -> list[str]:
    kernel = window.kernel
    shown = show(kernel)
    return [_count(filters), shown, *_steps(window, stride=(1,) * window.rank)]


def _steps(window: Window, *, stride: Size) -> list[str]:
    return [
        "" if window.stride == stride else f"stride={_axes(window.stride)}",
        f"pad={_sides(window.padding)}" if any(map(any, window.padding)) else "",
        f"dilation={_axes(window.dilation)}" if set(window.dilation) != {1} else "",
    ]


def _ends(layer: L.Convolution | L.Unshared | L.Separable | L.Tiled) -> list[str]:
    return [_bias(layer.bias), _option("mode", layer.mode, "zeros")]


def _bias(bias: bool) -> str:
    return "" if bias else "bias=no"


def _axes(size: Size) -> str:
    return str(min(size)) if len(set(size)) == 1 else show(size)


def _sides(padding: tuple[tuple[int, int], ...]) -> str:
    shown = [str(a) if a == b else f"{a}/{b}" for a, b in padding]
    if len(set(shown)) == 1:
        return shown[0]
    if any("/" in side for side in shown):
        shown = [f"{a}/{b}" for a, b in padding]
    return "x".join(shown)


def _table(table: L.Table) -> str:
    wide = any(channel > 9 for row in table for channel in row)
    separator = "." if wide else ""
    rows = [separator.join(map(str, row)) for row in table]
    if wide:
        rows = [row if "." in row else f"{row}.{row}" for row in rows]
    return "/".join(rows)


def _count(number: int) -> str:
    return "classes" if isinstance(number, Classes) else str(number)


def _option(name: str, value: float | str, default: float | str) -> str:
    if value == default:
        return ""
    return f"{name}={value if isinstance(value, str) else plainly(value)}"


def plainly(value: float | Fraction) -> str:
    """A number in decimals, without an exponent.

    >>> plainly(1e-06), plainly(Fraction(5, 2))
    ('0.000001', '2.5')
    """
    exact = Fraction(str(value)) if isinstance(value, float) else value
    return format(Decimal(exact.numerator) / Decimal(exact.denominator), "f")
