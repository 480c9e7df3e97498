"""`striate plan` and `striate zoo`, judged by the promised forms and by the lectures."""

import json

import pytest
from one_each import ONE_EACH, small
from published.test_published_networks import MODELS

from striate.cli import VERBS

KNOWN = ("input", "parameters", "products")


def test_the_table_has_the_lectures_numbers(striate):
    printed = striate("plan", "lenet-lecture")
    assert printed.code == 0
    assert "105,506" in printed.out
    assert "1,333,200" in printed.out


def test_json_has_the_promised_form(striate):
    text = "INPUT 3x224x224\nconv1: CONV 96 11x11 stride=4"
    plan = json.loads(striate("plan", text, "--json").out)
    assert plan["input"] == [3, 224, 224]
    assert plan["rows"] == [
        {
            "path": "conv1",
            "word": "CONV",
            "line": 2,
            "output": [96, 54, 54],
            "parameters": 34944,
            "products": 101616768,
            "additions": 279936,
            "bytes": 1119744,
            "field": {"size": [11, 11], "stride": [4, 4], "offset": [5.0, 5.0]},
            "status": "exact",
            "notes": ["the last 1 row and column are never seen"],
        }
    ]
    assert plan["totals"] == {
        "parameters": 34944,
        "products": 101616768,
        "additions": 279936,
        "bytes": 1119744,
    }


def test_explain_shows_the_rule_and_the_numbers_of_one_layer(striate):
    out = striate("plan", "alexnet-lecture", "--explain", "conv1").out
    assert "floor((N - F + 2*P)/S) + 1 = floor((224 - 11 + 2*0)/4) + 1 = 54" in out
    assert "conv2" not in out


def test_explain_without_a_path_shows_every_layer(striate):
    out = striate("plan", "bottleneck", "--explain").out
    assert "squeeze: CONV" in out
    assert "conv: CONV" in out


def test_explain_as_json_gives_rule_working_and_status(striate):
    shown = json.loads(striate("plan", "lenet5", "--explain", "f6", "--json").out)
    assert shown["f6"]["parameters"] == {
        "value": 10164,
        "rule": "(Cin + 1)*Cout",
        "working": "(120 + 1)*84",
        "status": "exact",
        "source": "LeCun et al. 1998, section II",
    }


def test_the_numbers_of_a_text_stand_behind_it(striate):
    text = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"
    printed = striate("plan", text, "N=1", "M=2", "K=0", "--input", "1x8x8", "--classes", "3")
    assert printed.code == 0
    assert "FC classes was added" in printed.out


def test_strict_refuses_what_flooring_drops(striate):
    loose = striate("plan", "INPUT 1x7x7 -> CONV 3 3x3 stride=3")
    assert loose.code == 0
    assert "the last 1 row and column are never seen" in loose.out
    strict = striate("plan", "INPUT 1x7x7 -> CONV 3 3x3 stride=3", "--strict")
    assert strict.code == 2
    assert "(7 - 3 + 2*0)/3 + 1 = 2.33" in strict.err


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["plan", "lenet6"], "LanguageError", "did you mean 'lenet5'"),
        (["plan", "INPUT 1x8x8 -> KONV 3"], "LanguageError", "did you mean 'CONV'"),
        (["plan", "missing.cnn"], "LanguageError", "there is no such file"),
        (["plan", "INPUT 1x3x3 -> CONV 2 5x5"], "ShapeError", "help: pad=1 gives 2x1x1"),
        (["plan", "lenet5", "--input", "1x?x8"], "OptionError", "write channels first"),
        (["plan", "lenet5", "N:2"], "OptionError", "NAME=NUMBER"),
        (["plan", "lenet5", "--explain", "c4"], "OptionError", "did you mean"),
        (["plan", "lenet5", "--strickt"], "OptionError", "--strict"),
        (["plan"], "OptionError", "network"),
        (["zoo", "lenet"], "LanguageError", "lenet5"),
        (["zoo", "vgg"], "LanguageError", "vgg is a family: it has vgg11, vgg13, vgg16"),
        (["plan", "resnet"], "LanguageError", "help: name one of them: striate plan resnet18"),
        (["plan", "resnet5"], "LanguageError", "did you mean 'resnet"),
        (["plann", "lenet5"], "OptionError", "plan"),
    ],
)
def test_a_slip_is_one_sentence_with_a_remedy_and_exit_code_2(striate, tokens, kind, says):
    printed = striate(*tokens)
    assert printed.code == 2
    assert printed.err.startswith(f"{kind}: ")
    assert says.lower() in printed.err.lower()
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_an_error_for_programs_is_on_standard_output(striate):
    printed = striate("plan", "INPUT 1x3x3\nCONV 2 5x5", "--json")
    error = json.loads(printed.out)["error"]
    assert printed.code == 2
    assert (error["kind"], error["line"], error["column"]) == ("ShapeError", 2, 1)
    assert len(error["help"]) >= 2


def test_the_zoo_lists_every_network_with_what_it_costs_and_who_published_it(striate):
    found = {entry["name"]: entry for entry in json.loads(striate("zoo", "--json").out)}
    assert {"lenet5", "alexnet-lecture", "bottleneck", "small", *MODELS} <= found.keys()
    for name, published in MODELS.items():
        assert [found[name][key] for key in published if key in KNOWN] == [
            published[key] for key in published if key in KNOWN
        ]
    line = next(line for line in striate("zoo").out.splitlines() if line.startswith("resnet50 "))
    for part in ("3x224x224", "25,557,032", "4,089,184,256", "427x427", "He, Zhang, Ren and Sun"):
        assert part in line
    assert "| resnet50 | 3x224x224 |" in striate("zoo", "--format", "markdown").out


@pytest.mark.parametrize("name", ONE_EACH)
def test_a_printed_text_is_the_network_that_was_asked_for(striate, tmp_path, name):
    mine, size = tmp_path / "mine.cnn", "x".join(map(str, small(name).input))
    mine.write_text(striate("zoo", name).out, "utf-8")
    plans = [striate("plan", net, "--input", size, "--json").out for net in (str(mine), name)]
    first, second = map(json.loads, plans)
    assert {**first, "network": name} == second
    assert json.loads(striate("zoo", name, "--json").out)["text"] == mine.read_text("utf-8")


def test_networks_of_families_are_planned_and_compared(striate):
    assert (
        "44,549,160" in striate("plan", "resnet101", "--input", "3x64x64", "--classes", "1000").out
    )
    assert "138,365,992" in striate("plan", "vgg16_bn").out
    form = json.loads(striate("compare", "vgg16", "resnet50", "--json").out)
    assert [network["parameters"] for network in form["networks"]] == [138_357_544, 25_557_032]


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_has_an_example(striate, verb):
    printed = striate(verb, "--help")
    assert printed.code == 0
    assert "For example: striate" in " ".join(printed.out.split())
