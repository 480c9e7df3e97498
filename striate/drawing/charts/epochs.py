"""Charts along the epochs of a training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from striate.drawing.charts.figures import BLUE, GREEN, ORANGE, new_figure, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def curves(rows: Sequence[Mapping[str, Any]], *, measure: str = "accuracy") -> bytes:
    """Draw loss, measure (at most 1) and learning rate over the epochs, one row for each epoch.

    The keys are `epoch`, `loss`, `val_loss`, `val_` and the measure, and `rate`; a row may lack any
    but the first.

    >>> curves([{"epoch": 1, "loss": 0.5, "val_loss": 0.4, "val_accuracy": 0.9}])[1:4]
    b'PNG'
    """
    from matplotlib.ticker import PercentFormatter

    figure = new_figure(11, 3.3, layout="constrained")
    loss, measured, rate = figure.subplots(1, 3, width_ratios=(4, 4, 3))
    _line(loss, _points(rows, "loss"), BLUE, label="training")
    _line(loss, _points(rows, "val_loss"), ORANGE, label="validation", linestyle="--")
    _line(measured, _points(rows, f"val_{measure}"), ORANGE)
    _line(rate, _points(rows, "rate"), GREEN)
    loss.set_title("loss")
    measured.set_title(title(_points(rows, f"val_{measure}"), measure))
    measured.yaxis.set_major_formatter(PercentFormatter(1))
    rate.set_title("learning rate")
    for axes in (loss, measured, rate):
        _along_epochs(axes)
    if loss.lines:
        loss.legend(edgecolor="none")
    return png(figure)


def _points(rows: Sequence[Mapping[str, Any]], key: str) -> list[tuple[int, float]]:
    """Each epoch in which the key was recorded, and its value."""
    return [(int(row["epoch"]), float(row[key])) for row in rows if row.get(key) not in (None, "")]


def _line(axes: Axes, points: list[tuple[int, float]], color: str, **look: Any) -> None:
    if points:
        marker = "o" if len(points) <= 30 else ""
        axes.plot(*zip(*points, strict=True), color=color, marker=marker, markersize=4, **look)


def _along_epochs(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.spines[["top", "right"]].set_visible(False)
    if not axes.lines:
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, "not recorded", ha="center", va="center", transform=axes.transAxes)
        return
    axes.set_xlabel("epoch")
    axes.grid(color="0.92")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))


def title(points: list[tuple[int, float]], measure: str = "accuracy") -> str:
    """The title of a measure: the best there was, and when."""
    known = [(value, epoch) for epoch, value in points if math.isfinite(value)]
    if not known:
        return measure
    value, epoch = max(known, key=lambda one: one[0])
    return f"{measure}, best {value:.2%} in epoch {epoch}"
