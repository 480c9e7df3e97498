"""How big, how many, how far: the integers of sliding windows, in any number of axes.

Every count is a `Formula` put to numbers, so each result carries its own working.
"""

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.window import Window

__all__ = ["Field", "Formula", "Quantity", "Window"]
