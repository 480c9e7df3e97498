"""One frozen record for each word: what the text says about a layer, and nothing derived from it.

Sizes are `(channels, *axes)`, or `(features,)`; what a record costs is in `planning`.
"""

from dataclasses import dataclass
from typing import Literal

from striate.arithmetic.reach import Reach
from striate.arithmetic.window import Size, Window

PaddingMode = Literal["zeros", "edge", "reflect", "circular"]
PoolKind = Literal["max", "min", "average"]
Table = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Layer:
    """What every word's record is."""


@dataclass(frozen=True)
class Input(Layer):
    """INPUT: the size of what comes in."""

    size: Size


@dataclass(frozen=True)
class Convolution(Layer):
    """CONV: one kernel for each filter, used at every place."""

    filters: int
    window: Window
    groups: int = 1
    connect: Table | None = None
    bias: bool = True
    mode: PaddingMode = "zeros"


@dataclass(frozen=True)
class Unshared(Layer):
    """UNSHARED: a kernel of its own, and a bias, for every place."""

    filters: int
    window: Window
    bias: bool = True
    mode: PaddingMode = "zeros"


@dataclass(frozen=True)
class Tiled(Layer):
    """TILED: kernels and biases that repeat every `tiles` places in each axis."""

    filters: int
    window: Window
    tiles: Size
    bias: bool = True
    mode: PaddingMode = "zeros"


@dataclass(frozen=True)
class Transposed(Layer):
    """DECONV: the transposed convolution; `to` tells which of the possible sizes it returns."""

    filters: int
    window: Window
    groups: int = 1
    bias: bool = True
    to: Size | None = None


@dataclass(frozen=True)
class Separable(Layer):
    """SEPARABLE: channels mixed by 1x1, then one 1-D kernel for each axis of each filter."""

    filters: int
    window: Window
    bias: bool = True
    mode: PaddingMode = "zeros"


@dataclass(frozen=True)
class Pool(Layer):
    """POOL, MAXPOOL, MINPOOL, AVGPOOL: one number for each window."""

    kind: PoolKind
    window: Window
    ceil: bool = False
    mode: PaddingMode = "zeros"
    count_padding: bool = True


@dataclass(frozen=True)
class Adaptive(Layer):
    """ADAPTIVE: pooling into a fixed number of windows, whatever the input size."""

    places: Size
    kind: PoolKind = "average"


@dataclass(frozen=True)
class GlobalAverage(Layer):
    """GAP: the average over all places of each channel."""


@dataclass(frozen=True)
class ChannelPool(Layer):
    """CHANNELPOOL: the maximum over groups of this many neighbouring channels."""

    channels: int


@dataclass(frozen=True)
class ChannelPad(Layer):
    """CHANNELPAD: channels of zeros, half before and half behind, until there are so many."""

    channels: int


@dataclass(frozen=True)
class Linear(Layer):
    """FC: every output joined to every input; the output may have a shape."""

    shape: Size
    bias: bool = True


@dataclass(frozen=True)
class Dense(Layer):
    """DENSE: the same fully connected layer over the channels at every place."""

    features: int
    bias: bool = True


@dataclass(frozen=True)
class Flatten(Layer):
    """FLATTEN: all channels and places in one row."""


@dataclass(frozen=True)
class Activation(Layer):
    """RELU and the others, by their word in lower case."""

    kind: str
    slope: float | None = None


@dataclass(frozen=True)
class BatchNorm(Layer):
    """BN: each channel normalised over the batch, then scaled and shifted."""

    eps: float = 1e-5


@dataclass(frozen=True)
class LayerNorm(Layer):
    """LAYERNORM: the channels at each place normalised, then scaled and shifted."""

    eps: float = 1e-6


@dataclass(frozen=True)
class LocalResponse(Layer):
    """LRN: each unit divided by the energy of its neighbour channels (Krizhevsky 2012)."""

    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0


@dataclass(frozen=True)
class Scale(Layer):
    """SCALE: one learned factor for each channel."""

    start: float = 1.0


@dataclass(frozen=True)
class Dropout(Layer):
    """DROPOUT: in training each unit is left out at this rate."""

    rate: float = 0.5


@dataclass(frozen=True)
class Upsample(Layer):
    """UP: enlarge every axis by a factor, or to a size."""

    factor: int
    mode: Literal["nearest", "linear"] = "nearest"
    to: Size | None = None


@dataclass(frozen=True)
class Crop(Layer):
    """CROP: the middle part of this size."""

    to: Size


@dataclass(frozen=True)
class Pad(Layer):
    """PAD: rows and columns added on each side."""

    padding: tuple[tuple[int, int], ...]
    mode: PaddingMode = "zeros"


@dataclass(frozen=True)
class Identity(Layer):
    """ID: the arriving value itself; also what is left of a word? that did not fit."""

    note: str = ""


@dataclass(frozen=True)
class Operation(Layer):
    """What no word says: an operation of an inspected module, as it was counted there.

    `size` leaves it, for one image. Each of its units reads the same `places` of what arrives, or
    `all` of it, or along each axis what a reach says; `unknown` has a reason.
    """

    name: str
    size: Size
    parameters: int = 0
    products: int | None = 0
    """None where they cannot be counted."""
    kept: int = 0
    """Bytes that training keeps for its backward pass, for one image, beside what it holds."""
    holds: tuple[int, ...] = ()
    """Which of the values that arrive are kept too, from 0; -1 is what leaves."""
    reads: Literal["places", "all", "unknown"] | tuple[Reach, ...] = "unknown"
    reason: str = ""


@dataclass(frozen=True)
class Add(Layer):
    """`+`: the sum of the branches."""


@dataclass(frozen=True)
class Concatenate(Layer):
    """`|`: the branches joined on channels."""
