"""Fields and regions where a network has more than one input, or operations that no word says."""

import pytest
from drawn import networks
from hypothesis import given

from striate.arithmetic import Window
from striate.arithmetic.field import reaches
from striate.arithmetic.reach import Reach
from striate.language import layers as L
from striate.language import read
from striate.language.network import Network, Node
from striate.planning import Settings, plan, resolve
from striate.planning.fields import sights_of

POOL = L.Pool("max", Window.of(2, rank=2, stride=2))
THREE = L.Convolution(1, Window.of(3, rank=2, padding=1))


def network(*nodes, outputs=None):
    """(path, layer, inputs, size) of each node; those without inputs are inputs."""
    made = tuple(
        Node(path, L.Input(size) if layer is None else layer, inputs, size)
        for path, layer, inputs, size in nodes
    )
    return Network("made", made, outputs or (len(made) - 1,))


def image(path="x", n=8):
    return path, None, (), (1, n, n)


def operation(path, inputs, size, reads, reason=""):
    return path, L.Operation(path, size, reads=reads, reason=reason), inputs, size


def last(made):
    return plan(made).rows[-1]


def test_two_images_of_one_size_have_a_common_field():
    made = network(image("left"), image("right"), ("conv", THREE, (0,), (1, 8, 8)),
                   ("sum", L.Add(), (1, 2), (1, 8, 8)))  # fmt: skip
    assert (last(made).field.size, last(made).status) == ((3, 3), "exact")
    region = plan(made).region("sum", (0, 4))
    assert str(region) == (
        "sum unit 0, 4 sees rows 0 to 1, columns 3 to 5 of left, 8x8, (2 x 3)"
        " and rows 0 to 0, columns 4 to 4 of right, 8x8, (1 x 1)"
    )
    assert [part["box"] for part in region.as_dict()["inputs"]] == [
        [[0, 1], [3, 5]],
        [[0, 0], [4, 4]],
    ]


def test_images_of_two_sizes_have_none_and_it_is_said():
    made = network(image("large", 8), image("small", 4), ("pool", POOL, (0,), (1, 4, 4)),
                   ("sum", L.Add(), (2, 1), (1, 4, 4)))  # fmt: skip
    assert last(made).status == "unknown"
    told = "the branches see inputs of different sizes: they have no common field"
    assert last(made).notes == (told,)
    region = plan(made).region("sum", (1, 1))
    assert [part.box for part in region.parts] == [((2, 3), (2, 3)), ((1, 1), (1, 1))]


def test_an_input_that_a_unit_does_not_see():
    made = network(image("left"), image("right"), ("a", THREE, (0,), (1, 8, 8)),
                   ("b", THREE, (1,), (1, 8, 8)), outputs=(2, 3))  # fmt: skip
    region = plan(made).region("a", (4, 4))
    assert region.parts[1].box is None
    assert str(region).endswith("(3 x 3) and nothing of right")


def test_operations_that_read_the_same_places_or_everything():
    made = network(image(), ("conv", THREE, (0,), (1, 8, 8)),
                   operation("softmax", (1,), (1, 8, 8), "places"),
                   operation("attention", (2,), (1, 8, 8), "all"),
                   operation("add", (3, 2), (1, 8, 8), "places"))  # fmt: skip
    fields = [sight.field for sight in sights_of(made)]
    assert [field.size[0] for field in fields] == [1, 3, 3, 8, 8]
    assert [field.status for field in fields] == ["exact"] * 3 + ["whole input"] * 2


def test_operations_that_read_along_axes():
    window = reaches(Window.of(3, rank=2, stride=2, padding=1, dilation=2))
    made = network(image(), operation("unfold", (0,), (9, 3, 3), window),
                   operation("lines", (1,), (9, 3, 1), (Reach.of_all(3), window[1])))  # fmt: skip
    rows = plan(made).rows
    assert [row.field.size for row in rows] == [(5, 5), (7, 13)]
    assert [row.field.stride for row in rows] == [(2, 2), (0, 4)]
    region = plan(made).region("unfold", (1, 1))
    assert (region.box, region.parts[0].pixels) == (((1, 5), (1, 5)), 9)
    assert "(5 x 5, of which 9 pixels)" in str(region)


