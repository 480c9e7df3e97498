"""`striate plan`: columns, order, depth, formats, and lines that fit the terminal."""

import json
import sys

import pytest


def test_columns_sort_and_depth(striate):
    shown = striate(
        *("plan", "resnet18", "--columns", "path,parameters", "--sort", "parameters"),
        *("--depth", "1"),
    ).out.splitlines()
    assert shown[1].split() == ["path", "parameters"]
    assert [line.split()[0] for line in shown[3:6]] == ["layer4", "layer3", "layer2"]


def test_formats(striate):
    assert "| path | layer |" in striate("plan", "lenet5", "--format", "markdown").out
    page = striate("plan", "lenet5", "--format", "html").out
    assert page.startswith("<table")
    assert "<script" not in page
    form = json.loads(striate("plan", "lenet5", "--format", "json").out)
    assert form == json.loads(striate("plan", "lenet5", "--json").out)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_an_explanation_in_a_format(striate, form):
    shown = striate("plan", "lenet5", "--explain", "c3", "--format", form).out
    assert "1,516" in shown
    assert "LeCun" in shown


def test_lines_fit_a_terminal_and_say_what_was_left_out(striate, monkeypatch):
    wide = striate("plan", "resnet18").out
    assert max(map(len, wide.splitlines())) > 100
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "72")
    narrow = striate("plan", "resnet18").out
    assert max(map(len, narrow.splitlines())) <= 72
    assert "left out, for want of room: layer, parameters%, products%\n" in narrow


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (["--columns", "path,prodcts"], "did you mean 'products'"),
        (["--columns", "path,prodcts"], "there are path, layer"),
        (["--sort", "prducts"], "did you mean 'products'"),
        (["--depth", "0"], "at least 1, found 0"),
        (["--format", "xml"], "markdown"),
        (["--json", "--columns", "path"], "leave out --columns"),
    ],
)
def test_a_slip_says_what_there_is(striate, tokens, says):
    printed = striate("plan", "lenet5", *tokens)
    assert printed.code == 2
    assert says in printed.err + printed.out


def test_help_names_every_column(striate):
    from striate.planning.printing.columns import COLUMNS

    shown = " ".join(striate("plan", "--help").out.replace("│", " ").split())
    listed = shown.replace(", ", ",").replace(",", " ").split()
    assert {*COLUMNS} <= {word.rstrip(".") for word in listed}
