"""Causes: why a call fails, in the numbers of the network that it stands in."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from striate.inspection.diagnosis.causes import features, joining, sliding
from striate.inspection.diagnosis.phrases import kind_of_call
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal

CAUSES: Mapping[str, Callable[[Rehearsal, Performed], str | None]] = {
    **sliding.CAUSES,
    **features.CAUSES,
    **joining.CAUSES,
}


def cause_of(failure: Rehearsal) -> str:
    """The cause, in one sentence; what torch says of it where nothing else is known."""
    done = failure.failed
    if done is not None and done.given:
        with suppress(TypeError, ValueError, IndexError, KeyError, AttributeError):
            cause = CAUSES.get(kind_of_call(done.name))  # it may be called in another way
            said = cause(failure, done) if cause is not None else None
            if said is not None:
                return said
    return sentence(failure.error)


def sentence(error: Exception | None) -> str:
    """What an error says: the first line, with the name of its class where that is needed.

    >>> sentence(KeyError("b")), sentence(ValueError("8 is not 9"))
    ("KeyError: 'b'", '8 is not 9')
    """
    lines, name = str(error).strip().splitlines(), type(error).__name__
    if not lines:
        return name
    if "TorchScript" in lines[0]:
        return _compiled(lines)
    telling = isinstance(error, RuntimeError | ValueError | TypeError) and " " in lines[0]
    return lines[0] if telling else f"{name}: {lines[0]}"


def _compiled(lines: list[str]) -> str:
    """Where compiled code failed, the innermost line, and what torch says of it, if anything."""
    marks = [number for number, line in enumerate(lines) if "<--- HERE" in line]
    where = f" at `{lines[marks[-1] - 1].strip()}`" if marks else ""
    said = lines[-1].partition(": ")[2]
    return f"compiled code fails{where}{f': {said}' if said else ''}"
