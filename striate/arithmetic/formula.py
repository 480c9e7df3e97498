"""A formula: written once as on a blackboard, evaluated, and shown with the numbers put in.

The text is the only copy: what is computed is what is printed. Division is exact, never float.
"""

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import cast

from striate.arithmetic.symbols import Form

_NAME = re.compile(r"[A-Za-z_]\w*")
_FUNCTIONS = {"floor": math.floor, "ceil": math.ceil, "max": max, "min": min}

Number = int | Fraction


@dataclass(frozen=True)
class Quantity:
    """A number with its working: the rule, the rule with the numbers in it, and a status.

    The status is `exact`, `upper bound` or `unknown`.
    """

    value: int
    rule: str
    working: str
    status: str = "exact"

    def __str__(self) -> str:
        return f"{self.rule} = {self.working} = {self.value:,}"

    def as_dict(self) -> dict[str, int | str]:
        """The stable form that other programs read."""
        return {
            "value": self.value,
            "rule": self.rule,
            "working": self.working,
            "status": self.status,
        }


@lru_cache(maxsize=1024)
def _compiled(text: str) -> CodeType:
    return compile(text, f"<{text}>", "eval")


@dataclass(frozen=True)
class Formula:
    """A rule in the names of the textbook; called with numbers it gives a `Quantity`.

    >>> size = Formula("floor((N - F + 2*P)/S) + 1")
    >>> print(size(N=224, F=11, P=0, S=4))
    floor((N - F + 2*P)/S) + 1 = floor((224 - 11 + 2*0)/4) + 1 = 54
    """

    text: str
    meaning: str = field(default="", compare=False)

    def exact(self, **numbers: Number) -> Fraction:
        """The value before it has to be a whole number: 7/3 stays 7/3."""
        if "/" in self.text:
            numbers = {name: _exactly(number) for name, number in numbers.items()}
        scope: dict[str, object] = {"__builtins__": {}, **_FUNCTIONS, **numbers}
        return _exactly(eval(_compiled(self.text), scope))

    def put(self, **numbers: Number) -> str:
        """The rule with the numbers in place of the names."""
        return _NAME.sub(lambda name: _shown(name[0], numbers), self.text)

    def __call__(self, **numbers: Number) -> Quantity:
        """The value, which has to be a whole number, with its working."""
        return _worked(self, tuple(numbers.items()))


@lru_cache(maxsize=4096)  # networks repeat themselves
def _worked(formula: Formula, given: tuple[tuple[str, Number], ...]) -> Quantity:
    numbers = dict(given)
    value = formula.exact(**numbers)
    if value.denominator != 1:
        raise ArithmeticError(f"{formula.put(**numbers)} = {value} is not a whole number")
    return Quantity(value.numerator, formula.text, formula.put(**numbers))


def _exactly(number: object) -> Fraction:
    """A number as a fraction; a form, to which rules may be put as well, as it is."""
    return cast(Fraction, number if isinstance(number, Form) else Fraction(cast(Number, number)))


def _shown(name: str, numbers: dict[str, Number]) -> str:
    if name not in numbers:
        return name
    number = numbers[name]
    if isinstance(number, Form):
        return number.within
    return f"({number})" if number < 0 or number.denominator > 1 else str(number)
