"""What can be asked of a film, and which of it belongs to which kind.

Options are as they were typed, or the numbers and arrays themselves. One that does not belong to
a kind is refused by its name: nothing is left aside in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from striate.errors import OptionError

if TYPE_CHECKING:
    from striate.reference.sweep import Border

Given = Any
"""Text as it was typed, a number, several of them, or an array."""


@dataclass(frozen=True)
class Options:
    """What was asked for; None is what was not, and is then made up or left at its default."""

    input: Given = None
    """The size of what arrives: 7, 7x9, or channels first, 3x7x7."""
    channels: int | None = None
    filters: int | None = None
    axes: int | None = None
    """How many axes a window has: 2, unless a matrix or a kernel tells."""
    matrix: Given = None
    """The numbers that arrive: rows '1,2;3,4', a .csv file, or an array (channel, *size)."""
    image: Given = None
    """The path of an image file."""
    size: int | None = None
    """How long the longer side of the image may be, in pixels."""
    colour: bool | None = None
    kernel: Given = None
    """A size, the name of a classical kernel, its rows, a .csv file, or an array (*kernel)."""
    weights: Given = None
    """All kernels, as `striate.reference` takes them for the kind: (filter, channel, *kernel)."""
    stride: Given = None
    padding: Given = None
    dilation: Given = None
    border: "Border | None" = None
    groups: int | None = None
    connect: str | Sequence[Sequence[int]] | None = None
    """For each filter the channels that it sees: '0,1/1,2'."""
    bias: Given = None
    """A number for each filter, or for each of its places; True makes them up."""
    tiles: Given = None
    pool: str | None = None
    ceil: bool | None = None
    count: bool | None = None
    """Whether an average counts the padding."""
    group: int | None = None
    """How many neighbouring channels are pooled into one."""
    to: Given = None
    """The size that is returned, where several can be; of adaptive pooling, its places."""
    rate: float | str | None = None
    """The learning rate of the update that follows the gradients."""
    upstream: Given = None
    """The gradient that arrives from behind, (filter, *places), given as a matrix is."""
    shift: Given = None
    rows: bool | None = None
    """Show the convolution as a matrix beside the film, its rows in step."""
    title: str | None = None


NUMBERS = ("input", "channels", "axes", "matrix", "image", "size", "colour", "title")
_WHOLE = ("channels", "filters", "axes", "size", "groups", "group")
_SWITCHES = ("colour", "ceil", "count", "rows")
WINDOW = ("kernel", "stride", "padding", "dilation", "border")
KERNELS = ("weights", "filters")
KINDS: Mapping[str, tuple[str, ...]] = {
    "conv": (*NUMBERS, *WINDOW, *KERNELS, "groups", "connect", "bias", "rows"),
    "unshared": (*NUMBERS, *WINDOW, *KERNELS, "bias"),
    "tiled": (*NUMBERS, *WINDOW, *KERNELS, "bias", "tiles"),
    "transpose": (*NUMBERS, "kernel", "stride", "padding", "dilation", *KERNELS, "groups", "to"),
    "separable": (*NUMBERS, *WINDOW, "filters", "bias", "weights"),
    "pool": (*NUMBERS, *WINDOW, "pool", "ceil", "count"),
    "adaptive": (*NUMBERS, "to", "pool"),
    "channels": (*NUMBERS, "group", "pool"),
    "gradients": (*NUMBERS, *WINDOW, *KERNELS, "groups", "bias", "rate", "upstream"),
    "matrix": (*NUMBERS, *WINDOW),
    "shift": (*NUMBERS, "kernel", "stride", "padding", "dilation", "shift", "pool"),
    "stride": (*NUMBERS, *WINDOW),
}
"""Kind -> the options that belong to it."""


def options_of(kind: str, given: Mapping[str, Given]) -> Options:
    """The options of a film of a kind; OptionError for a kind or an option that there is not.

    >>> options_of("pool", {"kernel": 2, "filters": 3})
    Traceback (most recent call last):
    striate.errors.OptionError: filters is no option of a film of pool
      help: it belongs to conv, unshared, tiled, transpose, separable, gradients
    """
    if kind not in KINDS:
        raise OptionError(f"'{kind}' is no kind of film", help=[f"kinds are {', '.join(KINDS)}"])
    known = {field.name for field in fields(Options)}
    asked = {name: value for name, value in given.items() if value is not None}
    for name in asked:
        if name not in KINDS[kind]:
            homes = [other for other, names in KINDS.items() if name in names]
            said = f"it belongs to {', '.join(homes)}"
            raise OptionError(
                f"{name} is no option of a film of {kind}",
                help=[said if name in known else f"options are {', '.join(KINDS[kind])}"],
            )
    _check(asked)
    return Options(**asked)


def _check(asked: Mapping[str, Given]) -> None:
    """Refuse what is no whole number, no text, or neither yes nor no, where that is needed."""
    for name, value in asked.items():
        if name in _WHOLE and not hasattr(value, "__index__"):
            raise OptionError(f"{name} '{value}' is not a whole number", help=[f"{name} 2"])
        if name in _SWITCHES and not isinstance(value, bool):
            raise OptionError(f"{name} is True or False, not '{value}'")
        if name == "title" and not isinstance(value, str):
            raise OptionError(f"a title is a text, not {value!r}")
