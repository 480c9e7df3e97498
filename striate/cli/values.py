"""What is typed at a prompt turned into values: sizes as 3x224x224, a text's numbers as N=2."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from striate.errors import OptionError


def size_of(typed: str | None) -> tuple[int, ...] | None:
    """A size, channels first.

    >>> size_of("3x224x224")
    (3, 224, 224)
    """
    if typed is None:
        return None
    parts = typed.lower().replace("×", "x").split("x")
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise OptionError(f"'{typed}' is not a size", help=["write channels first: 3x224x224"])
    return tuple(int(part) for part in parts)


def image_size_of(typed: str | None) -> int | tuple[int, int, int] | None:
    """The size to bring images to: a side in pixels, or channels, height and width.

    >>> image_size_of("64"), image_size_of("1x28x28")
    (64, (1, 28, 28))
    """
    size = size_of(typed)
    match size:
        case None:
            return None
        case (side,):
            return side
        case (channels, height, width):
            return channels, height, width
        case _:
            help = ["give a side in pixels, 64, or channels, height and width: 3x64x64"]
            raise OptionError(f"'{typed}' is not the size of an image", help=help)


Log = Annotated[tuple[str, ...], Parameter(name=("--log", "--logger"))]
"""Names of loggers; behind torchrun, whose own options begin with --log, it is --logger."""


def numbers_of(typed: Sequence[str]) -> dict[str, int]:
    """The free numbers of a text.

    >>> numbers_of(["N=2", "M=3"])
    {'N': 2, 'M': 3}
    """
    numbers: dict[str, int] = {}
    for item in typed:
        name, _, number = item.partition("=")
        if not (name.isidentifier() and number.isdecimal()):
            help = ["behind the network stand the numbers of its text: N=2 M=3 K=1"]
            raise OptionError(f"'{item}' is not NAME=NUMBER", help=help)
        numbers[name] = int(number)
    return numbers


def seconds_of(typed: str) -> float:
    """A time, in seconds: a number with s, m or h behind it.

    >>> seconds_of("90s"), seconds_of("2m"), seconds_of("1.5h"), seconds_of("45")
    (90.0, 120.0, 5400.0, 45.0)
    """
    units = {"s": 1, "m": 60, "min": 60, "h": 3600}
    number = typed.strip().rstrip("smihn ")
    unit = typed.strip()[len(number) :].strip() or "s"
    try:
        seconds = float(number) * units[unit]
    except (ValueError, KeyError):
        seconds = float("nan")
    if not 0 <= seconds < float("inf"):
        raise OptionError(f"'{typed}' is not a time", help=["write 90s, 2m or 1h: --time 2m"])
    return seconds
