"""Letters in place of numbers: a rule put to `H` gives a closed form, `(H - 1)//4 + 1`.

A form is a sum of whole letters and of floors of such sums, kept in one shape: floors of floors
become one, floor((floor(x/s) + k)/t) = floor((x + k*s)/(s*t)), so that equal sizes look equal.
Where no such rule holds (floor((3*floor(H/2) + 1)/4)) a floor stays inside another. Exact.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

Plain = int | Fraction
Monomial = tuple["str | Quotient | Bracket", ...]


@dataclass(frozen=True)
class Quotient:
    """floor(inner/by), where `inner` is whole for whole letters."""

    inner: "Form"
    by: int

    def __str__(self) -> str:
        simple = self.inner.is_letter
        return f"{self.inner}//{self.by}" if simple else f"({self.inner})//{self.by}"


@dataclass(frozen=True)
class Bracket:
    """A sum that is a factor of a product: kept together, as people write it."""

    inner: "Form"

    def __str__(self) -> str:
        return f"({self.inner})"


@dataclass(frozen=True)
class Form:
    """A sum of products of letters, floors and sums, each with a factor; numbers stay numbers.

    >>> import math
    >>> half = math.floor((Form.of("H") - 3 + 2) / 2) + 1
    >>> print(half, "and", math.floor((half - 1) / 2) + 1)
    (H + 1)//2 and (H - 1)//4 + 1
    """

    terms: tuple[tuple[Monomial, Fraction], ...]

    @classmethod
    def of(cls, letter: str) -> "Form":
        """A letter, which stands for any whole number."""
        return cls((((letter,), Fraction(1)),))

    @property
    def is_letter(self) -> bool:
        """Whether this is a letter and nothing else."""
        (atoms, factor), *more = self.terms
        return not more and factor == 1 and len(atoms) == 1 and isinstance(atoms[0], str)

    @property
    def constant(self) -> Fraction:
        """The number that is added."""
        return dict(self.terms).get((), Fraction(0))

    @property
    def letters(self) -> frozenset[str]:
        """The letters that it is about."""
        return frozenset(each for atoms, _ in self.terms for a in atoms for each in letters_in(a))

    @property
    def factors(self) -> "tuple[Form, ...]":
        """What is multiplied, but for the number; itself where it is a sum."""
        (atoms, _), *more = self.terms
        return (self,) if more else tuple(Form((((atom,), Fraction(1)),)) for atom in atoms)

    @property
    def denominator(self) -> int:
        """What it would have to be multiplied by to be whole for all whole letters."""
        return lcm(*(factor.denominator for _, factor in self.terms))

    @property
    def numerator(self) -> "Value":
        """Itself times its denominator."""
        return self * self.denominator

    def __add__(self, other: "Value") -> "Value":
        return _sum([*self.terms, *_terms(other)])

    def __sub__(self, other: "Value") -> "Value":
        return self + other * -1

    def __neg__(self) -> "Value":
        return self * -1

    def __rsub__(self, other: Plain) -> "Value":
        return self * -1 + other

    def __mul__(self, other: "Value") -> "Value":
        if not isinstance(other, Form):
            return _sum((atoms, factor * other) for atoms, factor in self.terms)
        (one, first), (two, second) = _factor(self), _factor(other)
        return _sum([(_sorted((*one, *two)), first * second)])

    def __truediv__(self, other: Plain) -> "Value":
        return self * (1 / Fraction(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __floor__(self) -> "Value":
        whole = _sum((atoms, Fraction(math.floor(factor))) for atoms, factor in self.terms if atoms)
        rest = _sum((atoms, factor % 1) for atoms, factor in self.terms if atoms)
        constant = self.constant
        if not isinstance(rest, Form):
            return whole + math.floor(constant)
        by = rest.denominator
        return whole + _quotient(rest * by, math.floor(constant * by), by)

    def __ceil__(self) -> "Value":
        by = lcm(*(factor.denominator for atoms, factor in self.terms if atoms))
        added = Fraction(math.ceil(self.constant * by) + by - 1, by)
        return math.floor(self - self.constant + added)

    def __lt__(self, other: "Value") -> bool:
        return _growth(self - other) < 0

    def __gt__(self, other: "Value") -> bool:
        return _growth(self - other) > 0

    __le__ = __lt__
    __ge__ = __gt__

    def at(self, numbers: "Mapping[str, Value]") -> "Value":
        """What it is where some of its letters are known: a number if all are."""
        result: Value = 0
        for atoms, factor in self.terms:
            product: Value = factor
            for atom in atoms:
                product = _put(atom, numbers) * product
            result = product + result
        return _plain(result)

    def __format__(self, how: str) -> str:
        return str(self)

    def __str__(self) -> str:
        """Letters first, the number last."""
        ordered = sorted(self.terms, key=lambda term: (not term[0], *map(str, term[0])))
        shown = ""
        for atoms, factor in ordered:
            sign = (" - " if shown else "-") if factor < 0 else (" + " if shown else "")
            shown += sign + _shown(atoms, abs(factor), apart=sign == "-")
        return shown

    @property
    def within(self) -> str:
        """How it is written where a number stood, inside a longer working."""
        return str(self) if self.is_letter else f"({self})"


Value = int | Fraction | Form


def _growth(value: Value) -> Plain:
    """Above 0 if it grows with its letters, below if it falls: as if those were large."""
    if not isinstance(value, Form):
        return value
    signs = {(factor > 0) - (factor < 0) for atoms, factor in value.terms if atoms}
    if len(signs) > 1:
        raise ArithmeticError(f"whether {value} is large is not known")
    return signs.pop()


def _quotient(inner: Value, added: int, by: int) -> Value:
    """floor((inner + added)/by), where `inner` adds no number of its own."""
    assert isinstance(inner, Form)
    (atoms, factor), *more = inner.terms
    if not more and factor == 1 and len(atoms) == 1 and isinstance(atoms[0], Quotient):
        below = atoms[0]
        return math.floor((below.inner + added * below.by) / (below.by * by))
    near = added % by
    near -= by if 2 * near > by else 0
    held = inner + near
    assert isinstance(held, Form)
    return _sum([((Quotient(held, by),), Fraction(1)), ((), Fraction((added - near) // by))])


def _sum(terms: Iterable[tuple[Monomial, Plain]]) -> Value:
    """Terms put together; a number if no letter is left."""
    together: dict[Monomial, Fraction] = {}
    for atoms, factor in terms:
        together[atoms] = together.get(atoms, Fraction(0)) + factor
    kept = {atoms: factor for atoms, factor in together.items() if factor}
    if any(kept):
        return Form(tuple(sorted(kept.items(), key=lambda term: tuple(map(str, term[0])))))
    return _plain(kept.get((), Fraction(0)))


def _plain(value: Value) -> Value:
    whole = isinstance(value, Fraction) and value.denominator == 1
    return value.numerator if isinstance(value, Fraction) and whole else value


def _terms(value: Value) -> tuple[tuple[Monomial, Fraction], ...]:
    return value.terms if isinstance(value, Form) else (((), Fraction(value)),)


def _factor(form: Form) -> tuple[Monomial, Fraction]:
    """A form as atoms and a number that are multiplied; what a sum has in common is taken out."""
    if len(form.terms) == 1:
        return form.terms[0]
    shared = Fraction(gcd(*(f.numerator for _, f in form.terms)), form.denominator)
    inner = form / shared
    assert isinstance(inner, Form)
    return (Bracket(inner),), shared


def _sorted(atoms: Monomial) -> Monomial:
    return tuple(sorted(atoms, key=lambda atom: (min(letters_in(atom)), str(atom))))


def letters_in(atom: str | Quotient | Bracket) -> frozenset[str]:
    """The letters that a factor is about."""
    return frozenset({atom}) if isinstance(atom, str) else atom.inner.letters


def _put(atom: str | Quotient | Bracket, numbers: Mapping[str, Value]) -> Value:
    match atom:
        case str():
            return numbers.get(atom, Form.of(atom))
        case Bracket(inner):
            return inner.at(numbers)
        case Quotient(inner, by):
            value = inner.at(numbers)
            return math.floor(value / by) if isinstance(value, Form) else math.floor(value) // by


def _shown(atoms: Monomial, factor: Fraction, *, apart: bool) -> str:
    """A product as Python; `apart` in parentheses, as a sign in front binds tighter than //."""
    if not atoms:
        return str(factor)
    alone = factor == 1 and len(atoms) == 1 and not apart
    if alone and isinstance(atoms[0], Bracket):
        return str(atoms[0].inner)
    parts = [f"({a})" if isinstance(a, Quotient) and not alone else str(a) for a in atoms]
    return "*".join(parts if factor == 1 else [str(factor), *parts])
