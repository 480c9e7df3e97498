"""striate's own functions, which tell of themselves as torch's do: each is a record's equation."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from striate.arithmetic.padding import Sides
from striate.arithmetic.window import Size, Window
from striate.inspection.calls import Call, Meaning, Said, Step
from striate.inspection.meanings.windows import plain_step
from striate.inspection.values import ordered
from striate.language import layers as L


def convolve(
    call: Call,
    x: Tensor,
    weight: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    groups: int = 1,
    table: L.Table | None = None,
    mode: L.PaddingMode = "zeros",
) -> Said:
    """ops.convolve: the weight's shape names the kind."""
    biased, kernel = bias is not None, tuple(weight.shape[2:])
    if table is not None or kernel == window.kernel:
        filters = weight.shape[0] if table is None else len(table)
        layer = L.Convolution(filters, window, groups, table, biased, mode)
        return plain_step(call, layer, x)
    tiles, filters = kernel[: window.rank], weight.shape[0]
    if groups != 1:
        return None
    if tiles == window.places(tuple(x.shape[2:])):
        return plain_step(call, L.Unshared(filters, window, biased, mode), x)
    return plain_step(call, L.Tiled(filters, window, tiles, biased, mode), x)


def connect(
    call: Call,
    x: Tensor,
    weight: Tensor,
    places: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    table: L.Table,
    mode: L.PaddingMode = "zeros",
) -> Said:
    """ops.connect."""
    layer = L.Convolution(len(table), window, 1, table, bias is not None, mode)
    return plain_step(call, layer, x)


def separate(
    call: Call,
    x: Tensor,
    mix: Tensor,
    along: Sequence[Tensor],
    window: Window,
    bias: Tensor | None = None,
    *,
    mode: L.PaddingMode = "zeros",
) -> Said:
    """ops.separate."""
    return plain_step(call, L.Separable(mix.shape[0], window, bias is not None, mode), x)


def transpose(
    call: Call,
    y: Tensor,
    weight: Tensor,
    window: Window,
    bias: Tensor | None = None,
    *,
    to: Size | None = None,
    groups: int = 1,
    mode: L.PaddingMode = "zeros",
) -> Said:
    """ops.transpose with a kernel that is shared."""
    if tuple(weight.shape[2:]) != window.kernel or mode != "zeros":
        return None
    layer = L.Transposed(weight.shape[1] * groups, window, groups, bias is not None, to)
    return plain_step(call, layer, y)


def pool(
    call: Call,
    x: Tensor,
    window: Window,
    kind: L.PoolKind = "max",
    *,
    ceil: bool = False,
    count_padding: bool = True,
    mode: L.PaddingMode = "zeros",
) -> Said:
    """ops.pool."""
    return plain_step(call, L.Pool(kind, window, ceil, mode, count_padding), x)


def pool_channels(call: Call, x: Tensor, channels: int, kind: L.PoolKind = "max") -> Said:
    """ops.pool_channels, of the largest."""
    value = call.value(x)
    layer = L.ChannelPool(channels)
    known = kind == "max" and value is not None and value.plain
    return Step(layer, (x,), ordered(x.ndim - 2)) if known else None


def adaptive(call: Call, x: Tensor, places: Size, kind: L.PoolKind = "average") -> Said:
    """ops.adaptive: to one place it is the global average."""
    one = set(places) == {1} and kind == "average"
    return plain_step(call, L.GlobalAverage() if one else L.Adaptive(tuple(places), kind), x)


def pad(
    call: Call, x: Tensor, sides: Sides, mode: L.PaddingMode = "zeros", value: float = 0.0
) -> Said:
    """ops.pad, with zeros or copies."""
    return plain_step(call, L.Pad(sides, mode), x) if value == 0 else None


def pad_channels(call: Call, x: Tensor, channels: int) -> Said:
    """ops.pad_channels."""
    return plain_step(call, L.ChannelPad(channels), x)


def crop(call: Call, x: Tensor, size: Sequence[int]) -> Said:
    """ops.crop."""
    return plain_step(call, L.Crop(tuple(size)), x)


def _told(*meanings: Any) -> dict[str, Meaning]:
    return {f"striate.{meaning.__name__}": meaning for meaning in meanings}


MEANINGS: Mapping[str, Meaning] = _told(
    convolve, connect, separate, transpose, pool, pool_channels, adaptive, pad, pad_channels, crop
)
