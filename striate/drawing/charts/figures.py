"""Figures: the paper of every chart, and its colours."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"


def new_figure(width: float, height: float, **options: Any) -> Figure:
    """A new figure; sizes in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=120, **options)


def png(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG, as large as what is on it."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", pad_inches=0.15)
    return buffer.getvalue()
