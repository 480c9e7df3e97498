"""Expressions put to numbers, exactly, in the scope of the definition that they stand in."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from striate.arithmetic.window import Size
from striate.errors import LanguageError
from striate.language.cursor import complain
from striate.language.items import suggest
from striate.language.network import Classes
from striate.language.tree import (
    Call,
    Definition,
    Dimensions,
    Expression,
    Listing,
    Name,
    Number,
    Operation,
    Place,
    Tap,
    Tree,
)

_OPERATORS: Mapping[str, Callable[[Fraction, Fraction], Fraction | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Closure:
    """A definition, or a call that waits, with the scope that its numbers belong to."""

    target: Definition | Call
    scope: "Scope"


Value = Fraction | Classes | Size | str | Listing | Tap | Closure


@dataclass(frozen=True)
class Scope:
    """What the names mean at a place of the text, and how many channels arrive there."""

    tree: Tree
    classes: Classes | int
    names: Mapping[str, Value] = field(default_factory=dict[str, Value])
    channels: int = 0
    counter: int | None = None
    depth: int = 0
    used: set[str] = field(default_factory=set[str])

    def arriving(self, channels: int) -> "Scope":
        """The same scope at a place where this many channels arrive."""
        return replace(self, channels=channels)

    def complain(self, place: Place, message: str, help: Sequence[str] = ()) -> LanguageError:
        """An error at a place of the text."""
        return complain(self.tree.text, self.tree.source, place, message, help)


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression: a number, a size, a word, or a definition."""
    match expression:
        case Number(value):
            return value
        case Dimensions(numbers):
            return numbers
        case Name(name, place):
            return _look_up(name, place, scope)
        case Operation():
            return _operate(expression, scope)
        case Listing() | Tap():
            return expression


def number(expression: Expression, scope: Scope) -> Fraction | Classes:
    """The value of an expression that has to be a number."""
    value = evaluate(expression, scope)
    if not isinstance(value, Fraction | Classes):
        raise scope.complain(expression.place, "expected a number here")
    return value


def whole(expression: Expression, scope: Scope) -> int:
    """The value of an expression that has to be a whole number, 0 or more."""
    value = number(expression, scope)
    if isinstance(value, Classes):
        return value
    if value.denominator != 1 or value < 0:
        help = ["numbers in the language are exact: nothing is rounded"]
        raise scope.complain(expression.place, f"{value} is not a whole number", help)
    return value.numerator


def counted(label: str, place: Place, scope: Scope) -> str:
    """A label with the counter of the nearest repeat in place of {i}."""
    if "{i}" not in label:
        return label
    if scope.counter is None:
        help = ["the label stands in brackets that repeat, in the same definition: [a{i}: ...]*n"]
        raise scope.complain(place, f"{{i}} in '{label}' counts no repeat", help)
    return label.replace("{i}", str(scope.counter))


def bind(given: Mapping[str, int]) -> dict[str, Value]:
    """Arguments from outside as values."""
    return {name: Fraction(argument) for name, argument in given.items()}


def _look_up(name: str, place: Place, scope: Scope) -> Value:
    if name in scope.names:
        return scope.names[name]
    if name in scope.tree.definitions:
        return Closure(scope.tree.definitions[name], scope)
    if name in scope.tree.arguments:
        return Fraction(scope.tree.arguments[name])
    if name == "in":
        return Fraction(scope.channels)
    if name == "classes":
        scope.used.add(name)
        return scope.classes if isinstance(scope.classes, Classes) else Fraction(scope.classes)
    if name in scope.tree.blocks:
        return Closure(scope.tree.blocks[name], scope)
    if name.lower() in _OPTION_WORDS:
        return name.lower()
    help = [*suggest(name, scope.names), f"give it a number: {name}=2"]
    raise scope.complain(place, f"'{name}' has no value here", help)


_OPTION_WORDS = (
    *("yes", "no", "same", "valid", "full", "zeros", "edge", "reflect", "circular"),
    *("nearest", "linear", "max", "average"),
)


def _operate(expression: Operation, scope: Scope) -> Value:
    left, right = number(expression.left, scope), number(expression.right, scope)
    if expression.operator == "/" and right == 0:
        raise scope.complain(expression.place, "this divides by 0")
    return Fraction(_OPERATORS[expression.operator](Fraction(left), Fraction(right)))
