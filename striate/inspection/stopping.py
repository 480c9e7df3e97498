"""Stopping: why a module could not be followed any further, in a sentence."""

from striate.inspection.recording import Trouble
from striate.inspection.running import NumbersNeededError


def reason_of(trouble: Trouble) -> str:
    """The sentence about the call that failed: its function, its line and what torch said."""
    name = trouble.call.name
    where = f"{name} ({trouble.source})" if trouble.source else name
    if _needs_numbers(trouble.error):
        return f"{where} needs the numbers of an image: what follows depends on them"
    said = str(trouble.error).strip().splitlines()
    told = f": {said[0]}" if said else ""
    return f"{where} failed: {type(trouble.error).__name__}{told}"


def _needs_numbers(error: Exception) -> bool:
    """Whether it failed for want of numbers alone; torch then tells of its device without any."""
    return isinstance(error, NumbersNeededError) or "meta" in str(error)
