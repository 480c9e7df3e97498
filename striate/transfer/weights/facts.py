"""What a safetensors file says of itself, in words: its licence, its network, its look.

These names are read: `licence` (or `license`), `architecture` (or `network`), `classes` (a JSON
list of names), and the look: `mean` and `std` of each channel, `crop` (the side that is seen),
`resize` (the short side that pictures are brought to before), `interpolation`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from striate.data.look import Look, Mode
from striate.errors import OptionError, WeightsError, in_short

_LOOK = ("mean", "std", "crop")
_MORE = ("resize", "interpolation")


@dataclass(frozen=True)
class Facts:
    """What is known of weights beside their tensors."""

    licence: str = ""
    network: str = ""
    classes: tuple[str, ...] = ()
    look: Look | None = None


def facts_in(metadata: Mapping[str, str], file: Path) -> Facts:
    """What the metadata of a file says. Raises WeightsError where the look in it cannot be.

    >>> facts_in({"licence": "MIT", "architecture": "resnet18", "format": "pt"}, Path("FILE"))
    Facts(licence='MIT', network='resnet18', classes=(), look=None)
    """
    return Facts(
        metadata.get("licence", metadata.get("license", "")),
        metadata.get("architecture", metadata.get("network", "")),
        _names(metadata.get("classes", "")),
        _look(metadata, file),
    )


def _names(written: str) -> tuple[str, ...]:
    """The names in a JSON list; none where it is something else: then it is for people."""
    try:
        names = json.loads(written)
    except ValueError:
        return ()
    listed = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if listed else ()


def _look(metadata: Mapping[str, str], file: Path) -> Look | None:
    """How pictures are to be prepared, where the metadata says all of it."""
    if not all(name in metadata for name in _LOOK):
        return None
    said = {name: metadata[name] for name in (*_LOOK, *_MORE) if name in metadata}
    try:
        mean, std = _numbers(said["mean"]), _numbers(said["std"])
        side = int(said["crop"])
        resize = int(said.get("resize", side))
        mode = cast(Mode, said.get("interpolation", "bilinear"))
        return Look((len(mean), side, side), resize, mean, std, mode)
    except (ValueError, OverflowError, OptionError):
        written = " ".join(f"{name}={in_short(value, 30)}" for name, value in said.items())
        raise WeightsError(
            f"{file} says of itself {written}, and no picture can be prepared so",
            help=["in its metadata: mean=0.485,0.456,0.406 std=0.229,0.224,0.225 crop=224"],
        ) from None


def _numbers(written: str) -> tuple[float, ...]:
    return tuple(float(part) for part in written.strip("[]() ").split(","))
