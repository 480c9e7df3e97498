"""Workings in every form, with their sources; the convention with every total."""

import json

import pytest
from drawn import networks
from hypothesis import given

import striate
from striate.planning.sources import SPATIAL, source_of


@given(networks())
def test_every_rule_of_a_window_has_a_source(drawn):
    for row in striate.plan(drawn.text).rows:
        if isinstance(row.layer, SPATIAL):
            assert source_of(row.layer, "height")
            assert source_of(row.layer, "field")
        for name in ("parameters", "products"):
            assert not getattr(row, name).value or source_of(row.layer, name)


def test_sources_stand_behind_the_numbers():
    lines = striate.plan("lenet5").explain("c1").splitlines()
    said = [" ".join(line.split()) for line in lines if line.lstrip().startswith("source")]
    assert said == [
        "source height, width: Dumoulin & Visin 2016 (arXiv 1603.07285), relationship 6 "
        "(dilated: 15)",
        "source parameters, products, additions: LeCun et al. 1998, section II",
        "source saved: torch's derivatives (tools/autograd/derivatives.yaml)",
        "source field: Araujo, Norris & Sim 2019 (Distill)",
    ]


def test_nothing_has_no_source():
    assert "source" not in striate.plan("INPUT 1x8x8 -> DROPOUT 0 -> ID").explain("1")
    assert "source" not in striate.plan("INPUT 1x8x8 -> ID").derivations()["0"]["products"]


def test_an_explanation_as_markdown():
    shown = striate.plan("alexnet-lecture").explain("conv1", "markdown").splitlines()
    assert shown[:3] == [
        "**conv1: CONV (line 3)**",
        "",
        "| number | rule | with the numbers | result | source |",
    ]
    assert (
        r"| parameters | (Fh\*Fw\*Cin + 1)\*Cout | (11\*11\*3 + 1)\*96 | 34,944 | "
        "LeCun et al. 1998, section II |"
    ) in shown
    assert "* the last 1 row and column are never seen" in shown


def test_an_explanation_as_html():
    shown = striate.plan("alexnet-lecture").explain("conv1", "html")
    assert ">floor((224 - 11 + 2*0)/4) + 1</td>" in shown
    assert ">Araujo, Norris &amp; Sim 2019 (Distill)</td>" in shown


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_all_layers_and_the_totals_are_explained(form):
    made = striate.plan("lenet-lecture")
    shown = made.explain(form=form)
    for row in made.rows:
        assert f"{row.path}: {row.word}" in shown
    assert "1,333,200" in shown
    assert "sum of products" in shown


def test_an_explanation_as_json_is_the_derivations():
    made = striate.plan("lenet5")
    assert json.loads(made.explain("c3", "json")) == made.derivations("c3")


@given(networks())
def test_the_convention_is_printed_with_every_total(drawn):
    made = striate.plan(drawn.text)
    products, additions = (made.totals[name].value for name in ("products", "additions"))
    operations = f"2*products + additions = 2*{products} + {additions} = "
    operations += f"{2 * products + additions:,}"
    for shown in (str(made), made.show("html"), made.explain()):
        assert "multiplications, one for each weight at each place" in shown
        assert operations in shown
    assert operations.replace("*", r"\*") in made.show("markdown")
    assert made.as_dict()["convention"]["flops"]["value"] == 2 * products + additions


def test_a_path_stands_for_all_layers_below_it():
    made = striate.plan("resnet18")
    below = [row.path for row in made.rows if row.path.startswith("layer2.0.")]
    assert [*made.derivations("layer2.0")] == below
    shown = made.explain("layer2.0")
    assert all(f"{path}: " in shown for path in below)
    assert "layer2.1" not in shown
    assert "total" not in shown
