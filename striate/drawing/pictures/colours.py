"""The colours of roles, for light and for dark: blue what comes in, cyan what comes out.

They are those that courses use since Dumoulin and Visin (2016), chosen so that the ink can be
read on each of them (WCAG 2, 4.5 to 1); none is the only sign of what it means.
"""

from collections.abc import Mapping

COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181d"),
    "ink": ("#16202a", "#eef2f6"),
    "muted": ("#55616d", "#a9b4bf"),
    "line": ("#6b7884", "#8793a0"),
    "accent": ("#9a3412", "#ffb27a"),
    "input": ("#a8d1f5", "#1f4e79"),
    "window": ("#6fb1ea", "#2b70ad"),
    "padding": ("#ffffff", "#14181d"),
    "kernel": ("#e3d9f6", "#4b3a73"),
    "bias": ("#f3ddc7", "#6a4526"),
    "partial": ("#cdeee6", "#1d4f47"),
    "output": ("#8fe3dc", "#0f5f5a"),
    "result": ("#3cc7bc", "#117670"),
    "upstream": ("#f8d3dd", "#74364a"),
    "arrived": ("#efa3b8", "#9a4560"),
    "gradient": ("#fbe3a1", "#665015"),
    "matrix": ("#e6eaee", "#333d47"),
    "unseen": ("#d8dde2", "#39424b"),
    "misfit": ("#fde2e0", "#5c1f1b"),
    "face": ("#a8d1f5", "#1f4e79"),
    "side": ("#7fb4e3", "#173b5c"),
}
"""Role -> its colour on light paper, and on dark."""


def variables(dark: bool) -> str:
    """The colours as variables of a style sheet: `--input: #a8d1f5;`.

    >>> variables(dark=True)[:17]
    '--paper: #14181d;'
    """
    return " ".join(f"--{role}: {pair[dark]};" for role, pair in COLOURS.items())


def pair(role: str) -> tuple[str, str] | None:
    """The two colours of a role, and None for a grey, which has no variable.

    >>> pair("ink"), pair("grey-80")
    (('#16202a', '#eef2f6'), None)
    """
    return None if role.startswith("grey-") else COLOURS[role]


def colour(role: str, *, dark: bool = False) -> str:
    """The colour of a role; a grey is the same in light and dark.

    >>> colour("ink"), colour("ink", dark=True), colour("grey-80")
    ('#16202a', '#eef2f6', '#808080')
    """
    found = pair(role)
    return found[dark] if found else "#" + role.removeprefix("grey-") * 3
