"""What a layer takes only while it is computed: copies of its input, and halves of its result.

Bytes of one image in float32, beside the values that arrive and leave. At most so many: where one
copy may be gone before the next is made, both are counted.
"""

from functools import singledispatch
from math import prod

from striate.arithmetic.padding import even
from striate.arithmetic.window import Size
from striate.language import layers as L
from striate.planning.memory.framing import frame_of_pool, frame_of_window
from striate.planning.memory.kept import kept
from striate.planning.memory.pieces import There
from striate.planning.memory.values import FLOAT


@singledispatch
def passing(layer: L.Layer, there: There) -> int:
    """The bytes that pass: what the layer would keep of its own in training is made anyway."""
    pieces = kept(layer, there)
    return sum(piece.bytes.value for piece in pieces if piece.each and piece.of == "own")


@passing.register(L.Input)
@passing.register(L.Dropout)
@passing.register(L.BatchNorm)
def _(layer: L.Layer, there: There) -> int:
    return 0


@passing.register
def _(layer: L.Convolution, there: There) -> int:
    frame = frame_of_window(layer.window, layer.mode, there.size)
    return _copies(there.size, frame, layer.mode)


@passing.register(L.Unshared)
@passing.register(L.Tiled)
def _(layer: L.Unshared | L.Tiled, there: There) -> int:
    """The frame, its copy with channels last, and the sums without their bias."""
    frame = frame_of_window(layer.window, layer.mode, there.size, always=True)
    turned = FLOAT * prod(frame)
    return _copies(there.size, frame, layer.mode) + turned + _unbiased(there, bias=layer.bias)


@passing.register
def _(layer: L.Transposed, there: There) -> int:
    """What is sent back, made larger where another size is asked for, then cut and biased."""
    sides = layer.window.padding
    if even(sides):
        return _unbiased(there, bias=layer.bias)
    places = there.size[1:]
    least = prod(n + sum(p) for n, p in zip(layer.window.undone(places), sides, strict=True))
    covered = prod(n + sum(p) for n, p in zip(there.leaving[1:], sides, strict=True))
    back, whole = layer.filters * least, layer.filters * covered
    enlarged = back if covered > least else 0
    if not layer.bias:
        return FLOAT * enlarged
    return FLOAT * max(whole, whole + enlarged - prod(there.leaving))


@passing.register
def _(layer: L.Pool, there: There) -> int:
    frame, native = frame_of_pool(layer, there.size, there.leaving)
    if layer.kind == "average":
        return 0 if native else 3 * FLOAT * prod(frame)
    turned = FLOAT * prod(there.size) if layer.kind == "min" else 0
    copies = 2 if layer.ceil else 1
    framed = max(copies * _framed(there.size, frame), _copies(there.size, frame, layer.mode))
    return turned + framed + 2 * FLOAT * prod(there.leaving)


@passing.register
def _(layer: L.Dense, there: There) -> int:
    """Where the places cannot be read as a list: the copy, and the products without their bias."""
    if there.arriving[0].listed:
        return 0
    return FLOAT * prod(there.size) + _unbiased(there, bias=layer.bias)


@passing.register
def _(layer: L.Pad, there: There) -> int:
    return _copies(there.size, there.leaving, layer.mode) - _framed(there.size, there.leaving)


@passing.register
def _(layer: L.Add, there: There) -> int:
    """The sum of the first two, if there are more."""
    return FLOAT * prod(there.leaving) if len(there.arriving) > 2 else 0


def passing_once(layer: L.Layer, there: There) -> int:
    """The bytes that pass whatever the batch, when a network is only run."""
    if isinstance(layer, L.BatchNorm):
        return 0
    return sum(piece.bytes.value for piece in kept(layer, there) if not piece.each)


def passing_back(layer: L.Layer, there: There) -> int:
    """The bytes that pass on the way back: a gradient for each copy that was made of the input."""
    match layer:
        case L.Activation() | L.Linear() | L.Adaptive() | L.Operation():
            return 0
        case L.ChannelPool():
            return FLOAT * prod(there.size)
        case L.Crop(to) if len(to) > 1:
            return FLOAT * prod((*there.leaving[:2], *there.size[2:]))
        case L.Pool():
            frame, native = frame_of_pool(layer, there.size, there.leaving)
            turned = FLOAT * prod(there.size) if layer.kind == "min" else 0
            return 0 if native and not turned else turned + 2 * _framed(there.size, frame)
        case _:
            return passing(layer, there)


def _framed(size: Size, frame: Size) -> int:
    return FLOAT * prod(frame) if frame != size else 0


def _copies(size: Size, frame: Size, mode: L.PaddingMode) -> int:
    """The bytes of a frame; one that repeats pixels is made an axis at a time."""
    steps = 2 if mode in ("edge", "circular") and len(size) > 2 else 1
    return steps * _framed(size, frame)


def _unbiased(there: There, *, bias: bool) -> int:
    return FLOAT * prod(there.leaving) if bias else 0
