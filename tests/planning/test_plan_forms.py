"""What a plan says besides its numbers: the promised form, notes, tables, and where it is found."""

import json

import pytest
from drawn import networks
from hypothesis import given

import striate
from striate.errors import OptionError, ShapeError
from striate.planning import Settings, plan, resolve


def notes(text, place=-1):
    return striate.plan(text).rows[place].notes


def test_the_promised_form_of_a_row():
    row = striate.plan("INPUT 3x224x224\nconv1: CONV 96 11x11 stride=4").as_dict()["rows"][0]
    assert row == {
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


def test_the_promised_form_of_a_plan():
    form = striate.plan("lenet5", input=(1, 32, 32), classes=26).as_dict()
    assert [*form] == ["network", "input", "rows", "totals", "convention", "notes"]
    assert (form["network"], form["input"]) == ("lenet5", [1, 32, 32])
    assert [*form["totals"]] == ["parameters", "products", "additions", "bytes"]
    assert form["rows"][-1]["output"] == [26]
    counted = form["convention"]
    assert counted["products"] == "multiplications, one for each weight at each place"
    assert counted["flops"]["working"] == "2*{products} + {additions}".format(**form["totals"])


@given(networks())
def test_every_plan_is_json_and_prints_each_layer_on_a_line(drawn):
    made = striate.plan(drawn.text)
    assert json.loads(json.dumps(made.as_dict())) == made.as_dict()
    lines = str(made).splitlines()
    for row in made.rows:
        assert any(line.split()[:2] == [row.path, row.word] for line in lines)
    assert made._repr_html_().count("<tr") == len(made.rows) + 2
    assert json.loads(json.dumps(made.derivations())).keys() == {row.path for row in made.rows}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("INPUT 1x10x9 -> POOL 2", "the last 1 column is never seen"),
        ("INPUT 1x9x10 -> POOL 2", "the last 1 row is never seen"),
        ("INPUT 1x11x11 -> POOL 3", "the last 2 rows and columns are never seen"),
        ("INPUT 1x10x11 -> POOL 3", "the last 1 row and 2 columns are never seen"),
        ("INPUT 1x9 -> POOL 2", "the last 1 place is never seen"),
        ("INPUT 1x9x9x9 -> POOL 2", "the last 1 slice and row and column are never seen"),
        ("INPUT 1x9x8x8 -> POOL 2", "the last 1 slice is never seen"),
        ("INPUT 1x8x8 -> POOL? 9", "POOL? is left out: its window is larger than 8x8"),
        ("INPUT 16x15x15 -> FC 9", "reads 3600 = 16x15x15"),
        ("INPUT 1x8x8 -> { CONV 1 3x3 stride=2 | POOL 2 stride=2 pad=1 -> CROP 3x3 }",
         "the branches are centred on different pixels: 0 at 1, 1 and 2 at 1.5, 1.5"),
        ("INPUT 1x8x8 -> { CONV 1 3x3 stride=2 pad=1 | CROP 4x4 }",
         "the branches step differently: 0 by 2, 2 and 1 by 1, 1; they have no common field"),
    ],
)  # fmt: skip
def test_what_is_worth_knowing_is_noted(text, note):
    assert note in notes(text)


@pytest.mark.parametrize(
    "text",
    [
        "INPUT 1x9x9 -> POOL 2 ceil",
        "INPUT 1x9x9 -> CONV 1 1x1 stride=2",
        "INPUT 1x10x10 -> CONV 1 1x1 stride=2",
        "INPUT 1x9x9 -> CONV 1 2x2 stride=2 pad=0/1",
        "INPUT 1x9x9 -> DECONV 1 3x3 stride=2",
        "INPUT 1x8x8 -> { CONV 1 3x3 pad=1 | ID }",
    ],
)
def test_what_is_no_trouble_is_not_noted(text):
    assert notes(text) == ()
    striate.plan(text, strict=True)


