"""Charts of images: a grid of them, each under its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from striate.drawing.charts.figures import new_figure, png
from striate.drawing.charts.lettering import lettering, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray


def worst(images: ArrayLike, captions: Sequence[str]) -> bytes:
    """Draw images (n, channel, height, width), uint8, of 1 or 3 channels, in a grid with captions.

    >>> worst(np.zeros((1, 3, 8, 8), np.uint8), ["ant, said bee 0.97"])[1:4]
    b'PNG'
    """
    if not captions:
        figure = new_figure(3, 1)
        figure.text(0.5, 0.5, "no mistakes to show", ha="center", va="center")
        return png(figure)
    figure, grid = _grid(len(captions), *np.shape(images)[-2:])
    for axes, picture, caption in zip(grid, _pictures(images), captions, strict=True):
        _show(axes, picture, caption)
    return png(figure)


def pairs(inputs: ArrayLike, outputs: ArrayLike, captions: Sequence[str]) -> bytes:
    """Draw images (n, channel, height, width), uint8, and to the right of each its output.

    >>> pairs(np.zeros((1, 1, 8, 8), np.uint8), np.ones((1, 1, 8, 8), np.uint8), ["0.02"])[1:4]
    b'PNG'
    """
    figure, grid = _grid(2 * len(captions), *np.shape(inputs)[-2:])
    for places, images, titles in (
        (grid[::2], inputs, ["input"] * len(captions)),
        (grid[1::2], outputs, captions),
    ):
        for axes, picture, title in zip(places, _pictures(images), titles, strict=True):
            _show(axes, picture, title)
    return png(figure)


def views(images: ArrayLike, captions: Sequence[Sequence[str]]) -> bytes:
    """Draw rows of images (row, column, channel, height, width), uint8, each with its caption.

    >>> views(np.zeros((1, 2, 1, 8, 8), np.uint8), [["ant", "epoch 1"]])[1:4]
    b'PNG'
    """
    levels = np.moveaxis(np.asarray(images, dtype=np.uint8), 2, -1)
    larger = math.ceil(64 / max(levels.shape[2:4]))  # so that gaps can be narrower than a pixel
    levels = levels.repeat(larger, 2).repeat(larger, 3)
    rows, columns, tall, wide = levels.shape[:4]
    down, right = tall + round(0.3 * wide), wide + round(0.06 * wide)
    sheet = np.full((rows * down, columns * right, 3), 255, np.uint8)
    figure = new_figure(columns * 1.4, rows * 1.4 * down / right)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for row, line in enumerate(captions):
        for column, caption in enumerate(line):
            top, left = row * down + down - tall, column * right
            sheet[top : top + tall, left : left + wide] = levels[row, column]
            text = "\n".join(wrap(short(caption, 40), 20))
            place = left + wide / 2, top - 0.05 * wide
            axes.text(*place, text, ha="center", va="bottom", fontsize=7, **lettering())
    axes.imshow(sheet)
    return png(figure)


def _pictures(images: ArrayLike) -> NDArray[np.uint8]:
    """Images as they are drawn: the channel last."""
    return np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)


def _show(axes: Axes, picture: NDArray[np.uint8], caption: str) -> None:
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
    axes.set_title("\n".join(wrap(short(caption, 60), 24)), fontsize=8, **lettering())


def _grid(count: int, tall: int, wide: int) -> tuple[Figure, list[Axes]]:
    """Places for pictures, at most six side by side, with room for three lines above each."""
    columns = min(count, 6)
    rows = math.ceil(count / columns)
    width, height, gap = 1.5, 1.5 * min(max(tall / wide, 0.2), 3), 0.6
    figure = new_figure(columns * (width + 0.3) - 0.3, rows * (height + gap) - gap)
    spaces = {"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": 0.2, "hspace": gap / height}
    places = figure.subplots(rows, columns, squeeze=False, gridspec_kw=spaces).ravel()
    for axes in places:
        axes.set_axis_off()
    return figure, list(places[:count])
