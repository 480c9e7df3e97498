"""The chart of what was taken for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from striate.drawing.charts.figures import new_figure, png
from striate.drawing.charts.lettering import lettering, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


def confusion(matrix: ArrayLike, classes: Sequence[str]) -> bytes:
    """Draw counts (true class, said class), each row coloured by its shares.

    The colour grows with the square root of the share, so that rare mistakes are seen. Up to 20
    classes the counts are written too; beyond 100 only some classes are named.

    >>> confusion([[8, 2], [1, 9]], ["ant", "bee"])[1:4]
    b'PNG'
    """
    from matplotlib.colors import PowerNorm

    counts = np.asarray(matrix, dtype=np.int64)
    assert counts.shape == (len(classes), len(classes))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = float(np.clip(max(min(0.45 * len(classes), 9), 0.16 * len(classes)), 2, 16))
    figure = new_figure(side, side)
    axes = figure.add_axes((0, 0, 1, 1))
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1))
    bar = figure.colorbar(image, cax=figure.add_axes((1 + 0.2 / side, 0, 0.15 / side, 1)))
    bar.set_ticks([0, 0.01, 0.05, 0.2, 0.5, 1], labels=["0%", "1%", "5%", "20%", "50%", "100%"])
    _name_both_sides(axes, classes, side)
    if len(classes) <= 20:
        _write_counts(axes, counts, shares)
    right, total = int(np.trace(counts)), int(counts.sum())
    axes.set_title(f"{right} of {total} right" + (f", {right / total:.2%}" if total else ""))
    return png(figure)


def _name_both_sides(axes: Axes, classes: Sequence[str], side: float) -> None:
    each = math.ceil(len(classes) / 100)
    places = range(0, len(classes), each)
    names = [short(name, 24) for name in classes[::each]]
    points = min(9, 0.7 * 72 * side * each / max(len(classes), 1))
    axes.set_xticks(places, names, rotation=90, fontsize=points, **lettering())
    axes.set_yticks(places, names, fontsize=points, **lettering())
    axes.set(xlabel="what the network said", ylabel="what it is")


def _write_counts(axes: Axes, counts: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if shares[row, column] > 0.3 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=color, fontsize=8)
