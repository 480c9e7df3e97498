"""Films of several kinds, which the tests of pages show: one of each thing that can be seen."""

from dataclasses import replace
from functools import cache

import numpy as np

from striate.arithmetic import Window
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.kinds.gradients import gradients
from striate.drawing.films.kinds.pooling import pooling
from striate.drawing.films.kinds.rows import as_matrix
from striate.drawing.films.kinds.transposition import transposed
from striate.drawing.pages.films import film_page


def whole(seed, *size):
    """Small whole numbers, the same every time."""
    return np.random.default_rng(seed).integers(-3, 9, size)


def one_channel(size, kernel=3, **window):
    """A convolution of one channel by one filter, with a bias."""
    return convolution(
        whole(0, 1, size, size),
        whole(1, 1, 1, kernel, kernel),
        Window.of(kernel, rank=2, **window),
        bias=[1.0],
        title=f"{kernel}x{kernel} over {size}x{size} <of numbers>",
    )


def painted():
    """A picture by an edge kernel: cells are greys."""
    film = one_channel(8, padding=1)
    planes = [replace(one, painted=one.role in ("input", "output")) for one in film.planes]
    return replace(film, planes=tuple(planes))


def two_filters():
    """Two channels, two filters: partial maps, kernels that pass, padding."""
    window = Window.of(3, rank=2, stride=2, padding=1)
    image, kernels = whole(2, 2, 5, 5), whole(3, 2, 2, 3, 3)
    return convolution(image, kernels, window, bias=[1.0, -2.0], title="two filters")


FILMS = {
    "convolution": lambda: one_channel(7, stride=2, padding=1),
    "two filters": two_filters,
    "misfit": lambda: one_channel(7, stride=3),
    "painted": painted,
    "pooling": lambda: pooling(
        whole(4, 1, 5, 5), Window.of(3, rank=2, stride=2, padding=1), title="largest"
    ),
    "slices": lambda: pooling(
        whole(5, 1, 3, 3, 4), Window.of(2, rank=3), "average", title="averages"
    ),
    "transposed": lambda: transposed(
        whole(6, 1, 3, 3),
        whole(7, 1, 1, 3, 3),
        Window.of(3, rank=2, stride=2, padding=1),
        size=(5, 5),
        title="transposed",
    ),
    "gradients": lambda: gradients(
        whole(8, 1, 3), whole(9, 1, 5), whole(10, 1, 1, 3), Window.of(3, rank=1), rate=0.1
    ),
    "matrix": lambda: as_matrix(whole(11, 4, 4), whole(12, 3, 3), Window.of(3, rank=2)),
}


@cache
def film_of(name):
    """A film of this table."""
    return FILMS[name]()


@cache
def html_of(name):
    """Its page."""
    return film_page(film_of(name))
