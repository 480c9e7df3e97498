"""What the backward pass needs of each layer, and training therefore keeps: a rule for each record.

The rules are those of torch's derivatives, on a CPU and in float32, as `saved_tensors_hooks` shows
them. A layer keeps its input or its result, which others may keep as well, or something of its own.
"""

from dataclasses import replace
from functools import singledispatch
from math import prod

from striate.arithmetic.padding import Sides
from striate.arithmetic.window import Size
from striate.language import layers as L
from striate.planning.costs import between
from striate.planning.memory.framing import frame_of_pool, frame_of_window, separated
from striate.planning.memory.pieces import Kept, There, input_of, named, own, result_of, whole
from striate.planning.sizes import axis_names

_RESULT = {"relu", "tanh", "sigmoid"}
"""Activations whose derivative is read off their result."""

_RESULT_IN_PLACE = {*_RESULT, "leakyrelu", "elu", "selu"}
"""Those that know it of their result if their input is gone; the others copy the input first."""

_BY_DEVICE = {
    *("lstm", "gru", "rnn_tanh", "rnn_relu"),
    *("scaled_dot_product_attention", "multi_head_attention_forward"),
}
"""Operations that keep what the kernel of a device wants, and no other does."""


@singledispatch
def kept(layer: L.Layer, there: There) -> tuple[Kept, ...]:
    """What training keeps of a layer for the way back.

    >>> from striate.planning.memory.values import Value
    >>> arriving = Value(0, 32 * 64, (32, 8, 8), (64, 8, 1), learns=True)
    >>> for piece in kept(L.BatchNorm(), There((arriving,), (32, 8, 8))):
    ...     print(piece.what, piece.bytes)
    its input 4*C*Nh*Nw = 4*32*8*8 = 8,192
    mean and deviation of each channel 4*2*C = 4*2*32 = 256
    """
    return ()


def _framed(there: There, frame: Size, *, mirrored: bool) -> tuple[Kept, ...]:
    """What a window reads: its input, or a copy of it in a frame; mirrored, the input as well."""
    if frame == there.size:
        return (input_of(there),)
    before = (input_of(there),) if mirrored and there.arriving[0].learns else ()
    return (*before, own("its input in its frame", "4", named(frame, "C", "M")))


def _mirrors(mode: L.PaddingMode, sides: Sides) -> bool:
    return mode == "reflect" and any(map(any, sides))


@kept.register
def _(layer: L.Convolution, there: There) -> tuple[Kept, ...]:
    frame = frame_of_window(layer.window, layer.mode, there.size)
    mirrored = _mirrors(layer.mode, layer.window.padding)
    pieces = _framed(there, frame, mirrored=mirrored)
    if layer.connect is None:
        return pieces
    kernel = dict(zip(axis_names("F", layer.window.rank), layer.window.kernel, strict=True))
    dense = {"C": there.size[0], "K": layer.filters, **kernel}
    made = Kept("the table's kernels among zeros", "*".join(["4", *dense]), dense, each=False)
    return (*pieces, made)


@kept.register(L.Unshared)
@kept.register(L.Tiled)
def _(layer: L.Unshared | L.Tiled, there: There) -> tuple[Kept, ...]:
    frame = frame_of_window(layer.window, layer.mode, there.size, always=True)
    mirrored = _mirrors(layer.mode, layer.window.padding)
    pieces = list(_framed(there, frame, mirrored=mirrored))
    if isinstance(layer, L.Tiled) and layer.bias:
        names = axis_names("O", layer.window.rank)
        for name, places, tiles in zip(names, there.leaving[1:], layer.tiles, strict=True):
            if places != tiles:
                what = "the tile of each place"
                pieces.append(Kept(what, f"8*{name}", {name: places}, each=False))
    return tuple(pieces)


@kept.register
def _(layer: L.Separable, there: There) -> tuple[Kept, ...]:
    pieces = [input_of(there)]
    sizes = [there.size[1:], *between(layer, there.size)]
    for axis, (size, window) in enumerate(zip(sizes, separated(layer.window), strict=False)):
        value = (layer.filters, *size)
        frame = frame_of_window(window, layer.mode, value)
        if frame == value or layer.mode == "reflect":
            pieces.append(own("a step's input", "4", named(value, "K", "M" * (axis + 1))))
        if frame != value:
            name = "P" * (axis + 1)
            pieces.append(own("a step's input in its frame", "4", named(frame, "K", name)))
    return tuple(pieces)


@kept.register(L.Transposed)
@kept.register(L.Scale)
def _(layer: L.Layer, there: There) -> tuple[Kept, ...]:
    return (input_of(there),)


