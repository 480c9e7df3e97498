"""Every number's working, read as plain arithmetic by this file alone, gives the number."""

import math
import operator
import re
from fractions import Fraction

import pytest
from drawn import networks
from hypothesis import given

import striate
from striate.arithmetic import Formula

TOKENS = re.compile(r"floor|ceil|\d+|[()+*/-]")
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": Fraction}


class Sum:
    """Reads a working by hand: sums of products of numbers, parentheses, floor and ceil."""

    def __init__(self, text):
        self.tokens = TOKENS.findall(text)
        assert "".join(self.tokens) == text.replace(" ", ""), text

    def value(self):
        value = self.total()
        assert not self.tokens
        return value

    def total(self):
        return self.chain("+-", self.product)

    def product(self):
        return self.chain("*/", self.atom)

    def chain(self, operators, part):
        value = part()
        while self.tokens and self.tokens[0] in operators:
            value = OPERATIONS[self.tokens.pop(0)](value, part())
        return value

    def atom(self):
        token = self.tokens.pop(0)
        if token.isdigit():
            return Fraction(token)
        if token == "-":
            return -self.atom()
        function = {"floor": math.floor, "ceil": math.ceil, "(": Fraction}[token]
        if token != "(":
            assert self.tokens.pop(0) == "("
        value = self.total()
        assert self.tokens.pop(0) == ")"
        return Fraction(function(value))


def quantities(row):
    return [*row.output, row.parameters, row.products, row.additions, row.bytes]


@given(networks())
def test_the_working_of_every_number_comes_to_the_number(drawn):
    for row in striate.plan(drawn.text).rows:
        for quantity in quantities(row):
            assert Sum(quantity.working).value() == quantity.value, quantity
            assert quantity.status == "exact"


@given(networks())
def test_the_working_is_the_rule_with_its_names_replaced(drawn):
    """Letter for letter the same, but where a name stood there is a number."""

    def shape(text):
        return re.sub(r"\b(?!floor\b|ceil\b)\w+", "#", text)

    for row in striate.plan(drawn.text).rows:
        for quantity in quantities(row):
            assert shape(quantity.working) == shape(quantity.rule), quantity


def test_totals_show_their_summands():
    totals = striate.plan("lenet-lecture").totals
    assert totals["products"].working == "460800 + 819200 + 51200 + 2000"
    assert Sum(totals["parameters"].working).value() == totals["parameters"].value


def test_explain_prints_rule_working_and_number():
    shown = striate.plan("alexnet-lecture").explain("conv1")
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines[0] == "conv1: CONV (line 3)"
    assert "height floor((N - F + 2*P)/S) + 1 = floor((224 - 11 + 2*0)/4) + 1 = 54" in lines
    assert "parameters (Fh*Fw*Cin + 1)*Cout = (11*11*3 + 1)*96 = 34,944" in lines
    assert "products Oh*Ow*Fh*Fw*Cin*Cout = 54*54*11*11*3*96 = 101,616,768" in lines
    assert "note: the last 1 row and column are never seen" in lines


def test_explain_without_a_path_explains_all():
    plan = striate.plan("lenet5")
    lines = [line.split() for line in plan.explain().splitlines()]
    assert sum(line[:1] == ["parameters"] for line in lines) == len(plan.rows) + 1
    shown = plan.explain()
    total = [" ".join(line.split()) for line in shown[shown.index("\ntotal\n") :].splitlines()]
    assert total[2] == ("parameters sum of parameters = 156 + 1516 + 48120 + 10164 + 850 = 60,806")
    assert "FLOPs 2*products + additions = 2*326520 + 6518 = 659,558" in total
    assert [*plan.derivations()] == [row.path for row in plan.rows]
    conv = plan.derivations("c1")["c1"]["parameters"]
    assert conv == {
        "value": 156,
        "rule": "(Fh*Fw*Cin + 1)*Cout",
        "working": "(5*5*1 + 1)*6",
        "status": "exact",
        "source": "LeCun et al. 1998, section II",
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("INPUT 1x9x9 -> CONV 1 3 pad=0/1", "floor((N - F + P1 + P2)/S) + 1"),
        ("INPUT 1x9x9 -> POOL 3 stride=2 ceil", "ceil((N - F + 2*P)/S) + 1"),
        ("INPUT 1x4x4 -> POOL 3 stride=3 pad=1 ceil", "ceil((N - F + 2*P)/S) + 1"),
        ("INPUT 1x9x9 -> DECONV 1 3 stride=2", "(N - 1)*S - 2*P + F + E"),
        ("INPUT 1x9x9 -> UP 2", "N*S"),
        ("INPUT 1x9x9 -> PAD pad=1/2", "N + P1 + P2"),
    ],
)
def test_the_rule_of_a_size(text, rule):
    assert striate.plan(text).rows[0].output[1].rule == rule


def test_a_formula_is_exact_and_says_where_it_is_no_whole_number():
    third = Formula("(N - F)/S")
    assert third.exact(N=7, F=3, S=3) == Fraction(4, 3)
    assert third.put(N=7, F=-3, S=Fraction(1, 2)) == "(7 - (-3))/(1/2)"
    with pytest.raises(ArithmeticError, match=r"\(7 - 3\)/3 = 4/3 is not a whole number"):
        third(N=7, F=3, S=3)
    huge = 10**30 + 1
    assert Formula("N/S")(N=3 * huge, S=3).value == huge
