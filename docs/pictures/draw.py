"""The pictures of README: a film, a network and a filtered picture, drawn by striate itself.

The picture that is filtered is drawn here, so that nobody else's photo is needed.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import striate
from striate.drawing.gallery import gallery

FOLDER = Path(__file__).parent


def film() -> None:
    """The first example of the textbook, in the middle of its film."""
    (first,) = (one for one in gallery().examples if one.name == "B1.1")
    first.film.save(FOLDER / "film.png", frame=4)


def network() -> None:
    """LeNet-5, and what the middle unit of its last pooling sees."""
    striate.draw("lenet5", unit=("s4", (2, 2))).save(FOLDER / "network.png")


def filtered() -> None:
    """A house and its sun under three kernels, side by side."""
    house = picture()
    kernels = ("sobel", "horizontal", "edge")
    panes = [house, *(striate.filter(house, one, grey=True).levels[0].numpy() for one in kernels)]
    side = house.shape[1]
    sheet = Image.new("RGB", (len(panes) * (side + 8) - 8, house.shape[0]), "white")
    for number, pane in enumerate(panes):
        sheet.paste(Image.fromarray(pane).convert("RGB"), (number * (side + 8), 0))
    sheet.save(FOLDER / "filter.png", optimize=True)


def picture() -> np.ndarray:
    """A picture (row, column, colour) of a house, four times as large and then reduced."""
    sheet = Image.new("RGB", (960, 960), (126, 178, 224))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 660, 960, 960), fill=(86, 140, 78))
    pen.ellipse((90, 80, 270, 260), fill=(250, 214, 92))
    pen.rectangle((360, 420, 780, 820), fill=(196, 108, 76))
    pen.polygon([(310, 430), (570, 190), (830, 430)], fill=(122, 50, 46))
    for left in (410, 620):
        pen.rectangle((left, 490, left + 110, 600), fill=(232, 236, 240))
        pen.line((left + 55, 490, left + 55, 600), fill=(90, 60, 50), width=10)
    pen.rectangle((520, 640, 620, 820), fill=(70, 44, 36))
    return np.asarray(sheet.resize((240, 240), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    film()
    network()
    filtered()