@pytest.mark.parametrize(
    ("size", "status"), [((1, 8, 8), "unknown"), ((64,), "unknown"), ((4, 16), "unknown")]
)
def test_what_an_operation_reads_may_be_unknown(size, status):
    made = network(image(), ("conv", THREE, (0,), (1, 8, 8)),
                   operation("roll", (1,), size, "unknown", "it rolls"))  # fmt: skip
    row = last(made)
    assert (row.status, row.field.status, row.notes) == (status, status, ("it rolls",))
    region = plan(made).region("roll", (0,) * (len(size) - 1))
    assert (region.box, region.status) == (((0, 7), (0, 7)), "upper bound")


def test_what_reads_all_of_what_is_unknown_sees_at_most_the_input():
    made = network(image(), operation("roll", (0,), (1, 8, 8), "unknown", "it rolls"),
                   ("gap", L.GlobalAverage(), (1,), (1, 1, 1)))  # fmt: skip
    assert (last(made).field.size, last(made).status) == ((8, 8), "upper bound")


def test_tokens_keep_the_field_of_their_patch_and_no_window_slides_over_them():
    patches = L.Convolution(4, Window.of(2, rank=2, stride=2))
    made = network(image(), ("patches", patches, (0,), (4, 4, 4)),
                   operation("tokens", (1,), (16, 4), "places"),
                   operation("linear", (2,), (16, 6), "places"),
                   operation("conv", (3,), (16, 4), reaches(Window.of(3))),
                   operation("mean", (3,), (6,), "all"))  # fmt: skip
    rows = plan(made).rows
    assert [row.field.size for row in rows[1:3]] == [(2, 2)] * 2
    assert [row.status for row in rows] == ["exact"] * 3 + ["unknown", "whole input"]
    told = "the field is not known: the axes of 6 are no longer those of the input"
    assert told in rows[3].notes
    region = plan(made).region("linear", (5,))
    assert (region.box, region.status) == (((0, 7), (0, 7)), "upper bound")


def test_a_flattened_value_read_in_groups_or_at_once():
    made = network(image(), ("conv", THREE, (0,), (1, 8, 8)), ("flat", L.Flatten(), (1,), (64,)),
                   ("norm", L.BatchNorm(), (2,), (64,)), ("dense", L.Dense(3), (3,), (3,)),
                   ("pool", L.ChannelPool(2), (3,), (32,)))  # fmt: skip
    statuses = [sight.field.status for sight in sights_of(made)]
    assert statuses == ["exact"] * 4 + ["whole input", "upper bound"]
    assert plan(made).region("norm").status == "whole input"


def test_one_place_stands_for_all_of_them_beside_a_value_with_axes():
    corner = L.Convolution(1, Window.of(3, rank=2))
    made = network(image(n=3), ("corner", corner, (0,), (1, 1, 1)),
                   operation("times", (0, 1), (1, 3, 3), "places"))  # fmt: skip
    assert (last(made).field.size, last(made).status) == ((3, 3), "whole input")
    assert plan(made).region("times", (0, 0)).box == ((0, 2), (0, 2))
    wide = network(image(n=8), ("cut", L.Crop((1, 1)), (0,), (1, 1, 1)),
                   operation("times", (0, 1), (1, 8, 8), "places"))  # fmt: skip
    assert (last(wide).field.size, last(wide).status) == ((8, 8), "upper bound")
    assert plan(wide).region("times", (0, 7)).box == ((0, 3), (3, 7))
    assert plan(wide).region("times", (0, 7)).parts[0].pixels == 2


def test_a_value_that_no_input_goes_into_adds_nothing():
    made = network(image(), operation("table", (), (1, 8, 8), "places"),
                   ("sum", L.Add(), (0, 1), (1, 8, 8)))  # fmt: skip
    assert [sight.field.status for sight in sights_of(made)] == ["exact"] * 3
    assert plan(made).region("table", (1, 1)).box is None
    assert plan(made).region("sum", (1, 1)).box == ((1, 1), (1, 1))


