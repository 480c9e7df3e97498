"""Lettering: names from outside, in letters that can be drawn."""

from functools import cache
from typing import Any

SCRIPTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Malgun Gothic", "Noto Sans")
"""Fonts that hold scripts which matplotlib's own font does not, where a machine has them."""


def short(text: str, limit: int) -> str:
    """A text that fits: its middle left out if it is long, a box for what no font here can draw."""
    text = " ".join(text.split())
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-(limit // 2) + 1 :]}"
    return "".join(letter if ord(letter) in _glyphs() else "□" for letter in text)


def lettering() -> dict[str, Any]:
    """How names from outside are drawn: in fonts that have their letters, dollars as dollars."""
    return {"fontfamily": _fonts(), "parse_math": False}


@cache
def _fonts() -> list[str]:
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in SCRIPTS if name in installed)]


@cache
def _glyphs() -> set[int]:
    from matplotlib.font_manager import findfont, get_font

    return {code for name in _fonts() for code in get_font(findfont(name)).get_charmap()}
