"""Any torch module as a network to plan.

A run loads this folder for its factories, so what follows modules is loaded when first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from striate.inspection.inspecting import Inspection, examine, inspect

__all__ = ["Inspection", "examine", "inspect"]


def __getattr__(name: str) -> Any:
    """What follows a module, which is loaded when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'striate.inspection' has no attribute {name!r}")
    from striate.inspection import inspecting

    return getattr(inspecting, name)