def test_channels_that_a_table_leaves_out_make_it_a_bound():
    one = L.Convolution(1, Window.of(1, rank=2), connect=((0,),))
    made = network(image(), ("conv", THREE, (0,), (1, 8, 8)),
                   ("both", L.Concatenate(), (0, 1), (2, 8, 8)),
                   ("one", one, (2,), (1, 8, 8)))  # fmt: skip
    assert (last(made).field.size, last(made).status) == ((3, 3), "upper bound")
    assert plan(made).region("one", (4, 4)).status == "upper bound"


def test_features_alone_have_no_axes_and_one_unit():
    made = network(("x", None, (), (9,)), ("fc", L.Linear((4,)), (0,), (4,)))
    assert (last(made).field.size, last(made).status) == ((), "whole input")
    assert str(plan(made).region("fc")) == "fc sees all of x: the whole input"


@pytest.mark.parametrize(
    "text",
    [
        "INPUT 1x64 -> UP to=67 -> CONV 1 3 -> UP to=71 -> CONV 1 4 -> UP to=89 -> CONV 1 6",
        "INPUT 1x61 -> DECONV 1 3 stride=67 -> { ADAPTIVE 61 -> UP to=4023 | ID }",
        "INPUT 1x3 -> UP 999999",
        "INPUT 1x3 -> DECONV 1 3 stride=999999",
    ],
)
def test_a_pattern_that_is_too_long_is_unknown_and_it_is_said(text):
    made = plan(read(text))
    told = "the field is not known: its units see in a pattern that is too long to follow"
    unknown = [row for row in made.rows if row.status == "unknown"]
    assert told in unknown[0].notes
    assert made.rows[-1] in unknown


@given(networks())
def test_the_working_gives_the_size(drawn):
    for sight in sights_of(resolve(read(drawn.text), Settings())):
        if sight.working:
            assert tuple(quantity.value for quantity in sight.working) == sight.field.size


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CONV 1 3 stride=2 -> DECONV 1 4 stride=2", "R + (F - 1)*J = 3 + (2 - 1)*2 = 5"),
        ("POOL 2 -> UP 2", "R + (F - 1)*J = 2 + (1 - 1)*2 = 2"),
        ("{ CONV 1 3 pad=1 + CONV 1 5 pad=2 }",
         "max(B1, B2) - min(A1, A2) + 1 = max(1, 2) - min((-1), (-2)) + 1 = 5"),
        ("CONV 1 3 -> GAP", "last - first + 1 = 8 - 0 + 1 = 9"),
        ("CONV 1 3 pad=1 -> { ID + GAP -> UP to=9 }", "last - first + 1 = 8 - 0 + 1 = 9"),
    ],
)  # fmt: skip
def test_every_change_of_the_field_has_a_working(text, told):
    assert str(plan(read(f"INPUT 1x9x9 -> {text}")).rows[-1].reach[0]) == told


def test_a_branch_that_is_unknown_is_not_compared_with_others():
    made = network(image(), operation("roll", (0,), (1, 8, 8), "unknown", "it rolls"),
                   ("cut", L.Crop((6, 6)), (0,), (1, 6, 6)),
                   ("wide", L.Pad(((1, 1), (1, 1))), (2,), (1, 8, 8)),
                   ("off", L.Pad(((2, 0), (2, 0))), (2,), (1, 8, 8)),
                   ("some", L.Add(), (1, 4), (1, 8, 8)),
                   ("both", L.Add(), (3, 4), (1, 8, 8)))  # fmt: skip
    some, both = plan(made).rows[-2:]
    assert (some.status, some.notes) == ("unknown", ())
    told = "the branches are centred on different pixels: wide at 0, 0 and off at -1, -1"
    assert (both.status, both.field.size, both.notes) == ("exact", (2, 2), (told,))
