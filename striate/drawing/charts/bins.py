"""The chart of how sure a network is against how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from striate.drawing.charts.figures import BLUE, ORANGE, new_figure, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def reliability(
    counts: Sequence[int],
    confidences: Sequence[float | None],
    accuracies: Sequence[float | None],
    *,
    error: float,
) -> bytes:
    """Draw the accuracy of each bin of confidence as a bar, its mean confidence as a dot on it.

    Bins are of equal width from 0 to 1; one without images (count 0) has None for both. Where the
    network is as sure as it is right, the bar ends at the dot, which lies on the dashed line.
    Below it are the counts; `error` is the expected calibration error.

    >>> reliability([0, 4], [None, 0.9], [None, 0.75], error=0.15)[1:4]
    b'PNG'
    """
    figure = new_figure(4.6, 5.4, layout="constrained")
    shares, numbers = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    width = 1 / len(counts)
    middles = [(place + 0.5) * width for place in range(len(counts))]
    shares.plot((0, 1), (0, 1), color="0.6", linestyle="--", linewidth=1, zorder=3)
    heights = [accuracy or 0 for accuracy in accuracies]
    shares.bar(middles, heights, width, color=BLUE, edgecolor="white", label="share that is right")
    dots = [place for place, count in enumerate(counts) if count]
    known = [confidences[place] or 0 for place in dots]
    shares.plot(known, known, "o", color=ORANGE, markersize=5, zorder=4, label="mean confidence")
    shares.set_title(f"expected calibration error {error:.1%}")
    figure.legend(loc="outside lower center", ncols=2, edgecolor="none")
    numbers.bar(middles, counts, width, color="0.55", edgecolor="white")
    _dress(shares, numbers)
    return png(figure)


def _dress(shares: Axes, numbers: Axes) -> None:
    """Name what lies along the sides."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    for axes in (shares, numbers):
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        axes.grid(axis="y", color="0.92")
    shares.set(ylabel="how often it is right", xlim=(0, 1), ylim=(0, 1))
    shares.yaxis.set_major_formatter(PercentFormatter(1))
    numbers.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    numbers.xaxis.set_major_formatter(PercentFormatter(1))
    numbers.set(ylabel="images", xlabel="how sure the network is of what it says")
