"""Inputs that a module's forward does not take: too few, too many, or of another kind."""

from collections.abc import Iterator, Mapping
from inspect import Parameter, signature
from typing import Any

from torch import nn

from striate.arithmetic.window import show
from striate.inspection.diagnosis.edits import Resized
from striate.inspection.diagnosis.inputs import sizes
from striate.inspection.diagnosis.trials import Fix, Trials
from striate.inspection.inspecting import Given


def asked(module: nn.Module, input: Given, error: Exception | None) -> str | None:
    """What forward takes and was not given, or the other way round; None if that is not it."""
    if not isinstance(error, TypeError):
        return None
    needed, possible = _needed(module), _possible(module)
    if any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in _line(module)):
        return None
    given = len(sizes(input))
    if len(needed) <= given <= len(possible):
        return None
    takes = needed if given < len(needed) else possible
    plural, are = ("" if len(takes) == 1 else "s"), ("is" if given == 1 else "are")
    listed = ", ".join(takes) or "nothing"
    return f"forward takes {len(takes)} input{plural}, {listed}, and {given} {are} given"


def _possible(module: nn.Module) -> list[str]:
    """The inputs that forward takes, by name."""
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter.name for parameter in _line(module) if parameter.kind in kinds]


def _needed(module: nn.Module) -> list[str]:
    """Those that it cannot do without."""
    needed = {parameter.name for parameter in _line(module) if parameter.default is parameter.empty}
    return [name for name in _possible(module) if name in needed]


def _line(module: nn.Module) -> list[Parameter]:
    try:
        return list(signature(module.forward).parameters.values())
    except (TypeError, ValueError):  # compiled
        return []


def told(trials: Trials) -> Iterator[Fix]:
    """As many inputs as forward takes: those that are missing like the first, or one for all."""
    names, known = _needed(trials.module), sizes(trials.input)
    most = len(_possible(trials.module))
    if isinstance(trials.input, Mapping) or not known:
        return
    if len(known) > most:
        for size in dict.fromkeys(known):
            yield from trials.first([_inputs(names[:1], [size], f"{size}")])
        return
    first, missing = known[0], len(names) - len(known)
    others = (first, (1, *first[1:]), first[:1])
    for other in dict.fromkeys(others):
        if other:
            made = [*known, *[other] * missing]
            yield from trials.first([_inputs(names, made, f"{other}")])


def _inputs(names: list[str], made: list[Any], kind: str) -> Resized:
    shown = " and ".join(f"{name} of {show(size)}" for name, size in zip(names, made, strict=True))
    return Resized(f"inputs {shown}" if len(made) > 1 else f"the input {shown}", kind, made)
