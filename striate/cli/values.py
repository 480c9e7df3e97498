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


def sizes_of(typed: str | None) -> tuple[int, ...] | list[tuple[int, ...] | None] | None:
    """A size, or several for a module that takes several inputs.

    >>> sizes_of("3x224x224"), sizes_of("1x28x28,10")
    ((3, 224, 224), [(1, 28, 28), (10,)])
    """
    if typed is None or "," not in typed:
        return size_of(typed)
    return [size_of(part.strip()) for part in typed.split(",")]


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


TAKEN = {
    *("source", "network", "net", "images", "input", "classes", "strict", "size", "task", "labels"),
    *("recipe", "project", "log", "times"),
}
"""What the number of a text cannot be called, as options are called so."""


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
        if name in TAKEN:
            raise OptionError(f"{name} is no number of a text", help=[f"write --{name} {number}"])
        numbers[name] = int(number)
    return numbers


def is_number(typed: str) -> bool:
    """Whether this is a free number of a text, not a text.

    >>> is_number("N=2"), is_number("FC 10 bias=no")
    (True, False)
    """
    name, equals, _ = typed.partition("=")
    return bool(equals) and name.isidentifier()


def names_of(typed: str | None) -> tuple[str, ...]:
    """Names with commas between them.

    >>> names_of("path, output,field")
    ('path', 'output', 'field')
    """
    return tuple(name.strip() for name in (typed or "").split(",") if name.strip())


def unit_of(typed: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """A layer's path, and the place of one of its units.

    >>> unit_of(["conv3", "6", "6"])
    ('conv3', (6, 6))
    """
    path, *places = typed or [""]
    if not path or not all(place.isdecimal() for place in places):
        help = ["name a layer, and a place in it for each of its axes: --unit conv3 6 6"]
        raise OptionError(f"'{' '.join(typed)}' is not a unit", help=help)
    return path, tuple(map(int, places))


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


def bytes_of(typed: str) -> int:
    """An amount of memory, in bytes: a number with B, kB, MB, GB, or KiB, MiB, GiB behind it.

    >>> bytes_of("8GB"), bytes_of("1.5 MiB"), bytes_of("512")
    (8000000000, 1572864, 512)
    """
    text = typed.strip().lower().removesuffix("b")
    step = 1024 if text.endswith("i") else 1000
    text = text.removesuffix("i")
    power = "kmgt".find(text[-1:]) + 1 if text[-1:] else 0
    try:
        amount = float(text[:-1] if power else text) * step**power
    except ValueError:
        amount = float("nan")
    if not 1 <= amount < float("inf"):
        help = ["write 8GB, 512MB or 6GiB: --memory 8GB"]
        raise OptionError(f"'{typed}' is not an amount of memory", help=help)
    return int(amount)
