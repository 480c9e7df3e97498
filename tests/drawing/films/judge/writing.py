"""What a film writes is read again: each number as it is shown, each sum as on a blackboard."""

import re
from math import ceil, floor, inf, isnan, nan, prod

from drawing.films.judge.cells import value

from striate.drawing.numbers import shown

WORKING = re.compile(r"([\w ]+): (?:((?:[\d+*/() -]|floor|ceil)+) = )?(\d+)")
NUMBER = re.compile(r"-?(?:\d[\d.]*(?:e[+-]?\d+)?|∞)|none|–")


def writes_what_it_says(film):
    """Numbers are written to four digits, and a sum is written as it is worked out."""
    for plane in film.planes:
        assert len(plane.values) == len(plane.texts) == prod(plane.shape), plane.name
        for number, text in zip(plane.values, plane.texts, strict=True):
            assert near(read(text), number), (plane.name, text, number)
    for one in film.sums():
        left, sign, right = re.fullmatch(r"(.+) ([=≈]) (\S+)", film.written(one)).groups()
        values = [[value(film, cell) for cell in term] for term in one.terms]
        came = value(film, one.result) if one.after is None else one.after
        assert near(read(right), came), (left, right, came)
        numbers = [n for term in values for n in term] + [came, one.before or 0.0]
        whole = all(n == round(n) for n in numbers if abs(n) < inf and not isnan(n))
        if whole or abs(came) == inf or isnan(came):
            assert same_number(read(left), came), (left, right)
        slack = sum(abs(prod(term)) * (len(term) + 1) for term in values) + abs(one.before or 0.0)
        assert same_number(read(left), came) or abs(read(left) - came) <= 6e-4 * slack, left
        short = any(abs(read(shown(n)) - n) > 1e-9 * max(1, abs(n)) for n in numbers if n - n == 0)
        assert short or sign == "=", film.written(one)
        exact = same_number(read(left), read(right))
        assert sign == "≈" or exact or abs(read(left) - read(right)) < 1e-9 * slack, left
        nothing = one.operation in ("sum", "average") and not one.terms
        standing = ["0"] if nothing else [] if one.before is None else [shown(one.before)]
        standing += [film.text(cell) for term in one.terms for cell in term]
        standing += [str(one.divisor)] if one.operation == "average" else []
        assert NUMBER.findall(left) == standing, left


def worked(film):
    """The formulas under a film that have numbers in them, each as its name and what it comes to.

    A formula is worked out again; without one, a number is as it stands: `products: 81`.
    """
    found = {}
    for line in film.working:
        if match := WORKING.fullmatch(line):
            name, formula, number = match.groups()
            assert formula is None or eval(formula, {"floor": floor, "ceil": ceil}) == int(number)
            found[name] = int(number)
    return found


def read(text):
    """What a text comes to: a number as it is shown, or a sum as it is written."""
    several = {
        "max": lambda *n: max(n, default=-inf),
        "min": lambda *n: min(n, default=inf),
        "inf": inf,
        "none": nan,
    }
    read_out = text.replace("∞", "inf").replace("–", "none")
    return nan if text == "0/0" else float(eval(read_out, several))


def near(shown, number):
    return same_number(shown, number) or abs(shown - number) <= 5.1e-4 * abs(number)


def same_number(one, other):
    return one == other or (isnan(one) and isnan(other)) or abs(one - other) < 1e-9
