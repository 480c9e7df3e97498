"""What torch's functions mean in the words of the language: one table, by the function's name."""

from collections.abc import Mapping

from striate.inspection.calls import Meaning
from striate.inspection.meanings import joins, own, places, turning, windows

MEANINGS: Mapping[str, Meaning] = {
    **windows.MEANINGS,
    **places.MEANINGS,
    **turning.MEANINGS,
    **joins.MEANINGS,
    **own.MEANINGS,
}

FORESEEN = frozenset(
    [
        f"{name}{axes}d"
        for name in ("conv", "max_pool", "avg_pool", "adaptive_avg_pool")
        for axes in (1, 2, 3)
    ]
    + [*places.MEANINGS, *joins.SUMS, *own.MEANINGS]
)
"""Functions whose result has the size that the rules of their record give: they need not be run."""
