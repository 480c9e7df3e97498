"""The words of the language: what each may be given, and an example for its error messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from striate.arithmetic.padding import WORDS as PADDING_WORDS

ACTIVATIONS = (
    *("RELU", "RELU6", "LEAKYRELU", "PRELU", "ELU", "SELU", "GELU", "SILU", "MISH"),
    *("TANH", "SIGMOID", "SOFTPLUS", "HARDSWISH", "HARDSIGMOID", "HARDTANH"),
)

RESERVED = ("in", "classes")
LISTS = ("pad", "connect", "tiles")


@dataclass(frozen=True)
class Vocabulary:
    """What may stand behind a word: numbers in order, options by name, and bare flags."""

    arguments: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    example: str = ""


_WINDOW = ("stride", "pad", "dilation")
_KERNEL = ("filters", "kernel")
_POOL = Vocabulary(("kernel",), (*_WINDOW, "mode"), (*PADDING_WORDS, "ceil"), "POOL 3 stride=2")
_PLAIN = Vocabulary()

WORDS: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "INPUT": Vocabulary(("size",), ("classes", "head"), example="INPUT 3x224x224"),
        "CONV": Vocabulary(
            _KERNEL,
            (*_WINDOW, "groups", "connect", "bias", "mode"),
            PADDING_WORDS,
            "CONV 16 5x5 stride=2 pad=2",
        ),
        "UNSHARED": Vocabulary(
            _KERNEL, (*_WINDOW, "bias", "mode"), PADDING_WORDS, "UNSHARED 16 3x3 pad=1"
        ),
        "TILED": Vocabulary(
            _KERNEL,
            (*_WINDOW, "tiles", "bias", "mode"),
            PADDING_WORDS,
            "TILED 16 3x3 tiles=2 pad=1",
        ),
        "DECONV": Vocabulary(
            _KERNEL,
            (*_WINDOW, "groups", "bias", "to"),
            PADDING_WORDS,
            "DECONV 16 2x2 stride=2 to=28x28",
        ),
        "SEPARABLE": Vocabulary(
            _KERNEL, (*_WINDOW, "bias", "mode"), PADDING_WORDS, "SEPARABLE 16 3x3 pad=1"
        ),
        "POOL": _POOL,
        "MAXPOOL": _POOL,
        "MINPOOL": _POOL,
        "AVGPOOL": Vocabulary(
            ("kernel",), (*_WINDOW, "mode", "count"), _POOL.flags, "AVGPOOL 3 pad=1 count=no"
        ),
        "ADAPTIVE": Vocabulary(("size",), ("mode",), example="ADAPTIVE 7x7"),
        "GAP": _PLAIN,
        "CHANNELPOOL": Vocabulary(("groups",), example="CHANNELPOOL 4"),
        "CHANNELPAD": Vocabulary(("channels",), example="CHANNELPAD 32"),
        "FC": Vocabulary(("features",), ("bias",), example="FC 128"),
        "DENSE": Vocabulary(("features",), ("bias",), example="DENSE 128"),
        "FLATTEN": _PLAIN,
        "BN": Vocabulary((), ("eps",), example="BN eps=0.001"),
        "LAYERNORM": Vocabulary((), ("eps",), example="LAYERNORM eps=0.000001"),
        "LRN": Vocabulary(("size",), ("alpha", "beta", "k"), example="LRN 5"),
        "SCALE": Vocabulary(("start",), example="SCALE 0.000001"),
        "DROPOUT": Vocabulary(("rate",), example="DROPOUT 0.2"),
        "UP": Vocabulary(("factor",), ("mode", "to"), example="UP 2 mode=linear"),
        "CROP": Vocabulary(("size",), ("to",), example="CROP 24x24"),
        "PAD": Vocabulary(("amount",), ("pad", "mode"), example="PAD 2 mode=reflect"),
        "ID": _PLAIN,
        "SOFTMAX": _PLAIN,
        **dict.fromkeys(ACTIVATIONS, _PLAIN),
        "LEAKYRELU": Vocabulary(("slope",), example="LEAKYRELU 0.01"),
    }
)
