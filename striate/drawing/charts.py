"""Charts of a training: its curves, what was taken for what, images and what became of them.

Every function takes plain lists or arrays and returns a PNG as bytes. matplotlib is used in this
file alone, by its objects (without pyplot, so nothing global is touched), and is imported when
something is drawn. The colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
SCRIPTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Malgun Gothic", "Noto Sans")
"""Fonts that hold scripts which matplotlib's own font does not, where a machine has them."""


def curves(rows: Sequence[Mapping[str, Any]], *, measure: str = "accuracy") -> bytes:
    """Draw loss, measure (at most 1) and learning rate over the epochs, one row for each epoch.

    The keys are `epoch`, `loss`, `val_loss`, `val_` and the measure, and `rate`; a row may lack any
    but the first.

    >>> curves([{"epoch": 1, "loss": 0.5, "val_loss": 0.4, "val_accuracy": 0.9}])[1:4]
    b'PNG'
    """
    from matplotlib.ticker import PercentFormatter

    figure = _figure(11, 3.3, layout="constrained")
    loss, measured, rate = figure.subplots(1, 3, width_ratios=(4, 4, 3))
    _line(loss, _points(rows, "loss"), BLUE, label="training")
    _line(loss, _points(rows, "val_loss"), ORANGE, label="validation", linestyle="--")
    _line(measured, _points(rows, f"val_{measure}"), ORANGE)
    _line(rate, _points(rows, "rate"), GREEN)
    loss.set_title("loss")
    measured.set_title(_best(_points(rows, f"val_{measure}"), measure))
    measured.yaxis.set_major_formatter(PercentFormatter(1))
    rate.set_title("learning rate")
    for axes in (loss, measured, rate):
        _along_epochs(axes)
    if loss.lines:
        loss.legend(edgecolor="none")
    return _png(figure)


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
    figure = _figure(side, side)
    axes = figure.add_axes((0, 0, 1, 1))
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1))
    bar = figure.colorbar(image, cax=figure.add_axes((1 + 0.2 / side, 0, 0.15 / side, 1)))
    bar.set_ticks([0, 0.01, 0.05, 0.2, 0.5, 1], labels=["0%", "1%", "5%", "20%", "50%", "100%"])
    _name_both_sides(axes, classes, side)
    if len(classes) <= 20:
        _write_counts(axes, counts, shares)
    right, total = int(np.trace(counts)), int(counts.sum())
    axes.set_title(f"{right} of {total} right" + (f", {right / total:.2%}" if total else ""))
    return _png(figure)


def worst(images: ArrayLike, captions: Sequence[str]) -> bytes:
    """Draw images (n, channel, height, width), uint8, of 1 or 3 channels, in a grid with captions.

    >>> worst(np.zeros((1, 3, 8, 8), np.uint8), ["ant, said bee 0.97"])[1:4]
    b'PNG'
    """
    if not captions:
        figure = _figure(3, 1)
        figure.text(0.5, 0.5, "no mistakes to show", ha="center", va="center")
        return _png(figure)
    figure, grid = _grid(len(captions), *np.shape(images)[-2:])
    for axes, picture, caption in zip(grid, _pictures(images), captions, strict=True):
        _show(axes, picture, caption)
    return _png(figure)


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
    return _png(figure)


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


def _best(points: list[tuple[int, float]], measure: str = "accuracy") -> str:
    """The title of a measure: the best there was, and when."""
    known = [(value, epoch) for epoch, value in points if math.isfinite(value)]
    if not known:
        return measure
    value, epoch = max(known, key=lambda one: one[0])
    return f"{measure}, best {value:.2%} in epoch {epoch}"


def _name_both_sides(axes: Axes, classes: Sequence[str], side: float) -> None:
    each = math.ceil(len(classes) / 100)
    places = range(0, len(classes), each)
    names = [_short(name, 24) for name in classes[::each]]
    points = min(9, 0.7 * 72 * side * each / max(len(classes), 1))
    axes.set_xticks(places, names, rotation=90, fontsize=points, **_lettering())
    axes.set_yticks(places, names, fontsize=points, **_lettering())
    axes.set(xlabel="what the network said", ylabel="what it is")


def _write_counts(axes: Axes, counts: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if shares[row, column] > 0.3 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=color, fontsize=8)


def _pictures(images: ArrayLike) -> NDArray[np.uint8]:
    """Images as they are drawn: the channel last."""
    return np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)


def _show(axes: Axes, picture: NDArray[np.uint8], caption: str) -> None:
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
    axes.set_title("\n".join(wrap(_short(caption, 60), 24)), fontsize=8, **_lettering())


def _grid(count: int, tall: int, wide: int) -> tuple[Figure, list[Axes]]:
    """Places for pictures, at most six side by side, with room for three lines above each."""
    columns = min(count, 6)
    rows = math.ceil(count / columns)
    width, height, gap = 1.5, 1.5 * min(max(tall / wide, 0.2), 3), 0.6
    figure = _figure(columns * (width + 0.3) - 0.3, rows * (height + gap) - gap)
    spaces = {"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": 0.2, "hspace": gap / height}
    places = figure.subplots(rows, columns, squeeze=False, gridspec_kw=spaces).ravel()
    for axes in places:
        axes.set_axis_off()
    return figure, list(places[:count])


def _short(text: str, limit: int) -> str:
    """A text that fits: its middle left out if it is long, a box for what no font here can draw."""
    text = " ".join(text.split())
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-(limit // 2) + 1 :]}"
    return "".join(letter if ord(letter) in _glyphs() else "□" for letter in text)


def _lettering() -> dict[str, Any]:
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


def _figure(width: float, height: float, **options: Any) -> Figure:
    """A new figure; sizes in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=120, **options)


def _png(figure: Figure) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", pad_inches=0.15)
    return buffer.getvalue()
