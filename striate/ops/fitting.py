"""Whether the operands of a convolution fit each other: judged once for each set of shapes.

What the planner knows it says, in its own words; what it cannot know, because the text has no
tensors, is said here.
"""

from functools import lru_cache

import torch
from torch import Tensor

from striate.arithmetic.window import Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.ops.checking import check, check_choice, check_count, check_real
from striate.ops.padding import MODES
from striate.planning.checks import check_groups

Shapes = tuple[Size, Size, Size | None]


def check_convolution(
    operands: tuple[Tensor, Tensor, Tensor | None],
    window: Window,
    groups: int,
    mode: L.PaddingMode,
) -> None:
    """Raise an error where x, weight and bias do not make a convolution."""
    check_alike(*operands)
    if not torch.compiler.is_compiling():
        _judge_convolution(_shapes(*operands), window, groups, mode)


def check_transposition(
    operands: tuple[Tensor, Tensor, Tensor | None],
    window: Window,
    groups: int,
    mode: L.PaddingMode,
    to: Size | None,
) -> None:
    """Raise an error where y, weight and bias do not make a transposed convolution."""
    check_alike(*operands)
    if not torch.compiler.is_compiling():
        _judge_transposition(_shapes(*operands), window, groups, mode, to)


@lru_cache(maxsize=4096)
def _judge_convolution(shapes: Shapes, window: Window, groups: int, mode: L.PaddingMode) -> None:
    x, weight, bias = shapes
    check_choice("mode", mode, MODES)
    _check_weight(weight, window)
    filters, tiles = weight[0], weight[2 : -window.rank]
    if tiles:
        check(L.Tiled(filters, window, tiles, mode=mode), x)
    else:
        check(L.Convolution(filters, window, groups, mode=mode), x)
    _check_depth(weight, x[1], groups)
    _check_bias(bias, filters, window.rank)


@lru_cache(maxsize=4096)
def _judge_transposition(
    shapes: Shapes, window: Window, groups: int, mode: L.PaddingMode, to: Size | None
) -> None:
    y, weight, bias = shapes
    check_choice("mode", mode, MODES)
    _check_weight(weight, window)
    channels = weight[1] * groups
    check(L.Transposed(channels, window, groups, to=to), y)
    _check_depth((weight[1], weight[0]), y[1], 1)
    _check_bias(bias, channels, window.rank)


def check_alike(x: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    """Values, weight and bias are of one type, as under autocast they need not, on one device."""
    check_real(x, weight)
    for name, other in (("weight", weight), ("bias", bias)):
        if other is None:
            continue
        if x.dtype != other.dtype and not casts(x):
            raise OptionError(
                f"the values are {x.dtype} and the {name} {other.dtype}",
                help=[f"bring them to one type: x.to({name}.dtype)"],
            )
        if x.device != other.device:
            raise OptionError(
                f"the values are on {x.device} and the {name} on {other.device}",
                help=[f"bring them to one device: x.to({name}.device)"],
            )


def casts(x: Tensor) -> bool:
    """Whether autocast is on where a tensor is."""
    kind = x.device.type
    return torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)


def _shapes(x: Tensor, weight: Tensor, bias: Tensor | None) -> Shapes:
    return tuple(x.shape), tuple(weight.shape), None if bias is None else tuple(bias.shape)


def _check_weight(weight: Size, window: Window) -> None:
    """The weight ends in the axes of the window's kernel."""
    rank = window.rank
    if len(weight) not in (2 + rank, 2 + 2 * rank) or weight[-rank:] != window.kernel:
        raise ShapeError(
            f"a weight of {show(weight)} does not suit a window of {show(window.kernel)}",
            help=[
                f"shared: filters x channels x {show(window.kernel)}",
                f"tiled or unshared: filters x channels x tiles x {show(window.kernel)}",
            ],
        )
    if 0 in weight:
        raise ShapeError(f"a weight of {show(weight)} is empty")


def _check_depth(weight: Size, channels: int, groups: int) -> None:
    """A filter is as deep as the channels that its group sees."""
    check_count("groups", groups)
    check_groups(groups, channels, weight[0])
    if weight[1] * groups != channels:
        seen = f"{channels} channels" + (f" in {groups} groups" if groups > 1 else "")
        raise ShapeError(
            f"filters of depth {weight[1]} do not fit {seen}",
            help=[f"give them depth {channels // groups}"],
        )


def _check_bias(bias: Size | None, filters: int, rank: int) -> None:
    """A bias is one number for each filter, and may have tiles or places behind that."""
    if bias is not None and (len(bias) not in (1, 1 + rank) or bias[0] != filters):
        raise ShapeError(
            f"a bias of {show(bias)} does not suit {filters} filters",
            help=[f"one for each filter: {filters}", f"or with tiles or places: {filters}x..."],
        )
