"""The chart of a range test: the loss at each learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from striate.drawing.charts.figures import BLUE, GREEN, ORANGE, new_figure, png


def range_test(
    rates: Sequence[float],
    losses: Sequence[float],
    smoothed: Sequence[float],
    *,
    suggested: float,
) -> bytes:
    """Draw the loss at each learning rate, smoothed and as it was, and the rate to take.

    >>> range_test([0.01, 0.1, 1.0], [2.0, 1.0, 3.0], [2.0, 1.5, 2.4], suggested=0.01)[1:4]
    b'PNG'
    """
    figure = new_figure(6, 3.6, layout="constrained")
    axes = figure.subplots()
    axes.plot(rates, losses, color=BLUE, alpha=0.3, label="loss of each step")
    axes.plot(rates, smoothed, color=ORANGE, label="smoothed")
    axes.axvline(suggested, color=GREEN, linestyle="--", label=f"suggested: {suggested:g}")
    low, high = min(smoothed), max(smoothed[: max(1, len(smoothed) // 2)])
    reach = max(high - low, 1e-6)
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.set_ylim(low - 0.3 * reach, high + 0.6 * reach)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.92")
    axes.legend(edgecolor="none")
    return png(figure)
