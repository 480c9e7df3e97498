"""`striate compare`: what is typed, what is printed, and what a slip says."""

import json

import pytest

PATTERN = "INPUT 1x8x8 -> [CONV -> RELU]*N -> FC"


def test_networks_of_the_zoo_side_by_side(striate):
    printed = striate("compare", "bottleneck-direct", "bottleneck")
    assert printed.code == 0
    line = next(line for line in printed.out.splitlines() if line.startswith("products"))
    assert line.split() == ["products", "120,422,400", "12,443,648", "0.103"]


def test_the_numbers_of_a_text_stand_behind_it(striate):
    form = json.loads(striate("compare", PATTERN, "N=1", PATTERN, "N=3", "--json").out)
    assert [network["layers"] for network in form["networks"]] == [3, 7]
    assert form["networks"][1]["name"] == f"{PATTERN} N=3"


def test_one_input_is_for_all(striate):
    form = json.loads(striate("compare", "lenet5", "small", "--input", "1x64x64", "--json").out)
    assert [network["input"] for network in form["networks"]] == [[1, 64, 64]] * 2


def test_shares_layers_and_formats(striate):
    tokens = ("compare", "lenet5", "lenet-lecture", "--share", "FC,c*", "--layers")
    shown = striate(*tokens, "--format", "markdown").out
    assert "| parameters in FC | 11,014 (18.1 %) |" in shown
    assert "| parameters in c* |".replace("*", r"\*") in shown
    assert [line[:9] for line in shown.splitlines() if "---" in line] == ["| --- | -"] * 2
    assert striate(*tokens, "--format", "html").out.startswith("<table")
    assert striate(*tokens, "--format", "json").out == striate(*tokens, "--json").out


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["compare"], "OptionError", "needs two networks, found 0"),
        (["compare", "lenet5"], "OptionError", "striate compare "),
        (["compare", "lenet5", "lenet6"], "LanguageError", "did you mean 'lenet5'"),
        (["compare", "lenet5", "small"], "LanguageError", "small has no input size"),
        (["compare", "lenet5", "N=2", "lenet5"], "OptionError", "no number 'N'"),
        (["compare", "lenet5", "classes=2", "lenet5"], "OptionError", "write --classes 2"),
        (["plan", "lenet5", "source=2"], "OptionError", "source is no number"),
        (["compare", "lenet5", "lenet5", "--share", "dense"], "OptionError", "give a word"),
        (["compare", "lenet5", "lenet5", "--format", "xml"], "OptionError", "markdown"),
    ],
)
def test_a_slip_is_one_sentence_with_a_remedy_and_exit_code_2(striate, tokens, kind, says):
    printed = striate(*tokens)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith(f"{kind}: ")
    assert says in printed.err
    assert "help: " in printed.err
