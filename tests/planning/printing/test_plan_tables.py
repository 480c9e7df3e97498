"""The table of a plan: columns, depth, order, statuses; its sums are those of the rows."""

import json

import pytest
from drawn import networks
from hypothesis import given
from hypothesis import strategies as st

import striate
from striate.errors import OptionError
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.planning import plan
from striate.planning.printing.columns import COLUMNS
from striate.planning.printing.lines import ORDERS, lines_of, ordered

COUNTS = ("parameters", "products", "additions", "bytes")


def lines(printed):
    """The cells of a printed table: those between its two rules, and the foot."""
    every = printed.splitlines()
    first, second = [n for n, line in enumerate(every) if line.startswith("──")]
    return [line.split() for line in every[first + 1 : second]], every[second + 1].split()


def test_every_column_can_be_shown():
    made = striate.plan("lenet5")
    for name in COLUMNS:
        body, foot = lines(made.show(columns=["path", name]))
        assert [line[0] for line in body] == [row.path for row in made.rows]
        assert foot[0] == "total"
    body, foot = lines(made.show(columns=["flops", "centre", "where", "status"]))
    assert body[0] == ["239,904", "2,", "2", "line", "3", "exact"]
    assert foot == ["659,558"]


def test_columns_stand_in_the_order_that_is_asked_for():
    body, _ = lines(striate.plan("lenet5").show(columns=["products", "path"]))
    assert body[0] == ["117,600", "c1"]


@pytest.mark.parametrize(
    ("option", "says", "help"),
    [
        ({"columns": ["path", "prodcts"]}, "there is no column 'prodcts'", "'products'"),
        ({"sort": "sise"}, "rows are not sorted by 'sise'", "sort by graph, path"),
        ({"depth": 0}, "a depth is at least 1, found 0", None),
    ],
)
def test_what_there_is_not_is_named_with_what_there_is(option, says, help):
    with pytest.raises(OptionError, match=says) as caught:
        striate.plan("lenet5").show(**option)
    assert help is None or help in " ".join(caught.value.help)


def test_a_form_that_there_is_not():
    with pytest.raises(OptionError, match="there is no format 'xml'"):
        striate.plan("lenet5").show("xml")
    with pytest.raises(OptionError, match="there is no format 'xml'"):
        striate.plan("lenet5").explain("c1", "xml")


@given(networks(), st.integers(1, 4))
def test_a_depth_loses_no_count_and_no_layer(drawn, depth):
    made = striate.plan(drawn.text)
    together = lines_of(made.rows, depth=depth)
    assert sorted(row.path for line in together for row in line.rows) == sorted(
        row.path for row in made.rows
    )
    for name in COUNTS:
        assert sum(line.count(name).value for line in together) == made.totals[name].value
    for line in together:
        assert len({tuple(row.path.split(".")[:depth]) for row in line.rows}) == 1
        assert line.size == line.rows[-1].size
        assert len(line.rows) > 1 or line.path == line.rows[0].path


def test_a_depth_of_one_says_how_many_layers_there_are():
    body, _ = lines(striate.plan("resnet18").show(depth=1))
    first = next(line for line in body if line[0] == "layer1")
    assert first[1:5] == ["14", "layers", "64x56x56", "147,968"]
    rows = json.loads(striate.plan("resnet18").show("json", depth=1))["rows"]
    (row,) = [row for row in rows if row["path"] == "layer1"]
    assert (row["layers"], row["parameters"], row["field"]["size"]) == (14, 147_968, [43, 43])


@given(networks(), st.sampled_from([*ORDERS]))
def test_sorting_moves_rows_and_changes_none(drawn, order):
    made = striate.plan(drawn.text)
    rows = lines_of(made.rows)
    moved = ordered(rows, order)
    assert sorted(map(id, moved)) == sorted(map(id, rows))
    if order in COUNTS:
        values = [line.count(order).value for line in moved]
        assert values == sorted(values, reverse=True)
    if order == "graph":
        assert moved == rows


def test_sorted_rows_are_in_that_order_for_programs_too():
    rows = json.loads(striate.plan("lenet5").show("json", sort="products"))["rows"]
    assert [row["path"] for row in rows][:3] == ["c3", "c1", "c5"]


@given(networks())
def test_shares_are_of_the_total(drawn):
    made = striate.plan(drawn.text)
    body, _ = lines(made.show(columns=["path", "parameters%"]))
    shares = [float(line[1].replace("<", "")) for line in body if len(line) > 1]
    assert not shares or 99 < sum(shares) < 101 + 0.1 * len(shares)


def test_equal_notes_stand_in_one_line():
    text = "INPUT 1x9x9 -> { [a{i}: POOL 2]*1 | b: POOL 2 } -> UP 3"
    shown = str(striate.plan(text))
    assert shown.count("the last 1 row and column are never seen") == 1
    assert "note: a1, b: the last 1 row" in shown


def _odd(**counted):
    """A network with an operation that no word says, as an inspected module has."""
    nodes = (
        Node("input", L.Input((3, 8, 8)), (), (3, 8, 8)),
        Node("fft", L.Operation("fft", (3, 8, 8), **counted), (0,), (3, 8, 8), source="m.py:7"),
        Node("fc", L.Linear((10,)), (1,), (10,)),
    )
    return plan(Network("odd", nodes, (2,)))


def test_an_unknown_row_shows_no_zero():
    made = _odd(products=None, reason="nobody says what fft multiplies")
    row = made.row("fft")
    assert (row.status, row.products.status, row.word) == ("unknown", "unknown", "fft")
    body, foot = lines(made.show(columns=["path", "products", "where"]))
    assert body[0] == ["fft", "?", "m.py:7"]
    assert foot == ["total", "1,920", "?"]
    shown = str(made)
    assert "note: fft: nobody says what fft multiplies" in shown
    assert "the total of products is without fft, of which it is not known" in shown
    form = made.as_dict()["rows"][0]
    assert (form["products"], form["status"], form["source"]) == (None, "unknown", "m.py:7")
    assert made.totals["products"].status == "unknown"
    assert "products     not known" in made.explain("fft")
    assert made.derivations("fft")["fft"]["products"]["value"] is None


def test_a_reason_makes_a_row_unknown_and_leaves_what_was_counted():
    made = _odd(products=77, reads="places", reason="it may do otherwise at other sizes")
    row = made.row("fft")
    assert (row.status, row.field.status, row.products.status) == ("unknown", "exact", "exact")
    assert made.as_dict()["rows"][0]["products"] == 77


def test_what_was_counted_in_a_module_is_shown_as_counted():
    made = _odd(products=77, parameters=5, reads="places")
    assert (made.row("fft").status, made.totals["products"].status) == ("exact", "exact")
    assert made.as_dict()["rows"][0]["products"] == 77
    assert "?" not in str(made)


def test_a_plan_fits_a_line_of_every_width():
    made = striate.plan("resnet18")
    for width in range(24, 140, 7):
        assert max(map(len, made.show(width=width).splitlines())) <= width


def test_a_network_without_layers_has_a_table():
    body, foot = lines(str(striate.plan("INPUT 3x8x8")))
    assert (body, foot) == ([], ["total"])
