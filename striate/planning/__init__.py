"""A network and an input size put together: rows with derivations, totals, diagnosis."""

from striate.planning.diagnosis import resolve
from striate.planning.expansion import Settings
from striate.planning.plan import Plan, plan

__all__ = ["Plan", "Settings", "plan", "resolve"]
