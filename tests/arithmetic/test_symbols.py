"""Closed forms against the plain arithmetic of numbers: what is built is built twice, and read."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from striate.arithmetic import Formula, Window
from striate.arithmetic.rhythm import rhythm
from striate.arithmetic.symbols import Form

SMALL = st.integers(-9, 9)


@st.composite
def layers(draw, most=5):
    """A chain of steps, each a function of numbers that takes a form as well."""
    steps = []
    for _ in range(draw(st.integers(1, most))):
        k, s, t = draw(SMALL), draw(st.integers(1, 6)), draw(st.integers(1, 5))
        steps.append(
            draw(
                st.sampled_from(
                    [
                        lambda n, k=k, s=s: math.floor((n + k) / Fraction(s)),
                        lambda n, k=k, s=s: math.ceil((n - k) / Fraction(s)) + 1,
                        lambda n, k=k, s=s: n * s + k,
                        lambda n, s=s, t=t: math.floor((n * s + 1) / Fraction(t)),
                        lambda n, k=k: k - n,
                        lambda n, s=s: n + math.floor(n / Fraction(s)),
                    ]
                )
            )
        )
    return steps


def through(steps, n):
    for step in steps:
        n = step(n)
    return n


@given(layers(), st.integers(-200, 200))
def test_a_form_is_what_the_same_steps_make_of_a_number(steps, n):
    form = through(steps, Form.of("H"))
    assert (form.at({"H": n}) if isinstance(form, Form) else form) == through(steps, n)


@given(layers(), st.integers(-200, 200))
def test_what_is_printed_is_python_and_means_the_same(steps, n):
    assert eval(str(through(steps, Form.of("H"))), {}, {"H": n}) == through(steps, n)


@given(layers(most=4), st.integers(-50, 50), st.integers(0, 3))
def test_a_form_repeats_itself_with_its_period_and_gain(steps, n, turns):
    form = through(steps, Form.of("H"))
    period, gain = rhythm(form, "H")
    assert through(steps, n + turns * period) == through(steps, n) + turns * gain


@given(st.integers(1, 9), st.integers(1, 9), SMALL, SMALL)
def test_a_floor_of_a_floor_is_one_floor(s, t, j, k):
    form = Form.of("H")
    twice = math.floor((math.floor((form + j) / s) + k) / t)
    assert twice == math.floor((form + j + k * s) / (s * t))
    assert str(twice).count("//") <= 1


@given(layers(most=3), layers(most=3), st.integers(-9, 9), st.integers(-9, 9))
def test_forms_are_added_and_multiplied_as_numbers_are(one, other, h, w):
    a, b = through(one, Form.of("H")), through(other, Form.of("W"))
    x, y = through(one, h), through(other, w)
    for form, number in ((a + b, x + y), (a * b * 3, x * y * 3), (2 * a - b, 2 * x - y)):
        assert eval(str(form), {}, {"H": h, "W": w}) == number
        assert (form.at({"H": h, "W": w}) if isinstance(form, Form) else form) == number
        half = form.at({"H": h}) if isinstance(form, Form) else form
        assert (half.at({"W": w}) if isinstance(half, Form) else half) == number


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        (Window.of(2, stride=2), "H//2"),
        (Window.of(7, stride=2, padding=3), "(H + 1)//2"),
        (Window.of(1, stride=4), "(H - 1)//4 + 1"),
        (Window.of(3, padding=1), "H"),
        (Window.of(5), "H - 4"),
        (Window.of(11, stride=4), "(H + 1)//4 - 2"),
    ],
)
def test_forms_are_printed_as_people_write_them(window, shown):
    assert str(window.count_along(0, Form.of("H")).value) == shown


def test_a_rule_put_to_letters_shows_its_working():
    quantity = Formula("floor((N - F + 2*P)/S) + 1")(N=Form.of("H") - 4, F=3, P=1, S=2)
    working = "floor(((H - 4) - 3 + 2*1)/2) + 1"
    assert str(quantity) == f"floor((N - F + 2*P)/S) + 1 = {working} = (H + 1)//2 - 2"


def test_twice_a_form_and_a_product_of_sums():
    form = math.floor((Form.of("H") + 1) / 4)
    assert str(form * 2) == "2*((H + 1)//4)"
    assert str((form - 7) * (Form.of("W") - 7) * 120 * 84) == "10080*((H + 1)//4 - 7)*(W - 7)"
    assert str(math.floor((math.floor(Form.of("H") / 2) * 3 + 1) / 4)) == "(3*(H//2) + 1)//4"
    assert str(3 - math.floor((form + 1) / 2)) == "-((H - 3)//8) + 2"


def test_what_is_no_whole_number_or_has_no_rhythm_is_said():
    with pytest.raises(ArithmeticError, match="is not a whole number"):
        Formula("N/S")(N=Form.of("H"), S=2)
    with pytest.raises(ArithmeticError, match="no rhythm"):
        rhythm(Form.of("H") * Form.of("H"), "H")
    with pytest.raises(ArithmeticError, match=r"whether .* is large is not known"):
        assert Form.of("H") - Form.of("W") < 1
