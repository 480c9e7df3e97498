"""An input size with letters: 3xHxW is any image of three channels, 3xHxH any square one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor

from striate.arithmetic.symbols import Form, Value
from striate.arithmetic.window import Size
from striate.errors import OptionError

_EXAMPLES = ["write channels first, a letter for each axis that is free: 3xHxW, 1xT, 3x224xW"]


@dataclass(frozen=True)
class FreeSize:
    """A number of channels, and for each axis a number or a letter; one letter twice is one size.

    >>> size = FreeSize.of("3xHxW")
    >>> size.letters, size.at({"H": 32, "W": 48})
    (('H', 'W'), (3, 32, 48))
    """

    channels: int
    axes: tuple[int | str, ...]

    @classmethod
    def of(cls, typed: str) -> "FreeSize":
        """A size as it is typed; an OptionError where it is none."""
        channels, *axes = re.split("[x×]", typed.strip())
        if not channels.isdecimal() or not int(channels):
            what = "channels are a number" if re.fullmatch("[A-Za-z]", channels) else "no size"
            raise OptionError(f"'{typed}': {what}", help=_EXAMPLES)
        return cls(int(channels), tuple(_axis(axis, typed) for axis in axes))

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters, in the order in which they come."""
        return tuple(dict.fromkeys(axis for axis in self.axes if isinstance(axis, str)))

    @property
    def forms(self) -> tuple[Value, ...]:
        """The size in letters, as rules take it."""
        named = (Form.of(axis) if isinstance(axis, str) else axis for axis in self.axes)
        return (self.channels, *named)

    def at(self, numbers: Mapping[str, int]) -> Size:
        """The size where its letters are these numbers."""
        given = (numbers[axis] if isinstance(axis, str) else axis for axis in self.axes)
        return (self.channels, *given)

    def along(self, letter: str) -> tuple[int, ...]:
        """The axes that a letter stands for."""
        return tuple(number for number, axis in enumerate(self.axes) if axis == letter)

    def numbers(self, size: Size) -> dict[str, int] | None:
        """What its letters are in a size of numbers; None if that is no such size."""
        if len(size) != 1 + len(self.axes) or size[0] != self.channels:
            return None
        found: dict[str, int] = {}
        for axis, number in zip(self.axes, size[1:], strict=True):
            if number != (found.setdefault(axis, number) if isinstance(axis, str) else axis):
                return None
        return found

    def __str__(self) -> str:
        return "x".join(map(str, (self.channels, *self.axes)))


def has_letters(typed: str) -> bool:
    """Whether a size that was typed has a letter in the place of an axis.

    >>> has_letters("3xHxW"), has_letters("3x32x32")
    (True, False)
    """
    return any(part.isalpha() for part in re.split("[x×]", typed.strip())[1:])


def shown(size: tuple[Value, ...]) -> str:
    """A size of numbers and closed forms.

    >>> shown(FreeSize.of("3xHx9").forms)
    '3xHx9'
    """
    if len(size) == 1:
        return str(size[0])
    return "x".join(part.within if isinstance(part, Form) else str(part) for part in size)


def size_at(forms: Iterable[Value], numbers: Mapping[str, int]) -> Size:
    """Sizes where the letters are these numbers.

    >>> size_at(FreeSize.of("3xHxH").forms, {"H": 5})
    (3, 5, 5)
    """
    known = (form.at(numbers) if isinstance(form, Form) else form for form in forms)
    return tuple(floor(number) for number in known if not isinstance(number, Form))


def named(numbers: Mapping[str, int]) -> str:
    """What letters are.

    >>> named({"H": 3, "W": 4})
    'H = 3, W = 4'
    """
    return ", ".join(f"{letter} = {number}" for letter, number in numbers.items())


def _axis(typed: str, whole: str) -> int | str:
    if typed.isdecimal() and int(typed):
        return int(typed)
    if re.fullmatch("[A-Za-z]", typed):
        return typed
    raise OptionError(f"'{whole}': '{typed}' is no number and no letter", help=_EXAMPLES)
