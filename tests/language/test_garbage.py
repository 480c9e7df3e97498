"""Whatever is typed, what comes back is a network or one of striate's own errors."""

import json
import re

import pytest
from drawn import networks
from hypothesis import given, settings
from hypothesis import strategies as st

import striate
from striate.errors import StriateError
from striate.language.words import WORDS

PIECES = [
    *WORDS,
    *'[](){}|+*-,.:@#?=/<>! \n\t"x→×²é',
    *("->", "==", "!=", "1", "0", "3x3", "16", "a", "b:", "@a", "{i}", "a{i}:", "in", "classes"),
    *("stride=", "pad=", "connect=", "tiles=", "to=", "mode=", "groups=", "bias=no", "same"),
    *("A = ", "B(c, k=1) = ", "B(2)", "*2", "*0", "*999999999", "INPUT 1x8x8", "0/1x1/1"),
    *("FIRE", "RESIDUAL(8, 2)", "INCEPTION(1,2,3,4,5,6)", "FIRE(1, 2"),
    *("012/01", "n-1)", " | ", " + ", "9" * 20, "1e5", "1e-99", "0.5", "[" * 300),
]
NUMBERS = ("0", "1", "2", "3", "5", "16", "33", "999999999")
NAMES = (*WORDS, "same", "classes", "in", "no", "x")


def survives(text):
    """Reading, planning, explaining, writing: a network, or an error that prints."""
    try:
        plan = striate.plan(text)
        shown = str(plan) + plan.explain() + json.dumps(plan.as_dict()) + striate.write(text)
    except StriateError as error:
        shown = str(error) + json.dumps(error.as_dict())
    assert shown


@st.composite
def changed(draw):
    """A network's text with some of its characters taken out, or others put in."""
    text = draw(networks()).text
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 4))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@st.composite
def renumbered(draw):
    """A network's text with some numbers and words changed into others."""
    text = draw(networks()).text
    for _ in range(draw(st.integers(1, 3))):
        found = draw(st.sampled_from([*re.finditer(r"\d+|[A-Za-z]+", text)]))
        new = draw(st.sampled_from(NUMBERS if found[0].isdigit() else NAMES))
        text = text[: found.start()] + new + text[found.end() :]
    return text


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_pieces_of_the_language(text):
    survives(text)
    survives(f"INPUT 1x8x8 -> {text}")


@given(st.text(max_size=60))
def test_any_characters(text):
    survives(text)


@settings(max_examples=100)
@given(changed())
def test_networks_with_slips(text):
    survives(text)


@settings(max_examples=100)
@given(renumbered())
def test_networks_with_other_numbers(text):
    survives(text)


@pytest.mark.parametrize("opening", ["[", "(", "{ ", "A(", "CONV (", "CONV (-"])
def test_deep_nesting(opening):
    survives(f"INPUT 1x8x8 -> {opening * 3000}")
    survives("A = [[[[[[[[[[[[[[[[[[[[A -> ID]]]]]]]]]]]]]]]]]]]]\nINPUT 1x8x8 -> A")


@pytest.mark.parametrize("bomb", ["A{n} = A{m} -> A{m}\n", "A{n} = [A{m}]*0 -> A{m} -> A{m}\n"])
def test_definitions_that_double(bomb):
    lines = "".join(bomb.replace("{n}", str(n)).replace("{m}", str(n - 1)) for n in range(1, 60))
    survives(f"A0 = [ID]*0\n{lines}INPUT 3 -> A59")
