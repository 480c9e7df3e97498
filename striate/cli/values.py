"""What is typed at a prompt turned into values: sizes as 3x224x224, a text's numbers as N=2."""

from collections.abc import Sequence

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
