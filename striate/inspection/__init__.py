"""Any torch module as a network to plan."""

from striate.inspection.inspecting import Inspection, examine, inspect

__all__ = ["Inspection", "examine", "inspect"]
