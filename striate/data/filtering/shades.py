"""Shades: how the numbers of a filtered photo become levels from 0, black, to 255, white.

    clip      a number is its level; below 0 is black, above 255 white
    absolute  how large a number is, its sign left out, up to 255
    signed    0 is middle grey; the number that is farthest from it is black or white
    stretch   the least number is black, the largest white

Left to choose, what weights find that add up to 0 is shown by its absolute value; where they add up
to 1 it is clipped, and all else is stretched.
"""

from typing import Literal, get_args

import torch
from torch import Tensor

from striate.errors import OptionError

Shades = Literal["clip", "absolute", "signed", "stretch"]
SHADES: tuple[Shades, ...] = get_args(Shades)

SAID: dict[Shades, str] = {
    "clip": "numbers are levels, cut at 0 and 255",
    "absolute": "the absolute value of each number, cut at 255: black where nothing is found",
    "signed": "middle grey is 0, darker is below it, lighter above",
    "stretch": "the least number is black, the largest white",
}

MIDDLE = 128


def shades_of(total: float, asked: str | None = None) -> Shades:
    """The shades for a kernel whose weights add up to `total`, or those that are asked for.

    >>> shades_of(0), shades_of(1), shades_of(2), shades_of(0, "signed")
    ('absolute', 'clip', 'stretch', 'signed')
    """
    for one in SHADES:
        if one == asked:
            return one
    if asked is not None:
        raise OptionError(f"'{asked}' are no shades", help=[f"there are {', '.join(SHADES)}"])
    if abs(total) < 1e-6:
        return "absolute"
    return "clip" if abs(total - 1) < 1e-6 else "stretch"


def levels(values: Tensor, shades: Shades) -> Tensor:
    """Numbers (channel, row, column) as uint8 levels.

    >>> numbers = torch.tensor([[[-300.0, -100, 0, 100, 300]]])
    >>> [levels(numbers, one).flatten().tolist() for one in ("clip", "absolute", "signed")]
    [[0, 0, 0, 100, 255], [255, 100, 0, 100, 255], [1, 86, 128, 170, 255]]
    """
    least, most = (float(one) for one in values.aminmax())
    match shades:
        case "clip":
            found = values
        case "absolute":
            found = values.abs()
        case "signed":
            found = values * ((255 - MIDDLE) / (max(-least, most) or 1)) + MIDDLE
        case "stretch":
            found = (values - least) * (255 / ((most - least) or 1))
    return found.round().clamp(0, 255).to(torch.uint8)
