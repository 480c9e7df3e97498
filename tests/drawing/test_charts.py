"""The charts are judged by their pixels: where a colour lies, how much of it, and what is white.

Warnings are errors, so a glyph that is missing or a layout that does not fit fails here too.
"""

import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from striate.drawing.charts import (
    BLUE,
    GREEN,
    ORANGE,
    confusion,
    curves,
    lettering,
    pairs,
    reliability,
    worst,
)
from striate.drawing.charts.epochs import title
from striate.drawing.charts.lettering import SCRIPTS

DARKEST = "#08306b"
ROW = {"epoch": 1, "loss": 2.0, "val_loss": 1.5, "val_accuracy": 0.4, "rate": 0.1}
ROWS = [{**ROW, "epoch": epoch, "loss": 2 / epoch} for epoch in range(1, 41)]
NAMES = ["螞蟻", "🐜", "costs $\\frac{5$", "_x", "", "two\nlines", "W" * 300, "Grüße, naïve ☺"]


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def places(png, color):
    """The (row, column) of every pixel of that colour."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.argwhere((pixels(png) == wanted).all(axis=-1))


def assert_nothing_is_clipped(png):
    picture = pixels(png)
    inside = picture[5:-5, 5:-5]
    assert (picture == 255).sum() - (inside == 255).sum() == picture.size - inside.size
    assert inside.min() < 255


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS[:1],
        [],
        [{"epoch": 1}],
        [{"epoch": 1, "loss": 0.3}, {"epoch": 2, "loss": None, "val_accuracy": 0.5}],
        [{"epoch": "1", "loss": "0.3", "val_loss": ""}],
        [{**ROW, "loss": np.nan, "val_loss": np.inf, "val_accuracy": np.nan}],
        [{**ROW, "epoch": 1_000_000, "loss": 1e30, "rate": 1e-9}],
    ],
)
def test_curves_of_any_rows_are_a_whole_picture(rows):
    assert_nothing_is_clipped(curves(rows))


@pytest.mark.parametrize(("key", "color"), [("loss", BLUE), ("val_loss", ORANGE), ("rate", GREEN)])
def test_curves_draw_what_was_recorded_and_nothing_else(key, color):
    drawn = curves([{"epoch": row["epoch"], key: row[key]} for row in ROWS])
    assert len(places(drawn, color)) > 100
    assert all(len(places(drawn, other)) == 0 for other in {BLUE, ORANGE, GREEN} - {color})


def test_a_falling_loss_is_drawn_falling():
    drawn = places(curves([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}]), BLUE)
    low, high = drawn[drawn[:, 1].argmin()], drawn[drawn[:, 1].argmax()]
    assert low[0] < high[0]


def test_the_best_accuracy_is_named_with_its_epoch():
    assert title([(1, np.nan), (2, 0.9), (3, 0.8)]) == "accuracy, best 90.00% in epoch 2"
    assert title([(1, np.nan)]) == "accuracy"


def test_another_measure_has_its_own_curve_and_title():
    rows = [{"epoch": epoch, "val_explained": epoch / 3} for epoch in (-1, 1, 2)]
    assert len(places(curves(rows, measure="explained"), ORANGE)) > 100
    assert len(places(curves(rows), ORANGE)) == 0
    assert title([(1, 0.5)], "explained") == "explained, best 50.00% in epoch 1"


def test_one_epoch_is_seen():
    assert len(places(curves([ROW]), GREEN)) > 10


@pytest.mark.parametrize("count", [1, 2, 10, 20, 21, 100, 130])
def test_confusion_of_any_number_of_classes_is_a_whole_picture(count):
    drawn = confusion(np.eye(count, dtype=int) * 1000, [f"class {i}" for i in range(count)])
    assert_nothing_is_clipped(drawn)
    assert len(places(drawn, DARKEST)) > 120 * count


def test_a_row_is_the_truth_and_a_column_what_was_said():
    drawn = confusion([[0, 9, 0], [0, 0, 0], [0, 0, 0]], ["ant", "bee", "cat"])
    truth, said = np.median(places(drawn, DARKEST)[:, :2], axis=0)
    there = confusion(np.diag([9, 0, 0]), ["ant", "bee", "cat"])
    truth_there, said_there = np.median(places(there, DARKEST), axis=0)
    assert abs(truth - truth_there) < 5
    assert said > said_there + 50


def test_a_row_is_coloured_by_its_own_share():
    even = len(places(confusion([[500, 0], [0, 500]], ["ant", "bee"]), DARKEST))
    rare = len(places(confusion([[999, 0], [0, 1]], ["ant", "bee"]), DARKEST))
    assert rare == pytest.approx(even, rel=0.05)


@pytest.mark.parametrize(("count", "written"), [(20, True), (21, False)])
def test_counts_are_written_up_to_20_classes(count, written):
    names = [f"class {i}" for i in range(count)]
    once, twice = (pixels(confusion(np.eye(count) * n, names))[50:] for n in (1000, 2000))
    assert np.array_equal(once, twice) is not written


def test_names_of_any_letters_are_drawn():
    assert_nothing_is_clipped(confusion(np.eye(len(NAMES)), NAMES))
    assert_nothing_is_clipped(worst(np.zeros((len(NAMES), 1, 4, 4), np.uint8), NAMES))


def test_letters_come_from_another_font_of_the_machine_or_are_a_box(monkeypatch):
    def drawn(name, *fonts):
        monkeypatch.setattr(lettering, "SCRIPTS", fonts)
        lettering._fonts.cache_clear()
        lettering._glyphs.cache_clear()
        return confusion([[1]], [name])

    assert drawn("ᶁ", "No Such Font") == drawn("□")
    assert drawn("ᶁ", "No Such Font", "STIXGeneral") != drawn("□")
    drawn("ant", *SCRIPTS)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("count", "size"), [(0, (8, 8)), (1, (8, 8)), (7, (8, 80)), (8, (40, 8))])
def test_worst_of_any_images_is_a_whole_picture(count, size, channels):
    drawn = worst(np.zeros((count, channels, *size), np.uint8), ["ant, said bee 0.97"] * count)
    assert_nothing_is_clipped(drawn)


def test_worst_shows_every_image_in_reading_order():
    colors = [f"#{40 * i:02x}{255 - 30 * i:02x}40" for i in range(1, 7)] + ["#ff0080"]
    solid = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in colors]
    images = np.array(solid, np.uint8)[:, :, None, None] * np.ones((1, 1, 4, 4), np.uint8)
    drawn = worst(images, ["ant, said bee 0.97"] * 7)
    found = [places(drawn, color) for color in colors]
    assert [len(one) for one in found] == pytest.approx([180 * 180] * 7, rel=0.05)
    lefts = [one[:, 1].min() for one in found]
    assert lefts[:6] == sorted(lefts[:6])
    assert lefts[6] == pytest.approx(lefts[0], abs=2)
    assert found[6][:, 0].min() > found[0][:, 0].max()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("count", "size"), [(1, (8, 8)), (4, (8, 80)), (12, (40, 8))])
def test_pairs_of_any_images_are_a_whole_picture(count, size, channels):
    images = np.zeros((count, channels, *size), np.uint8)
    assert_nothing_is_clipped(pairs(images, images + 9, ["output, error 0.031"] * count))


def test_an_output_is_to_the_right_of_its_input():
    colors = ["#ff0000", "#00ff00", "#0000ff", "#ff00ff"]
    solid = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in colors]
    images = np.array(solid, np.uint8)[:, :, None, None] * np.ones((1, 1, 4, 4), np.uint8)
    found = [places(pairs(images[:2], images[2:], ["", ""]), color) for color in colors]
    assert [len(one) for one in found] == pytest.approx([180 * 180] * 4, rel=0.05)
    lefts = [one[:, 1].min() for one in found]
    assert lefts[0] < lefts[2] < lefts[1] < lefts[3]


def test_grey_is_drawn_as_it_is_not_stretched():
    drawn = worst(np.full((1, 1, 4, 4), 100, np.uint8), ["ant, said bee 0.97"])
    assert len(places(drawn, "#646464")) > 170 * 170


def test_pyplot_is_never_loaded_and_matplotlib_only_when_drawing():
    code = (
        "import sys; from striate.drawing.charts import curves; before = set(sys.modules);"
        "curves([]); print('matplotlib' in before, 'matplotlib' in sys.modules,"
        " 'matplotlib.pyplot' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "True", "False"]


BINS = [(0, None, None), (3, 0.3, 1.0), (0, None, None), (9, 0.9, 0.5)]


@pytest.mark.parametrize(
    "bins", [BINS, BINS[:1], [(1, 1.0, 0.0)], BINS * 5, [(10**7, 0.5, 0.5)] * 15]
)
def test_reliability_of_any_bins_is_a_whole_picture(bins):
    assert_nothing_is_clipped(reliability(*zip(*bins, strict=True), error=0.03))


def test_a_bar_is_as_high_as_its_accuracy_and_the_dot_as_its_confidence():
    low, high = (
        reliability([0, 5], [None, 0.8], [None, accuracy], error=0) for accuracy in (0.25, 0.75)
    )
    tall, short = (len(places(drawn, BLUE)) for drawn in (high, low))
    assert tall == pytest.approx(3 * short, rel=0.1)  # the key has a little of the colour too
    dot = np.median(places(high, ORANGE)[:40], axis=0)
    bar = places(high, BLUE)[:, 0].min()
    assert dot[0] < bar
