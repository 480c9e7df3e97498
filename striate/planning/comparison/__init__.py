"""Networks side by side: sizes, counts, fields, and how many times as much of each."""

from striate.planning.comparison.comparison import Comparison, compare, name_of

__all__ = ["Comparison", "compare", "name_of"]