def test_the_table_of_a_plan():
    assert str(striate.plan("INPUT 1x9x9 -> a: CONV 8 3x3 -> POOL 2 -> FC 10")).splitlines() == [
        "network: input 1x9x9",
        "path   layer       output  parameters     %  products     %  field",
        "──────────────────────────────────────────────────────────────────",
        "a      CONV 8 3x3  8x7x7           80   9.9     3,528  83.1    3x3",
        "1      POOL 2      8x3x3                                       4x4",
        "2      FC 10       10             730  90.1       720  16.9    8x8",
        "──────────────────────────────────────────────────────────────────",
        "total                             810           4,248",
        "products: multiplications, one for each weight at each place; additions: of biases, 402",
        "FLOPs: both, and an addition of each product to its sum: "
        "2*products + additions = 2*4248 + 402 = 8,898",
        "values: 1.90 kB in float32",
        "  note: 1: the last 1 row and column are never seen",
        "  note: 2: reads 72 = 8x3x3",
    ]


def test_the_table_says_what_is_no_exact_field():
    plan = striate.plan("INPUT 1x8x8 -> UP 2 -> CONV 1 2x2 -> { ID + UP 1 -> CONV 1 3x3 pad=1 }")
    assert "2x2 at most" in str(plan)
    plan = striate.plan("INPUT 1x8x8 -> { CONV 1 3x3 stride=2 pad=1 | CROP 4x4 }")
    assert "3x3 ?" in str(plan)


def test_a_layer_is_found_by_its_path():
    made = striate.plan("lenet5")
    assert made.row("c3").parameters.value == 1516
    with pytest.raises(OptionError, match="there is no layer 'c33' in lenet5") as caught:
        made.row("c33")
    assert caught.value.help == ["did you mean 'c3'?"]
    with pytest.raises(OptionError, match="there is no layer"):
        made.explain("nothing")


def test_the_size_from_outside_goes_before_the_one_in_the_text():
    assert striate.plan("lenet5", input=(1, 64, 64)).network.input == (1, 64, 64)


def test_classes_and_head():
    tree = striate.read("INPUT 1x8x8 -> CONV 4 3x3 -> SOFTMAX")
    assert plan(tree, classes=7).network.output == (7,)
    assert plan(tree, head=False).network.output == (4, 6, 6)
    assert resolve(tree, Settings(classes=7)) == plan(tree, classes=7).network


def test_numbers_given_to_a_tree_that_was_read():
    tree = striate.read("INPUT 3 -> [RELU]*N")
    assert len(striate.plan(tree, N=2).rows) == 2
    assert len(striate.plan(striate.read(tree, N=2), N=3).rows) == 3
    asked = striate.read("A(N) = INPUT 3 -> [RELU]*N\nB = INPUT 3 -> ID", network="A")
    assert len(striate.plan(asked, N=2).rows) == 2
    assert striate.read(asked, network="B").name == "B"


def test_a_network_of_known_sizes_is_for_its_own_input_alone():
    text = "INPUT 3x8x8\nCONV 4 3x3\nown: UNSHARED 2 3x3"
    network = striate.resolve(text)
    assert plan(network, input=(3, 8, 8)).rows == plan(network).rows
    with pytest.raises(ShapeError) as caught:
        plan(network, input=(3, 9, 9))
    assert caught.value.message == (
        "own (line 3): UNSHARED has a kernel for each place that it has for an input of 3x8x8, "
        "not of 3x9x9"
    )
    assert caught.value.help == ["read the text of the network again, for an input of 3x9x9"]
    assert striate.plan(text, input=(3, 9, 9)).row("own").size == (2, 5, 5)
    with pytest.raises(ShapeError, match="network has sizes that were counted for an input of 3x8"):
        plan(striate.resolve("INPUT 3x8x8 -> CONV 4 3x3"), input=(1, 8, 8))
