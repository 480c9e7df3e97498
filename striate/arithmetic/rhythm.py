"""The rhythm of a closed form: after how many sizes it starts again, and how much it has grown.

A stride of s counts every s-th size: what is true of a size is true of the one a period later, and
so a few sizes, tried one by one, say something about all.
"""

from fractions import Fraction
from math import gcd, lcm

from striate.arithmetic.symbols import Bracket, Form, Monomial, Quotient, Value, letters_in


def rhythm(form: Value, letter: str) -> tuple[int, int]:
    """A period and a gain: f(n + period) = f(n) + gain for every n.

    An ArithmeticError where the letter is multiplied by a letter, so that it has none.

    >>> import math
    >>> rhythm(math.floor((Form.of("H") + 1) / 2) * 3, "H")
    (2, 3)
    """
    if not isinstance(form, Form):
        return 1, 0
    beats = [(*_beat(atoms, letter), factor) for atoms, factor in form.terms]
    period = lcm(*(beat for beat, _, _ in beats))
    gain = sum((factor * each * (period // beat) for beat, each, factor in beats), Fraction(0))
    return period * gain.denominator, gain.numerator


def _beat(atoms: Monomial, letter: str) -> tuple[int, int]:
    """The period and gain of a product of which one factor at most is about the letter."""
    moving = [atom for atom in atoms if letter in letters_in(atom)]
    if not moving:
        return 1, 0
    if len(atoms) > 1:
        raise ArithmeticError(f"a product of {len(atoms)} letters has no rhythm")
    match moving[0]:
        case Bracket(inner):
            return rhythm(inner, letter)
        case Quotient(inner, by):
            period, gain = rhythm(inner, letter)
            turns = by // gcd(by, gain)
            return period * turns, gain * turns // by
        case _:
            return 1, 1
