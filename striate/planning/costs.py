"""What a layer costs: parameters, products and bias additions, each with its working.

Products are multiplications, one for each kernel weight at each output position, as the lectures
count; bias additions are counted apart. Normalisation, pooling and activations count none.
"""

from dataclasses import dataclass
from functools import singledispatch

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.window import Size
from striate.language import layers as L
from striate.planning.sizes import Sizes, axis_names, count

NONE = Quantity(0, "none", "0")


@dataclass(frozen=True)
class Costs:
    """The counts of one layer."""

    parameters: Quantity = NONE
    products: Quantity = NONE
    additions: Quantity = NONE


@singledispatch
def costs(layer: L.Layer, arriving: Sizes, leaving: Size) -> Costs:
    """What a layer costs for one image.

    >>> layer = L.Linear((200,))
    >>> print(costs(layer, ((64, 2, 2),), (200,)).parameters)
    (Cin + 1)*Cout = (256 + 1)*200 = 51,400
    """
    return Costs()


def _numbers(letter: str, sizes: Size) -> dict[str, int]:
    return dict(zip(axis_names(letter, len(sizes)), sizes, strict=True))


def _times(*names: str) -> str:
    return "*".join(names)


def _counted(
    weights: str, uses: str, biases: str, added: str, numbers: dict[str, int], *, bias: bool
) -> Costs:
    """Costs from four rules: weights, products, biases, and additions of a bias."""
    return Costs(
        Formula(f"{weights} + {biases}" if bias else weights)(**numbers),
        Formula(uses)(**numbers),
        Formula(added)(**numbers) if bias else NONE,
    )


@costs.register
def _(layer: L.Convolution, arriving: Sizes, leaving: Size) -> Costs:
    kernel, places = _numbers("F", layer.window.kernel), _numbers("O", leaving[1:])
    numbers = {**kernel, **places, "Cin": arriving[0][0], "Cout": layer.filters}
    if layer.connect is not None:
        weights = _times(*kernel, "T")
        numbers["T"] = sum(len(row) for row in layer.connect)
        uses, added = _times(*places, weights), _times(*places, "Cout")
        return _counted(weights, uses, "Cout", added, numbers, bias=layer.bias)
    one = _times(*kernel, "Cin" if layer.groups == 1 else "Cin/G")
    numbers["G"] = layer.groups
    rule = f"({one} + 1)*Cout" if layer.bias else f"{one}*Cout"
    return Costs(
        Formula(rule)(**numbers),
        Formula(f"{_times(*places)}*{one}*Cout")(**numbers),
        Formula(_times(*places, "Cout"))(**numbers) if layer.bias else NONE,
    )


@costs.register
def _(layer: L.Unshared, arriving: Sizes, leaving: Size) -> Costs:
    kernel, places = _numbers("F", layer.window.kernel), _numbers("O", leaving[1:])
    numbers = {**kernel, **places, "Cin": arriving[0][0], "Cout": layer.filters}
    weights, units = _times(*places, *kernel, "Cin", "Cout"), _times(*places, "Cout")
    return _counted(weights, weights, units, units, numbers, bias=layer.bias)


@costs.register
def _(layer: L.Tiled, arriving: Sizes, leaving: Size) -> Costs:
    kernel, places = _numbers("F", layer.window.kernel), _numbers("O", leaving[1:])
    tiles = _numbers("T", layer.tiles)
    numbers = {**kernel, **places, **tiles, "Cin": arriving[0][0], "Cout": layer.filters}
    one = _times(*kernel, "Cin", "Cout")
    return _counted(
        _times(*tiles, one),
        _times(*places, one),
        _times(*tiles, "Cout"),
        _times(*places, "Cout"),
        numbers,
        bias=layer.bias,
    )


