"""What a repository of the hub says of its weights: config.json, and the head of README.md.

pretrained_cfg is timm's way to write how pictures were prepared (input_size, crop_pct,
interpolation, mean, std); label_names there, and id2label elsewhere, name the classes. Without
them 1,000 classes are ImageNet's.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from striate.data.look import Look
from striate.errors import OptionError, WeightsError
from striate.transfer.sources.imagenet import imagenet_classes, imagenet_wnids
from striate.transfer.weights.facts import Facts

CONFIG, CARD = "config.json", "README.md"

_LICENCE = re.compile(r"^license:[ \t]*[\"']?(\w[\w.-]*)", re.MULTILINE)


def facts_of(config: Path, card: Path | None = None) -> Facts:
    """What config.json says, and the card if there is one. Raises WeightsError for garbage."""
    said = _read(config)
    prepared = _mapping(said.get("pretrained_cfg")) or said
    licence = prepared.get("license") or said.get("license") or ""
    return Facts(
        licence=(_licence(card) if card else "") or str(licence),
        network=_text(said.get("architecture") or prepared.get("architecture")),
        classes=_classes(said, prepared),
        look=_look(prepared, config),
    )


def _read(config: Path) -> dict[str, Any]:
    try:
        said = json.loads(config.read_text("utf-8"))
        if isinstance(said, dict):
            return said
    except (OSError, ValueError):
        pass
    raise WeightsError(
        f"{config} is not what a repository says of its weights",
        help=["get it again: a download may have broken off"],
    )


def _licence(card: Path) -> str:
    """The licence in the head of a card, between its lines of three dashes."""
    try:
        parts = card.read_text("utf-8", errors="replace").split("---", 2)
    except OSError:
        return ""
    found = _LICENCE.search(parts[1]) if len(parts) == 3 and not parts[0].strip() else None
    return found[1] if found else ""


def _look(prepared: Mapping[str, Any], config: Path) -> Look | None:
    """How pictures were prepared: the short side is the side seen / crop_pct, rounded down.

    None where it is not said, or where pictures were squeezed or framed instead of cut.
    """
    if not {"input_size", "mean", "std"} <= set(prepared):
        return None
    if prepared.get("crop_mode", "center") != "center":
        return None
    try:
        channels, height, width = prepared["input_size"]
        resize = math.floor(min(height, width) / float(prepared.get("crop_pct", 0.875)))
        mean, std = tuple(map(float, prepared["mean"])), tuple(map(float, prepared["std"]))
        smooth = prepared.get("interpolation", "bilinear") == "bilinear"
        mode = "bilinear" if smooth else "bicubic"  # the nearest to any other that there is
        return Look((channels, height, width), resize, mean, std, mode)
    except (TypeError, ValueError, ArithmeticError, OptionError) as error:
        raise WeightsError(
            f"{config} says how pictures were prepared, and it cannot be: {error}",
            help=["put right its input_size, crop_pct, mean and std, or remove them"],
        ) from error


def _classes(said: Mapping[str, Any], prepared: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the classes, where they are said or are ImageNet's."""
    for names in (said.get("label_names"), prepared.get("label_names"), said.get("id2label")):
        if isinstance(names, Mapping) and all(str(key).isdecimal() for key in names):
            ordered = sorted(names.items(), key=lambda item: int(item[0]))
            if [int(key) for key, _ in ordered] == list(range(len(ordered))):
                return tuple(str(name) for _, name in ordered)
        if isinstance(names, list) and names:
            return _described(names, _mapping(said.get("label_descriptions")))
    count = said.get("num_classes", prepared.get("num_classes"))
    return imagenet_classes() if count == 1000 else ()


def _described(names: list[Any], words: Mapping[str, Any]) -> tuple[str, ...]:
    """Names as people read them, where descriptions stand beside them and tell them apart."""
    if names == [*imagenet_wnids()]:
        return imagenet_classes()
    readable = tuple(str(words.get(name, name)) for name in map(str, names))
    return readable if len(set(readable)) == len(names) else tuple(map(str, names))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