@kept.register
def _(layer: L.Pool, there: There) -> tuple[Kept, ...]:
    frame, native = frame_of_pool(layer, there.size, there.leaving)
    mirrored = _mirrors(layer.mode, layer.window.padding)
    if layer.kind == "average" and not native:
        counts = named(there.leaving, "C", "O")
        del counts["C"]
        divisors = Kept("how many each window sees", "*".join(["4", *counts]), counts, each=False)
        return (input_of(there), divisors) if mirrored else (divisors,)
    if layer.kind == "average":
        return (input_of(there),)
    return (*_compared(there, layer.kind, frame, mirrored=mirrored), _places(there, layer.kind))


def _places(there: There, kind: L.PoolKind) -> Kept:
    return own(f"the place of each {kind}imum", "8", named(there.leaving, "C", "O"))


def _compared(there: There, kind: L.PoolKind, frame: Size, *, mirrored: bool) -> tuple[Kept, ...]:
    """What a maximum is taken of: for a minimum it is the negative of the input."""
    if kind == "max":
        return _framed(there, frame, mirrored=mirrored)
    negative = own("its negative", "4", named(there.size))
    if frame == there.size:
        return (negative,)
    framed = own("its negative in its frame", "4", named(frame, "C", "M"))
    return (negative, framed) if mirrored else (framed,)


@kept.register
def _(layer: L.Adaptive, there: There) -> tuple[Kept, ...]:
    if layer.kind == "average":
        return () if set(layer.places) == {1} else (input_of(there),)
    return (*_compared(there, layer.kind, there.size, mirrored=False), _places(there, layer.kind))


@kept.register
def _(layer: L.ChannelPool, there: There) -> tuple[Kept, ...]:
    return (own("the channel of each", "8", named(there.leaving, "K", "O")),)


@kept.register(L.Linear)
@kept.register(L.Dense)
def _(layer: L.Linear | L.Dense, there: There) -> tuple[Kept, ...]:
    value = there.arriving[0]
    shared = value.listed if isinstance(layer, L.Dense) else value.flattens
    if shared:
        return (input_of(there),)
    copy = own("a copy of its input, in another order", "4", named(there.size))
    if shared is False:
        return (copy,)
    copy = replace(copy, status="upper bound")
    return (copy,) if value.numbers == prod(value.size) else (input_of(there), copy)


@kept.register
def _(layer: L.Activation, there: There) -> tuple[Kept, ...]:
    results = _RESULT_IN_PLACE if there.overwrites else _RESULT
    if layer.kind in results:
        return (result_of(there),)
    if there.overwrites:
        return (own("a copy of its input", "4", named(there.size)),)
    return (input_of(there),)


@kept.register
def _(layer: L.BatchNorm, there: There) -> tuple[Kept, ...]:
    channels = {"C": there.size[0]}
    what = "mean and deviation of each channel"
    return (input_of(there), Kept(what, "4*2*C", channels, each=False))


@kept.register
def _(layer: L.LayerNorm, there: There) -> tuple[Kept, ...]:
    places = named(there.size)
    del places["C"]
    return (input_of(there), own("mean and deviation of each place", "4*2", places))


@kept.register
def _(layer: L.LocalResponse, there: There) -> tuple[Kept, ...]:
    numbers = named(there.size)
    places = list(numbers)[1:]
    frame = "*".join(["4", "(C + n - 1)", *places])
    return (
        input_of(there),
        Kept("the squares in their frame", frame, {**numbers, "n": layer.size}),
        own("the energy", "4", numbers),
        own("its power", "4", numbers),
    )


@kept.register
def _(layer: L.Dropout, there: There) -> tuple[Kept, ...]:
    if layer.rate == 0:
        return ()
    return (own("the noise (on a GPU a byte for each unit)", "4", named(there.size)),)


@kept.register
def _(layer: L.Pad, there: There) -> tuple[Kept, ...]:
    return (input_of(there),) if _mirrors(layer.mode, layer.padding) else ()


@kept.register
def _(layer: L.Operation, there: There) -> tuple[Kept, ...]:
    status = "unknown" if layer.reason or layer.name in _BY_DEVICE else "exact"
    pieces = [Kept("as measured in the module", "V", {"V": layer.kept}, status=status)]
    for source in layer.holds:
        if source < 0:
            pieces.append(result_of(there))
        else:
            value = there.arriving[source]
            pieces.append(whole(value, "its input", source=source, mark=str(source + 1)))
    return tuple(pieces if layer.kept else pieces[1:])
