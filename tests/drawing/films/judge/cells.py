"""The cells of a film: found by role, by heading, or by the number that stands in them."""

from itertools import pairwise
from math import prod

import numpy as np

from striate.drawing.films.record import Cell

MODES = {"zeros": "constant", "edge": "edge", "reflect": "reflect", "circular": "wrap"}


def padded(image, sides, border="zeros", fill=0.0):
    """An image (..., *size) with a frame around its last axes, by numpy."""
    around = [(0, 0)] * (np.ndim(image) - len(sides)) + [tuple(pair) for pair in sides]
    more = {"constant_values": fill} if border == "zeros" else {}
    return np.pad(image, around, mode=MODES[border], **more)


def planes(film, role, *, without_frame=False, where=lambda plane: True):
    """The cells of all planes of a role, plane by plane and row by row."""
    return [
        Cell(number, spot)
        for number, plane in enumerate(film.planes)
        if plane.role == role and where(plane)
        for spot in range(len(plane.values))
        if not (without_frame and plane.pads(spot))
    ]


def standing_in(film, stack, *, without_frame=False):
    """The cells of all planes under a heading."""
    roles = {plane.role for plane in film.planes if plane.stack == stack}
    assert len(roles) == 1, f"{stack}: {roles}"
    here = lambda plane: plane.stack == stack  # noqa: E731
    return planes(film, *roles, where=here, without_frame=without_frame)


def laid(cells, shape):
    """Cells as an array of cells of a shape."""
    assert len(cells) == prod(shape), f"{len(cells)} cells for {shape}"
    array = np.empty(len(cells), object)
    array[:] = cells
    return array.reshape(shape)


def found(film, cells, values):
    """The cells of numbers that are all different, found by the number that stands there."""
    standing = {film.planes[cell.plane].values[cell.spot]: cell for cell in cells}
    assert len(standing) == len(cells) == np.size(values)
    flat = [standing[value] for value in np.ravel(values)]
    for before, after in pairwise(flat):  # row by row in each plane
        assert before.plane != after.plane or before.spot + 1 == after.spot
    return laid(flat, np.shape(values))


def value(film, cell):
    return film.planes[cell.plane].values[cell.spot]