@costs.register
def _(layer: L.Transposed, arriving: Sizes, leaving: Size) -> Costs:
    kernel, places = _numbers("F", layer.window.kernel), _numbers("N", arriving[0][1:])
    numbers = {**kernel, **places, "Cin": arriving[0][0], "Cout": layer.filters, "G": layer.groups}
    numbers |= _numbers("O", leaving[1:])
    weights = _times(*kernel, "Cin", "Cout" if layer.groups == 1 else "Cout/G")
    added = _times(*_numbers("O", leaving[1:]), "Cout")
    return _counted(weights, _times(*places, weights), "Cout", added, numbers, bias=layer.bias)


@costs.register
def _(layer: L.Separable, arriving: Sizes, leaving: Size) -> Costs:
    kernel, places = _numbers("F", layer.window.kernel), _numbers("O", leaving[1:])
    steps = [_numbers("M" * (n + 1), size) for n, size in enumerate(between(layer, arriving[0]))]
    numbers = {**kernel, **places, "Cin": arriving[0][0], "Cout": layer.filters}
    uses = [_times(*_numbers("N", arriving[0][1:]), "Cin")]
    numbers |= _numbers("N", arriving[0][1:])
    for name, step in zip(kernel, steps, strict=True):
        numbers |= step
        uses.append(_times(*step, name))
    return _counted(
        f"(Cin + {' + '.join(kernel)})*Cout",
        f"({' + '.join(uses)})*Cout",
        "Cout",
        _times(*places, "Cout"),
        numbers,
        bias=layer.bias,
    )


def between(layer: L.Separable, arriving: Size) -> list[Size]:
    """The sizes after each of the 1-D convolutions of a separable one."""
    whole = layer.window.places(arriving[1:])
    return [(*whole[: axis + 1], *arriving[axis + 2 :]) for axis in range(len(whole))]


@costs.register
def _(layer: L.Linear, arriving: Sizes, leaving: Size) -> Costs:
    numbers = {"Cin": count(arriving[0]), "Cout": count(layer.shape)}
    rule = "(Cin + 1)*Cout" if layer.bias else "Cin*Cout"
    return Costs(
        Formula(rule)(**numbers),
        Formula("Cin*Cout")(**numbers),
        Formula("Cout")(**numbers) if layer.bias else NONE,
    )


@costs.register
def _(layer: L.Dense, arriving: Sizes, leaving: Size) -> Costs:
    places = _numbers("O", leaving[1:])
    numbers = {**places, "Cin": arriving[0][0], "Cout": layer.features}
    rule = "(Cin + 1)*Cout" if layer.bias else "Cin*Cout"
    return Costs(
        Formula(rule)(**numbers),
        Formula(_times(*places, "Cin", "Cout"))(**numbers),
        Formula(_times(*places, "Cout"))(**numbers) if layer.bias else NONE,
    )


@costs.register(L.BatchNorm)
@costs.register(L.LayerNorm)
def _(layer: L.BatchNorm | L.LayerNorm, arriving: Sizes, leaving: Size) -> Costs:
    return Costs(Formula("2*C")(C=arriving[0][0]))


@costs.register
def _(layer: L.Scale, arriving: Sizes, leaving: Size) -> Costs:
    return Costs(Formula("C")(C=arriving[0][0]))


@costs.register
def _(layer: L.Operation, arriving: Sizes, leaving: Size) -> Costs:
    parameters, products = (
        Quantity(n, "as counted", str(n)) if n else NONE for n in (layer.parameters, layer.products)
    )
    if layer.products is None:
        products = Quantity(0, "unknown", "0", "unknown")
    return Costs(parameters, products)


@costs.register
def _(layer: L.Activation, arriving: Sizes, leaving: Size) -> Costs:
    return Costs(Quantity(1, "one slope", "1")) if layer.kind == "prelu" else Costs()


def bytes_of(size: Size) -> Quantity:
    """The memory of one value of this size, in float32."""
    names = ["C", *axis_names("O", len(size) - 1)] if size else []
    return Formula(_times("4", *names))(**dict(zip(names, size, strict=True)))
