"""What the sums of a film come to, worked out from the values of the cells that they name."""

from math import prod

import numpy as np


def value(film, cell):
    return film.planes[cell.plane].values[cell.spot]


def comes_to(film, one):
    """The sum of the products of its terms, and what stood there before."""
    return sum(prod(value(film, cell) for cell in term) for term in one.terms) + (one.before or 0)


def adds_up(film):
    """Every sum of a film comes to the number that it shows."""
    for one in film.sums():
        shows = value(film, one.result) if one.after is None else one.after
        np.testing.assert_allclose(comes_to(film, one), shows, atol=1e-9)


def shown(film, *, role="output", name=""):
    """The values of the planes of a role, without their padding, one array for each plane."""
    planes = [one for one in film.planes if one.role == role and name in one.name]
    return [inside(plane) for plane in planes]


def inside(plane):
    rows, columns = plane.shape
    above, below, left, right = plane.padding
    whole = np.array(plane.values).reshape(plane.shape)
    return whole[above : rows - below, left : columns - right]


def written(film, number):
    """The sums of a frame as they are written."""
    return [film.written(one) for one in film.frames[number].sums]
