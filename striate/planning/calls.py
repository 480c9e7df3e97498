"""Calls put to their definitions: which one is meant, and what its parameters are."""

from dataclasses import replace

from striate.errors import LanguageError
from striate.language.blocks import standing_at
from striate.language.tree import Call, Definition, Expression
from striate.planning.evaluation import Closure, Scope, Value, evaluate

_DEEPEST = 100


def open_call(call: Call, scope: Scope) -> tuple[Definition, Scope]:
    """The definition that a call means and the scope of its body.

    A definition whose whole body is one unlabelled call is that call.
    """
    definition, inner = _target(call, scope)
    while len(definition.body) == 1:
        only = definition.body[0]
        if not isinstance(only, Call) or only.label is not None:
            break
        definition, inner = _target(only, inner)
    return definition, inner


def _target(call: Call, scope: Scope) -> tuple[Definition, Scope]:
    if scope.depth > _DEEPEST:
        raise scope.complain(call.place, f"'{call.name}' calls itself without an end")
    value: Value | Definition | None = scope.names.get(call.name)
    if value is None:
        value = scope.tree.definition(call.name)
    while isinstance(value, Closure):
        if isinstance(value.target, Call):
            if call.arguments:
                raise scope.complain(
                    call.place, f"'{call.name}' holds a call: it takes no arguments"
                )
            waiting = replace(value.scope, channels=scope.channels, depth=scope.depth + 1)
            return _target(value.target, waiting)
        value = value.target
    if not isinstance(value, Definition):
        raise scope.complain(call.place, f"'{call.name}' is a number here, not a definition")
    if value is scope.tree.blocks.get(value.name):
        value = standing_at(value, call.place)
    names = _bind(call, value, scope)
    return value, replace(scope, names=names, counter=None, depth=scope.depth + 1)


def _bind(call: Call, definition: Definition, scope: Scope) -> dict[str, Value]:
    known = [parameter.name for parameter in definition.parameters]
    names: dict[str, Value] = {}
    for position, argument in enumerate(call.arguments):
        if argument.name is None and position >= len(known):
            message = f"{definition.name} takes {len(known)} arguments, found {len(call.arguments)}"
            raise scope.complain(call.place, message, _signature(definition))
        name = argument.name or known[position]
        if name not in known or name in names:
            problem = "is given twice" if name in names else "is no parameter of it"
            message = f"{definition.name}: '{name}' {problem}"
            raise scope.complain(call.place, message, _signature(definition))
        names[name] = _value(argument.value, scope)
    own = call.place == definition.place
    for parameter in definition.parameters:
        if parameter.name in names:
            continue
        if own and parameter.name in scope.names:
            names[parameter.name] = scope.names[parameter.name]
        elif parameter.default is not None:
            names[parameter.name] = _value(parameter.default, replace(scope, names={**names}))
        else:
            raise _missing(call, definition, parameter.name, scope)
    return names


def _value(value: Expression | Call, scope: Scope) -> Value:
    return Closure(value, scope) if isinstance(value, Call) else evaluate(value, scope)


def _missing(call: Call, definition: Definition, name: str, scope: Scope) -> LanguageError:
    help = _signature(definition)
    if call.place == definition.place:
        help = [f"give it a number: {name}=2"]
    return scope.complain(call.place, f"{definition.name} needs '{name}'", help)


def _signature(definition: Definition) -> list[str]:
    names = ", ".join(parameter.name for parameter in definition.parameters)
    return [f"it is defined as {definition.name}({names})"]
