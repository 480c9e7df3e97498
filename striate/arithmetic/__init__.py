"""How big, how many, how far: the integers of sliding windows, in any number of axes.

Every count is a `Formula` put to numbers, so each result carries its own working.
"""

from typing import TYPE_CHECKING, Any

from striate.arithmetic.formula import Formula, Quantity
from striate.arithmetic.window import Window

if TYPE_CHECKING:
    from striate.arithmetic.field import Field

__all__ = ["Field", "Formula", "Quantity", "Window"]


def __getattr__(name: str) -> Any:
    """Fields are loaded when they are first asked for: a window alone needs none."""
    if name != "Field":
        raise AttributeError(f"module 'striate.arithmetic' has no attribute {name!r}")
    from striate.arithmetic.field import Field

    return Field
