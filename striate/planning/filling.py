"""From a word of the text to its record: what was left out is filled with what people expect.

CONV 3x3 same with 32 filters (doubling after each POOL), POOL 2, stride of a pool its kernel,
DECONV 2x2 stride 2, UP 2, FC 128, CHANNELPAD twice as many as arrive. A written kernel means
padding 0 and, but for a pool, stride 1.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from striate.arithmetic.window import Window, show
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.tree import Listing
from striate.language.words import ACTIVATIONS
from striate.planning.given import Given


def fill(given: Given) -> L.Layer:
    """The record of a word."""
    if given.word in ACTIVATIONS:
        slope = given.real("slope", 0.01) if given.word == "LEAKYRELU" else None
        return L.Activation(given.word.lower(), slope)
    return _FILLERS[given.word](given)


def table(text: str, folder: Path) -> L.Table:
    """A connection table: 012/123 (or 0.10.11/3), or a file with a line of numbers per filter.

    >>> table("012/0.10", Path())
    ((0, 1, 2), (0, 10))
    """
    if set(text) <= set("0123456789./"):
        rows = [row.split(".") if "." in row else list(row) for row in text.split("/")]
    else:
        rows = [line.split() for line in _lines(folder / text) if line.strip()]
    try:
        numbers = tuple(tuple(sorted({int(entry) for entry in row})) for row in rows)
    except ValueError:
        raise OptionError(f"connect={text} holds something that is not a number") from None
    if not (numbers and all(numbers)) or any(min(row) < 0 for row in numbers):
        raise OptionError(f"connect={text}: a filter needs channels, which count from 0")
    return numbers


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise OptionError(f"there is no connection table {path}") from None
    except (OSError, ValueError) as error:
        raise OptionError(f"cannot read the connection table {path}: {error}") from None


def _convolution(given: Given) -> L.Layer:
    filters, groups = given.number("filters", given.filters), given.number("groups", 1)
    connect = given.values.get("connect")
    if connect is not None and (groups > 1 or not isinstance(connect, Listing)):
        raise OptionError(
            "CONV: connect is a table, and no groups beside it",
            help=['write connect=012/123, or a file: connect="table.txt"'],
        )
    channels = table(connect.text, given.folder) if isinstance(connect, Listing) else None
    return L.Convolution(filters, given.window(3), groups, channels, given.bias, given.mode)


def _unshared(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Unshared(filters, given.window(3), given.bias, given.mode)


def _tiled(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Tiled(filters, given.window(3), given.size("tiles", 2), given.bias, given.mode)


def _separable(given: Given) -> L.Layer:
    filters = given.number("filters", given.filters)
    return L.Separable(filters, given.window(3), given.bias, given.mode)


def _transposed(given: Given) -> L.Layer:
    to = given.size("to") if "to" in given.values else None
    filters, groups = given.number("filters", given.filters), given.number("groups", 1)
    stride = 1 if "kernel" in given.values else 2
    return L.Transposed(filters, given.window(2, stride), groups, given.bias, to)


def _pool(kind: L.PoolKind) -> Callable[[Given], L.Layer]:
    def pool(given: Given) -> L.Layer:
        window, counted = given.window(2, stride=None), given.choice("count", ("yes", "no"))
        return L.Pool(kind, window, "ceil" in given.flags, given.mode, counted == "yes")

    return pool


def _adaptive(given: Given) -> L.Layer:
    return L.Adaptive(
        given.size("size", 1), cast(L.PoolKind, given.choice("mode", ("average", "max")))
    )


def _linear(given: Given) -> L.Layer:
    shape = given.values.get("features")
    if not isinstance(shape, tuple):
        shape = (given.number("features", 128),)
    if min(shape) < 1:
        raise OptionError(f"FC: a shape is at least 1 in every number, found {show(shape)}")
    return L.Linear(shape, given.bias)


def _upsample(given: Given) -> L.Layer:
    to = given.size("to") if "to" in given.values else None
    mode = given.choice("mode", ("nearest", "linear"))
    return L.Upsample(given.number("factor", 2), mode, to)  # pyright: ignore[reportArgumentType]


def _crop(given: Given) -> L.Layer:
    return L.Crop(given.size("to" if "to" in given.values else "size"))


def _pad(given: Given) -> L.Layer:
    amount = given.padding if given.padding is not None else given.size("amount", 1)
    return L.Pad(Window.of(1, rank=given.rank, padding=amount).padding, given.mode)


def _local_response(given: Given) -> L.Layer:
    real = given.real
    return L.LocalResponse(
        given.number("size", 5), real("alpha", 1e-4), real("beta", 0.75), real("k", 1.0)
    )


def _dropout(given: Given) -> L.Layer:
    rate = given.real("rate", 0.5)
    if not 0 <= rate < 1:
        raise OptionError(f"DROPOUT: the rate is at least 0 and below 1, found {rate}")
    return L.Dropout(rate)


_FILLERS: Mapping[str, Callable[[Given], L.Layer]] = {
    "CONV": _convolution,
    "UNSHARED": _unshared,
    "TILED": _tiled,
    "SEPARABLE": _separable,
    "DECONV": _transposed,
    "POOL": _pool("max"),
    "MAXPOOL": _pool("max"),
    "MINPOOL": _pool("min"),
    "AVGPOOL": _pool("average"),
    "ADAPTIVE": _adaptive,
    "GAP": lambda given: L.GlobalAverage(),
    "CHANNELPOOL": lambda given: L.ChannelPool(given.number("groups", 2)),
    "CHANNELPAD": lambda given: L.ChannelPad(given.number("channels", 2 * given.arriving[0])),
    "FC": _linear,
    "DENSE": lambda given: L.Dense(given.number("features", 128), given.bias),
    "FLATTEN": lambda given: L.Flatten(),
    "BN": lambda given: L.BatchNorm(given.real("eps", 1e-5)),
    "LAYERNORM": lambda given: L.LayerNorm(given.real("eps", 1e-6)),
    "LRN": _local_response,
    "SCALE": lambda given: L.Scale(given.real("start", 1.0)),
    "DROPOUT": _dropout,
    "UP": _upsample,
    "CROP": _crop,
    "PAD": _pad,
    "ID": lambda given: L.Identity(),
}
