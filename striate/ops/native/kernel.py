"""Calling the compiled kernel with tensors that lie as it needs them."""

import ctypes
from functools import cache, lru_cache
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from striate.arithmetic.window import Size
from striate.ops.geometry import Geometry
from striate.ops.memory import fresh
from striate.ops.native.building import load

_SUMS = ("correlate", "spread", "collect")
_TYPES = {torch.float32: "float32", torch.float64: "float64"}
_AXES = 3
MOST_TAPS = 4096
"""The kernel keeps a few numbers for each tap on the stack of a thread."""

Numbers = ctypes.Array[ctypes.c_int64]


def takes(value: Tensor, g: Geometry) -> bool:
    """Whether the compiled kernel is there and can work on such values."""
    return (
        value.device.type == "cpu"
        and value.dtype in _TYPES
        and g.rank <= _AXES
        and prod(g.window.kernel) <= MOST_TAPS
        and library() is not None
    )


def correlate(x: Tensor, weight: Tensor, g: Geometry) -> Tensor:
    """What every place adds up: (batch, *places, filter)."""
    y = fresh(x, len(x), *g.places, weight.shape[-1])
    return _call("correlate", x, weight, y, _numbers(*_counts(x, y), g))


def spread(y: Tensor, weight: Tensor, g: Geometry) -> Tensor:
    """What every pixel adds up of what the windows over it send back: (batch, *pixels, channel)."""
    x = fresh(y, len(y), *g.pixels, weight.shape[-2])
    return _call("spread", y, weight, x, _numbers(*_counts(x, y), g))


def collect(x: Tensor, y: Tensor, g: Geometry) -> Tensor:
    """What every weight adds up: (*tiles, *kernel, channel, filter)."""
    weight = fresh(x, *g.tiles, *g.window.kernel, x.shape[-1], y.shape[-1])
    return _call("collect", x, y, weight, _numbers(*_counts(x, y), g))


@cache
def library() -> ctypes.CDLL | None:
    """The compiled library with the types of its functions, or None."""
    found = load()
    for name in (f"{name}_{kind}" for name in _SUMS for kind in _TYPES.values()):
        if found is not None:
            getattr(found, name).argtypes = (*[ctypes.c_void_p] * 4, ctypes.c_int)
            getattr(found, name).restype = None
    return found


def name() -> str:
    """What computes, in a word: the bits that come out depend on it."""
    found = library()
    return "torch alone" if found is None else Path(found._name).stem


def _call(name: str, first: Tensor, second: Tensor, to: Tensor, numbers: Numbers) -> Tensor:
    found = library()
    assert found is not None
    assert first.is_contiguous()
    assert second.is_contiguous()
    if not (first.numel() and second.numel()):
        return to.zero_()
    run = getattr(found, f"{name}_{_TYPES[to.dtype]}")
    run(numbers, first.data_ptr(), second.data_ptr(), to.data_ptr(), torch.get_num_threads())
    return to


def _counts(x: Tensor, y: Tensor) -> tuple[int, int, int]:
    return len(x), x.shape[-1], y.shape[-1]


@lru_cache(maxsize=4096)
def _numbers(images: int, channels: int, filters: int, g: Geometry) -> Numbers:
    """As the kernel takes them: three axes, those that are missing 1 and in front."""
    axes: tuple[Size, ...] = (g.pixels, g.places, g.window.kernel)
    axes += (g.window.stride, g.window.dilation, g.tiles)
    padded = [number for axis in axes for number in (*(1,) * (_AXES - len(axis)), *axis)]
    numbers = [images, channels, filters, *padded]
    return (ctypes.c_int64 * len(numbers))(*numbers)
