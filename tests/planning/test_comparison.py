"""Networks side by side: every number is that of the plans, every ratio that of two numbers."""

import json

import pytest
from drawn import networks
from hypothesis import given
from hypothesis import strategies as st

import striate
from striate.errors import LanguageError, OptionError
from striate.planning.comparison.beside import beside

PAIR = ("INPUT 1x6x6 -> CONV 1 3x3 bias=no", "INPUT 1x6x6 -> FC 1x4x4 bias=no")


@given(st.lists(networks(), min_size=2, max_size=3))
def test_every_number_is_that_of_its_plan(drawn):
    plans = [striate.plan(one.text) for one in drawn]
    form = striate.compare(*plans).as_dict()
    assert json.loads(json.dumps(form)) == form
    for network, plan in zip(form["networks"], plans, strict=True):
        assert network["layers"] == len(plan.rows)
        assert network["output"] == list(plan.network.output)
        for name, total in plan.totals.items():
            assert network[name] == total.value
        assert network["flops"] == 2 * network["products"] + network["additions"]
        assert network["saved"] == plan.memory().totals["saved"].value
    first = form["networks"][0]
    for ratios, network in zip(form["ratios"], form["networks"][1:], strict=True):
        for name in ("parameters", "products", "bytes", "flops"):
            assert (name in ratios) == bool(first[name])
            assert not first[name] or ratios[name] == network[name] / first[name]


@given(st.lists(networks(), min_size=2, max_size=3), st.integers(60, 200))
def test_a_comparison_prints_at_any_width(drawn, width):
    made = striate.compare(*(one.text for one in drawn), layers=True)
    assert max(map(len, made.show(width=width).splitlines())) <= width
    assert f"ratios are to {made.headings[0]}" in str(made)
    assert made._repr_html_().count("<table") == 2


@given(networks(), networks())
def test_each_layer_stands_once_beside_the_others(one, other):
    plans = [striate.plan(one.text), striate.plan(other.text)]
    rows = beside(plans)
    for number, plan in enumerate(plans):
        found = [pair[number] for pair in rows if pair[number] is not None]
        if len(plans[0].rows) == len(plans[1].rows):
            assert found == list(plan.rows)
        assert sorted(row.path for row in found) == sorted(row.path for row in plan.rows)
    if len(plans[0].rows) != len(plans[1].rows):
        assert all(len({row.path for row in pair if row is not None}) == 1 for pair in rows)


def test_the_first_network_keeps_its_order_beside_a_longer_one():
    plans = [striate.plan("resnet18"), striate.plan("INPUT 3x64x64 -> conv1: CONV 8 3x3 -> GAP")]
    order = [pair[0].path for pair in beside(plans) if pair[0] is not None]
    assert order == [row.path for row in plans[0].rows]


def test_two_texts_are_called_by_letters_and_told_above():
    shown = str(striate.compare(*PAIR)).splitlines()
    assert shown[:2] == [f"A: {PAIR[0]}", f"B: {PAIR[1]}"]
    assert shown[2].split() == ["A", "B", "ratio"]
    cells = {line.split()[0]: line.split()[1:] for line in shown[4:16]}
    assert cells["parameters"] == ["9", "576", "64"]
    assert cells["products"] == ["144", "576", "4"]
    assert cells["field"] == ["3x3", "(0)", "whole", "(0)"]


def test_the_field_is_that_of_the_last_layer_with_places():
    text = "INPUT 1x16x16 -> CONV 2 3x3 -> c: CONV 2 3x3 -> GAP -> FC 2"
    first, second = striate.compare(text, "INPUT 16 -> FC 2").as_dict()["networks"]
    assert first["field"]["size"] == [5, 5]
    assert second["field"]["size"] == []
    assert "5x5 (c)" in str(striate.compare(text, text))


def test_names_stand_above_their_columns():
    shown = str(striate.compare("bottleneck-direct", "bottleneck")).splitlines()
    assert shown[0].split() == ["bottleneck-direct", "bottleneck", "ratio"]
    assert "ratios are to bottleneck-direct" in shown


def test_the_same_name_twice_is_told_apart():
    text = "INPUT 1x8x8 -> [CONV -> RELU]*N"
    made = striate.compare(striate.read(text, N=1), striate.read(text, N=2))
    assert made.headings == ("A", "B")
    assert made.names == (f"{text} N=1", f"{text} N=2")


def test_layers_stand_beside_each_other_where_there_are_equally_many():
    assert "path  A" in str(striate.compare(*PAIR))
    assert "path  A" not in str(striate.compare(*PAIR, layers=False))
    assert "rows" not in striate.compare("lenet5", "lenet-lecture").as_dict()
    rows = striate.compare("lenet5", "lenet-lecture", layers=True).as_dict()["rows"]
    assert any(pair[0] is None for pair in rows)
    assert any(pair[1] is None for pair in rows)


def test_a_share_is_of_a_word_a_path_or_what_is_below_it():
    made = striate.compare("resnet18", "alexnet-lecture", share=["FC", "layer4", "conv?"])
    first, second = made.as_dict()["networks"]
    assert first["parameters in FC"] == {"value": 513_000, "of": 11_689_512}
    assert first["parameters in layer4"]["value"] == 8_393_728
    assert second["parameters in layer4"]["value"] == 0
    assert second["parameters in conv?"]["value"] == 3_747_200
    assert "8,393,728 (71.8 %)" in str(made)


def test_what_cannot_be_compared_is_said():
    with pytest.raises(OptionError, match="needs two networks, found 1"):
        striate.compare("lenet5")
    with pytest.raises(OptionError, match="no layer is called 'dense'") as caught:
        striate.compare("lenet5", "lenet-lecture", share=["dense"])
    assert "CONV" in caught.value.help[0]
    with pytest.raises(LanguageError, match="small has no input size"):
        striate.compare("lenet5", "small")


def test_what_is_not_known_of_one_is_no_zero():
    from striate.language import layers as L
    from striate.language.network import Network, Node

    nodes = (
        Node("input", L.Input((3, 8, 8)), (), (3, 8, 8)),
        Node(
            "fft", L.Operation("fft", (3, 8, 8), products=None, reason="not known"), (0,), (3, 8, 8)
        ),
    )
    made = striate.compare(Network("odd", nodes, (1,)), "INPUT 3x8x8 -> CONV 1 1x1")
    assert made.as_dict()["networks"][0]["products"] is None
    line = next(line for line in str(made).splitlines() if line.startswith("products"))
    assert line.split() == ["products", "?", "192"]
