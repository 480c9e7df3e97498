"""Axes: what the sides of an input are called, and what is counted along them, by its rank."""

SIDES: dict[int, tuple[str, ...]] = {
    1: ("length",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""What a size has along each axis."""

PLACES: dict[int, tuple[str, ...]] = {
    0: (),
    1: ("place",),
    2: ("row", "column"),
    3: ("slice", "row", "column"),
}
"""What the numbers of a place count along each axis."""
