"""How dark the cells of a painted plane are."""

from math import isfinite

from striate.drawing.films.record import Plane


def tones(plane: Plane) -> tuple[int, ...]:
    """The grey of each cell, from 0 (black, the least value) to 255 (white, the largest).

    Padding that is never chosen is infinite, and has no part in what is least and largest.

    >>> tones(Plane("input", "input", "input", (1, 4), (-1.0, 0.0, 3.0, float("inf"))))
    (0, 64, 255, 255)
    """
    finite = [value for value in plane.values if isfinite(value)]
    least, largest = min(finite, default=0.0), max(finite, default=0.0)
    scale = 255 / (largest - least) if largest > least else 0
    held = (min(max(value, least), largest) for value in plane.values)
    return tuple(round((value - least) * scale) for value in held)
