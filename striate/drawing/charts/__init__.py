"""Charts of a training: its curves, what was taken for what, images and what became of them.

Every function takes plain lists or arrays and returns a PNG as bytes. matplotlib is used in this
folder alone, by its objects (without pyplot, so nothing global is touched), and is imported when
something is drawn. The colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

from striate.drawing.charts.bins import reliability
from striate.drawing.charts.counts import confusion
from striate.drawing.charts.epochs import curves
from striate.drawing.charts.figures import BLUE, GREEN, ORANGE
from striate.drawing.charts.pictures import pairs, views, worst
from striate.drawing.charts.rates import range_test

__all__ = [
    "BLUE",
    "GREEN",
    "ORANGE",
    "confusion",
    "curves",
    "pairs",
    "range_test",
    "reliability",
    "views",
    "worst",
]
