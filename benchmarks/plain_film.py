"""The film of a convolution as people write it: matplotlib's animation, a table for each frame.

`python plain_film.py SIZE KERNEL FILE`: an input of SIZE x SIZE, a kernel of KERNEL x KERNEL and
stride 1. Each frame shades the window and writes the output's number; the page has the frames as
pictures.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation


def main(size: int, kernel: int, path: Path) -> None:
    numbers = np.random.default_rng(0)
    image, weights = numbers.integers(0, 5, (size, size)), numbers.integers(-1, 2, (kernel, kernel))
    places = size - kernel + 1
    mpl.rcParams["animation.embed_limit"] = 500
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
    output = np.full((places, places), np.nan)

    def draw(number: int) -> list[object]:
        row, column = divmod(number, places)
        under = image[row : row + kernel, column : column + kernel]
        output[row, column] = (under * weights).sum()
        for axes, values in ((left, image), (right, output)):
            axes.clear()
            axes.imshow(np.zeros_like(values, float), cmap="Blues", vmin=-1, vmax=2)
            axes.set_xticks([])
            axes.set_yticks([])
            for (i, j), value in np.ndenumerate(values):
                if not np.isnan(value):
                    axes.text(j, i, f"{value:g}", ha="center", va="center")
        left.add_patch(plt.Rectangle((column - 0.5, row - 0.5), kernel, kernel, alpha=0.4))
        return []

    film = FuncAnimation(figure, draw, frames=places**2, interval=700)
    path.write_text(film.to_jshtml(), "utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
