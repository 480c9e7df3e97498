"""Films: a window that slides over its input, step by step, with the numbers, for every kind."""

from striate.drawing.films.record import Cell, Film, Frame, Plane, Sum

__all__ = ["Cell", "Film", "Frame", "Plane", "Sum"]
