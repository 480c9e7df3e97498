"""D2: parameters are (Fh*Fw*Cin + 1)*Cout."""

import pytest

import striate


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("INPUT 10x10x10 -> CONV 40 3x3", 3_640),
        ("INPUT 40x10x10 -> CONV 20 3x3", 7_220),
        ("INPUT 10x10x10 -> CONV 40 3x3 -> CONV 20 3x3", 10_860),
        ("INPUT 20x10x10 -> CONV 10 3x3", 1_810),
        ("INPUT 3x10x10 -> CONV 10 5x5", 760),
        ("INPUT 1x10x10 -> CONV 1 3x3", 10),
        ("INPUT 192x10x10 -> CONV 32 5x5 bias=no", 153_600),
    ],
)
def test_parameters(text, parameters):
    assert striate.plan(text).totals["parameters"].value == parameters


def test_the_rule_is_the_lectures():
    quantity = striate.plan("INPUT 10x10x10 -> CONV 40 3x3").rows[0].parameters
    assert str(quantity) == "(Fh*Fw*Cin + 1)*Cout = (3*3*10 + 1)*40 = 3,640"
