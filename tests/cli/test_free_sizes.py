"""`striate plan NET --input 3xHxW`: closed forms on the terminal and for other programs."""

import json

import pytest


def test_the_table_in_letters(striate):
    printed = striate("plan", "lenet5", "--input", "1xHxW")
    assert printed.code == 0
    assert "smallest input: H = 32, W = 32" in printed.out
    assert "H//4 - 3" in printed.out


def test_explain_and_json(striate):
    shown = striate("plan", "lenet5", "--input", "1xHxW", "--explain", "s2").out
    assert "floor(((H - 4) - 2 + 2*0)/2) + 1 = H//2 - 2" in shown
    form = json.loads(striate("plan", "lenet5", "--input", "1xHxH", "--json").out)
    assert form["fits"]["H"]["from"] == 32
    assert form["rows"][0]["output"] == [6, "H - 4", "H - 4"]


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["lenet5", "--input", "HxHxW"], "OptionError", "channels are a number"),
        (["lenet5", "--input", "1xH?xW"], "OptionError", "write channels first"),
        (["lenet5", "--input", "1xHxW", "--memory"], "OptionError", "give the size in numbers"),
        (["lenet5", "--input", "1xHxW", "--sort", "path"], "OptionError", "--input 3x224x224"),
        (["lenet5", "--input", "1xHxW", "--strict"], "OptionError", "lose nothing"),
        (["lenet5", "--input", "1xHxW", "--explain", "c9"], "OptionError", "there is no layer"),
        (["{ ID + CONV 3 3 }", "--input", "3xHxH"], "ShapeError", "no input of 3xHxH"),
    ],
)
def test_slips(striate, tokens, kind, says):
    printed = striate("plan", *tokens)
    assert printed.code == 2
    assert printed.err.startswith(f"{kind}: ")
    assert says in printed.err
    assert printed.out == ""
