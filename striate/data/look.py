"""The look: how a picture becomes what a network sees, where its weights lay that down.

Weights that were trained elsewhere know pictures of one size, cut out in one way, whose channels
had one mean and one deviation. All of it belongs to them, and goes where they go.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, cast, get_args

from striate.errors import OptionError

Mode = Literal["bilinear", "bicubic"]

MOST = 4096
"""No side is longer: one picture of 4096x4096 in colour takes 50 MB."""


@dataclass(frozen=True)
class Look:
    """How a picture is brought to a network: its short side to `resize`, then the centre cut out.

    `size` is (channels, height, width) of what is seen; `mean` and `std` are of each channel, where
    255 counts as 1. A picture is enlarged too, and further than to `resize` where it would not
    cover what is seen. Raises OptionError where no picture can be seen so.

    >>> look = Look((3, 224, 224), 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    >>> look.sized(64).resize, look.resized(375, 500)
    (73, (256, 341))
    """

    size: tuple[int, int, int]
    resize: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    mode: Mode = "bilinear"

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise OptionError(f"pictures cannot be seen so: {fault}", help=[FORM])

    def sized(self, side: int) -> "Look":
        """The same for a square of another side; the short side in proportion."""
        resize = round(self.resize * side / min(self.size[1:]))
        return replace(self, size=(self.size[0], side, side), resize=max(1, resize))

    def resized(self, height: int, width: int) -> tuple[int, int]:
        """What a picture of (height, width) is brought to before its centre is cut out.

        The long side is rounded down, as torchvision does it.
        """
        tall, broad = self.size[1:]
        short, long = min(height, width), max(height, width)
        sides = self.resize, int(self.resize * long / short)
        high, wide = sides if height <= width else sides[::-1]
        if high >= tall and wide >= broad:
            return high, wide
        share = max(tall / height, broad / width)
        return max(tall, int(height * share)), max(broad, int(width * share))

    @property
    def sentence(self) -> str:
        """What is done to pictures, as a note says it.

        >>> Look((1, 28, 28), 32, (0.5,), (0.5,)).sentence
        'images are brought to a short side of 32, of which 28x28 in the middle is seen, ...'
        """
        _, height, width = self.size
        return (
            f"images are brought to a short side of {self.resize}, of which {height}x{width} in "
            "the middle is seen, as the weights were trained"
        )

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, given: object) -> "Look":
        """What `as_dict` wrote. Raises OptionError where it is something else.

        >>> look = Look((1, 28, 28), 32, (0.5,), (0.5,))
        >>> Look.from_dict(look.as_dict()) == look
        True
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(given, Mapping) or {*given, "mode"} != names:
            raise OptionError(f"{given!r} is no look", help=[FORM])
        values = dict(cast("Mapping[str, Any]", given))
        for name in ("size", "mean", "std"):
            values[name] = tuple(values[name]) if isinstance(values[name], list) else values[name]
        return cls(**values)


Seen = tuple[int, int, int] | Look
"""What pictures are seen in: (channels, height, width), or a look."""

Size = int | Seen
"""The size that is asked for: the side of a square in pixels, or what pictures are seen in."""

FORM = (
    "a look has size [channels, height, width], resize, mean and std of each channel, and mode, "
    f"{' or '.join(get_args(Mode))}"
)


def _fault(look: Look) -> str | None:
    """What is wrong with a look, if anything is."""
    size, resize = look.size, look.resize
    if not (_are(size, int, 3) and size[0] in (1, 3) and min(size) >= 1 and max(size) <= MOST):
        return f"their size is {size!r}"
    if not (_are((resize,), int, 1) and 1 <= resize <= MOST):
        return f"their short side is {resize!r}"
    for name, numbers in (("mean", look.mean), ("std", look.std)):
        if not _are(numbers, (int, float), size[0]):
            return f"their {name} is {numbers!r}, for channels: {size[0]}"
    if min(look.std) <= 0:
        return f"their std is {look.std!r}"
    return None if look.mode in get_args(Mode) else f"their mode is {look.mode!r}"


def _are(numbers: object, kind: type | tuple[type, ...], count: int) -> bool:
    """Whether these are so many finite numbers of a kind."""
    return (
        isinstance(numbers, tuple)
        and len(numbers) == count
        and all(
            isinstance(n, kind) and not isinstance(n, bool) and math.isfinite(n) for n in numbers
        )
    )
