"""What is asked of a film: a field is a flag, with the help that is below it.

A flag that was not typed is None; `typed` gathers those that were.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

_SIGNED = Parameter(allow_leading_hyphen=True)


@Parameter(name="*", group=Group("What arrives", sort_key=1))
@dataclass(frozen=True)
class Arriving:
    """The numbers that arrive; those that are not given are made up."""

    input: str | None = None
    """The size: 7, 7x9, or channels first, 3x7x7. Of a network, as plan takes it: 3x224x224."""
    channels: int | None = None
    """How many channels arrive."""
    axes: int | None = None
    """How many axes there are, 1 to 3: 2, unless a matrix or a kernel tells."""
    matrix: Annotated[str | None, _SIGNED] = None
    """Its numbers: '1,2;3,4' with | between channels, or a .csv file, an empty line between."""
    image: str | None = None
    """A photo, made grey and small."""
    size: int | None = None
    """How long the longer side of the photo may be: 28 pixels."""
    colour: bool | None = None
    """Keep the three channels of the photo."""


@Parameter(name="*", group=Group("Window", sort_key=2))
@dataclass(frozen=True)
class Sliding:
    """The window that slides."""

    kernel: Annotated[str | None, _SIGNED] = None
    """A size, 3 or 3x2; a name: edge, sharpen, blur, horizontal, vertical, sobel, scharr,
    identity; its rows, '1,0,-1;2,0,-2'; or a .csv file."""
    stride: str | None = None
    """A number, or one for each axis: 2x1."""
    padding: str | None = None
    """A number, one for each axis, 1x2, or side, 0/1x1/1; or valid, same, full."""
    dilation: str | None = None
    """A number, or one for each axis."""
    border: Literal["zeros", "edge", "reflect", "circular"] | None = None
    """What padding is filled with: zeros, or copies of pixels."""


@Parameter(name="*", group=Group("Kernels", sort_key=3))
@dataclass(frozen=True)
class Joining:
    """The kernels of a convolution, and what they join."""

    filters: int | None = None
    """How many filters there are."""
    groups: int | None = None
    """Into how many groups channels and filters are cut."""
    connect: str | None = None
    """For each filter the channels that it sees, from 0: 0,1/1,2."""
    bias: Annotated[str | None, _SIGNED] = None
    """A number for all filters, or one for each: 1,-1."""
    tiles: str | None = None
    """tiled: after how many places kernels repeat, a number or one for each axis."""
    to: str | None = None
    """transpose: the size to return, where several can be. adaptive: its number of places."""
    rows: bool | None = None
    """conv: show the matrix that it is beside it, the rows in step."""
    shift: Annotated[str | None, _SIGNED] = None
    """shift: how far the input is moved, 1, 0x1 or -1x0."""


@Parameter(name="*", group=Group("Pooling", sort_key=4))
@dataclass(frozen=True)
class Pooling:
    """What a window becomes."""

    pool: Literal["max", "min", "average"] | None = None
    """The largest, the smallest or the average of what is in the window."""
    ceil: bool | None = None
    """Keep a last window that hangs over the end."""
    count: Annotated[bool | None, Parameter(negative="--no-count")] = None
    """Whether zeros of the padding count in an average: they do."""
    group: int | None = None
    """channels: how many neighbouring channels become one."""


@Parameter(name="*", group=Group("Gradients", sort_key=5))
@dataclass(frozen=True)
class Training:
    """What arrives from behind, and what is done with it."""

    upstream: Annotated[str | None, _SIGNED] = None
    """The gradient that arrives, given as a matrix is."""
    rate: str | None = None
    """Go on to the update, with this learning rate: 0.1."""


@Parameter(name="*", group=Group("Network", sort_key=6))
@dataclass(frozen=True)
class Asked:
    """What is asked of the drawing of a network."""

    classes: int | None = None
    """The number of classes, where the text does not say it."""
    unit: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None
    """Trace one unit back to the input: the PATH of a layer, and a place in it for each axis."""


@Parameter(name="*", group=Group("Output", sort_key=0))
@dataclass(frozen=True)
class Leaving:
    """What is written, and where."""

    output: Annotated[str | None, Parameter(alias="-o")] = None
    """The file: .html, a page; .svg, an animation; .png or .svg with a frame, that one alone. Of
    the gallery, a folder."""
    frame: Annotated[int | None, _SIGNED] = None
    """One frame alone, from 0; -1 is the last."""
    title: str | None = None
    """What stands above it."""
    json: bool = False
    """Print what was written for another program."""


def typed(*flags: object) -> dict[str, Any]:
    """The flags that were typed, by name.

    >>> typed(Sliding(stride="2"), Pooling(ceil=True))
    {'stride': '2', 'ceil': True}
    """
    return {name: value for one in flags for name, value in vars(one).items() if value is not None}
