"""Tiled and unshared convolution in torch alone: matrix products of patches, block by block.

Here x is (batch, *pixels, channel), y (batch, *places, filter) and weight (*tiles, *kernel,
channel, filter), as they lie in memory. Unshared, each place has a matrix product of its own; the
patches are copied for as many places at a time as a cache holds. Tiled, each tile is one of
torch's convolutions, over every `tiles`-th place.
"""

from collections.abc import Iterator
from itertools import product
from math import prod

import torch
from torch import Tensor

from striate.arithmetic.window import Size
from striate.ops.geometry import Geometry
from striate.ops.memory import fresh

BLOCK = 1 << 21
"""Bytes of patches that are copied at once."""

Block = tuple[slice, ...]


def correlate(x: Tensor, weight: Tensor, g: Geometry) -> Tensor:
    """What every place adds up: y."""
    y = fresh(x, x.shape[0], *g.places, weight.shape[-1])
    if not g.unshared:
        for tile, pixels, places in _tiles(g):
            kernel = _kernel(weight[tile]).contiguous()
            _first(y[places]).copy_(_convolved(_first(x[pixels]), kernel, g))
        return y
    for block, patches in _patches(x, g):
        result = torch.bmm(patches, _matrices(weight[block], len(patches)))
        at = (slice(None), *block)
        y[at] = result.view(*_sizes(block), *result.shape[1:]).movedim(-2, 0)
    return y


def spread(y: Tensor, weight: Tensor, g: Geometry) -> Tensor:
    """What every pixel adds up of what the windows over it send back: x."""
    x = y.new_zeros(y.shape[0], *g.pixels, weight.shape[-2])
    if not g.unshared:
        for tile, pixels, places in _tiles(g):
            into, kernel = _first(x[pixels]), _kernel(weight[tile]).contiguous()
            into += _derived(_first(y[places]), into, kernel, g, (True, False, False))[0]
        return x
    for block in _blocks(g.places, _bytes(x, g)):
        sent = _by_place(y, block)
        back = torch.bmm(sent, _matrices(weight[block], len(sent)).mT)
        back = back.view(*_sizes(block), len(x), *g.window.kernel, x.shape[-1])
        for tap in product(*map(range, g.window.kernel)):
            x[(slice(None), *_under(block, tap, g))] += back[
                (*_all(g.rank), slice(None), *tap)
            ].movedim(g.rank, 0)
    return x


def collect(x: Tensor, y: Tensor, g: Geometry) -> Tensor:
    """What every weight adds up, over all places that used it: weight."""
    channels, filters = x.shape[-1], y.shape[-1]
    weight = fresh(x, *g.tiles, *g.window.kernel, channels, filters)
    if not g.unshared:
        for tile, pixels, places in _tiles(g):
            into = _kernel(weight[tile])
            given = _first(y[places]), _first(x[pixels]), into.contiguous()
            into.copy_(_derived(*given, g, (False, True, False))[1])
        return weight
    for block, patches in _patches(x, g):
        into = weight[block]
        into.copy_(torch.bmm(patches.mT, _by_place(y, block)).view(into.shape))
    return weight


def _patches(x: Tensor, g: Geometry) -> Iterator[tuple[Block, Tensor]]:
    """Blocks of places, and what their windows see: (place, batch, tap and channel)."""
    seen = x
    for axis, (span, stride) in enumerate(zip(g.window.span, g.window.stride, strict=True), 1):
        seen = seen.unfold(axis, span, stride)
    taps = tuple(slice(None, None, step) for step in g.window.dilation)
    seen = seen[(..., *taps)].movedim(g.rank + 1, -1).movedim(0, g.rank)
    for block in _blocks(g.places, _bytes(x, g)):
        inner = prod(g.window.kernel) * x.shape[-1]
        yield block, seen[block].reshape(prod(_sizes(block)), len(x), inner)


def _blocks(places: Size, each: int) -> Iterator[Block]:
    """Places cut into blocks whose patches, of `each` so many bytes, fit into BLOCK."""
    rows = BLOCK // max(1, each * prod(places[1:]))
    if rows or len(places) == 1:
        rest = tuple(slice(0, n) for n in places[1:])
        for start in range(0, places[0], max(1, rows)):
            yield slice(start, min(start + max(1, rows), places[0])), *rest
        return
    for start in range(places[0]):
        for inner in _blocks(places[1:], each):
            yield slice(start, start + 1), *inner


def _tiles(g: Geometry) -> Iterator[tuple[Size, Block, Block]]:
    """Each tile, the pixels that its windows lie on, and its places, as slices behind the batch."""
    window = g.window
    for tile in product(*map(range, g.tiles)):
        pixels, places = [slice(None)], [slice(None)]
        for axis, first in enumerate(tile):
            count = len(range(first, g.places[axis], g.tiles[axis]))
            begin, step = first * window.stride[axis], window.stride[axis] * g.tiles[axis]
            pixels.append(slice(begin, begin + (count - 1) * step + window.span[axis]))
            places.append(slice(first, None, g.tiles[axis]))
        yield tile, tuple(pixels), tuple(places)


def _convolved(x: Tensor, kernel: Tensor, g: Geometry) -> Tensor:
    stride, nothing = _steps(g), [0] * g.rank
    return torch.convolution(x, kernel, None, stride, nothing, g.window.dilation, False, nothing, 1)


def _derived(
    y: Tensor, x: Tensor, kernel: Tensor, g: Geometry, wanted: tuple[bool, bool, bool]
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a convolution for its input and its weight, as far as they are wanted."""
    stride, nothing = _steps(g), [0] * g.rank
    return torch.ops.aten.convolution_backward(
        y, x, kernel, None, stride, nothing, g.window.dilation, False, nothing, 1, wanted
    )


def _steps(g: Geometry) -> list[int]:
    return [s * t for s, t in zip(g.window.stride, g.tiles, strict=True)]


def _under(block: Block, tap: Size, g: Geometry) -> Block:
    """The pixels that lie under one tap of the windows of a block."""
    cut: list[slice] = []
    for axis, places in enumerate(block):
        stride = g.window.stride[axis]
        begin = places.start * stride + tap[axis] * g.window.dilation[axis]
        cut.append(slice(begin, begin + (places.stop - places.start - 1) * stride + 1, stride))
    return tuple(cut)


def _by_place(y: Tensor, block: Block) -> Tensor:
    """A block of y as matrices (place, batch, filter)."""
    cut = y[(slice(None), *block)].movedim(0, -2)
    return cut.reshape(prod(_sizes(block)), *cut.shape[-2:])


def _matrices(weight: Tensor, places: int) -> Tensor:
    """Kernels as matrices (place, tap and channel, filter)."""
    return weight.reshape(places, weight.numel() // (places * weight.shape[-1]), weight.shape[-1])


def _kernel(weight: Tensor) -> Tensor:
    """One tile's kernels, seen as torch has them: (filter, channel, *kernel)."""
    return weight.movedim(-2, 0).movedim(-1, 0)


def _first(x: Tensor) -> Tensor:
    return x.movedim(-1, 1)


def _bytes(x: Tensor, g: Geometry) -> int:
    """What the patch of one place takes, in all images."""
    return len(x) * prod(g.window.kernel) * x.shape[-1] * x.element_size()


def _sizes(block: Block) -> Size:
    return tuple(part.stop - part.start for part in block)


def _all(count: int) -> Block:
    return (slice(None),) * count
