"""What a plan in letters answers: which sizes fit, which lose nothing, where weights pin them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import striate
from striate.errors import OptionError, ShapeError
from striate.planning.free import FreePlan, FreeSize, has_letters
from striate.planning.free.residues import Sizes

PUBLISHED = Path(__file__).parents[1] / "published"
DEEP = """
INPUT 3x256x256
d1: [CONV 8 3x3 pad=1 -> RELU] -> POOL 2
d2: [CONV 8 3x3 pad=1 -> RELU] -> POOL 2
d3: [CONV 8 3x3 pad=1 -> RELU] -> POOL 2
d4: [CONV 8 3x3 pad=1 -> RELU] -> POOL 2
CONV 8 3x3 pad=1 -> RELU
{ @d4 | UP 2 } -> { @d3 | UP 2 } -> { @d2 | UP 2 } -> { @d1 | UP 2 } -> CONV classes 1x1
"""

DEEPER = DEEP.replace(
    "{ @d4", "d5: [CONV 8 3x3 pad=1 -> RELU] -> POOL 2 -> UP 2 -> { @d5 | ID }\n{ @d4"
)


def found(text, size="3xHxW", letter="H"):
    plan = striate.plan(text, input=size)
    return next(one for one in plan.found if one.letter == letter)


def test_the_sizes_that_the_joins_of_a_u_net_accept():
    one = found(DEEP)
    assert (one.fits.modulus, one.fits.residues, one.fits.also) == (16, (0,), ())
    assert one.fits.first(4) == [16, 32, 48, 64]
    plan = striate.plan(DEEP, input="3xHxW")
    assert plan.smallest[0].below.endswith("a 2x2 window is larger than its input, 1x1")
    says = "needs equal sizes but for the channels, found 8x17x256 and 32x16x256"
    assert plan.gaps[0] == f"H = 17 does not fit: | (line 8): | {says}"
    assert "sizes that fit, H and W: 16*n: 16, 32, 48, 64, ..." in str(plan)


def test_expected_size_25_but_got_size_24():
    """What torch says of a U-Net one level deeper, for an image of 400 pixels."""
    with pytest.raises(ShapeError, match="8x25x25 and 8x24x24"):
        striate.plan(DEEPER, input=(3, 400, 400))
    fits = found(DEEPER).fits
    assert (fits.modulus, fits.residues, fits.smallest) == (32, (0,), 32)
    assert 400 not in fits
    assert {384, 416} <= {*fits.first(13)}


def test_a_size_that_is_told_lets_every_input_through():
    one = found(PUBLISHED / "unet.cnn")
    assert (one.fits.modulus, one.fits.smallest) == (1, 4)
    assert (one.lossless.modulus, one.lossless.residues) == (4, (0,))
    row = striate.plan(PUBLISHED / "unet.cnn", input="3xHxW").row("up2.rise2")
    assert str(row.size[1]) == "H//2"


@pytest.mark.parametrize(
    ("text", "size", "fits", "lossless"),
    [
        (
            "CONV 8 11x11 stride=4",
            "3xHxW",
            "all from 11 on",
            "4*n + 3 from 11 on: 11, 15, 19, 23, ...",
        ),
        ("CONV 8 7x7 stride=2 pad=3 -> POOL 3 stride=2", "3xHxH", "all from 5 on", None),
        ("{ ID + UP 2 -> POOL 2 }", "3xHxH", "all", "all"),
        ("{ CONV 3 3 + POOL 3 stride=1 }", "3xHxH", "all from 3 on", "all from 3 on"),
        ("CONV 8 3 -> DECONV 8 3 stride=3 to=28", "3xHxH", "only 11", None),
        ("{ ID + CONV 3 3 }", "3xHxH", None, None),
        ("{ ID + ADAPTIVE 7 }", "3xHxH", "only 7", "only 7"),
        ("{ ID + POOL 2 -> UP 2 } -> CROP 9", "3xHxH", "2*n from 10 on: 10, 12, 14, 16, ...", None),
        (
            "POOL 2 -> PAD 3 mode=reflect",
            "1xT",
            "all from 8 on",
            "2*n from 8 on: 8, 10, 12, 14, ...",
        ),
        (
            "a: ID -> POOL 2 -> PAD 3 -> CROP to=@a",
            "1xT",
            "only " + ", ".join(map(str, range(2, 13))),
            None,
        ),
        ("CONV 4 3 -> FLATTEN -> CHANNELPAD 12", "1xT", "only 3, 4, 5", "only 3, 4, 5"),
        ("TILED 4 3 tiles=5", "1xT", "all from 7 on", "all from 7 on"),
    ],
)
def test_sizes_that_fit_and_that_lose_nothing(text, size, fits, lossless):
    if fits is None:
        with pytest.raises(ShapeError, match=r"no input of 3xHxH was found that fits: .* equal"):
            striate.plan(text, input=size)
        return
    one = striate.plan(text, input=size).found[0]
    assert one.fits.says == fits
    assert lossless is None or one.lossless.says == lossless


def test_the_smallest_input_and_why_one_less_is_too_small():
    plan = striate.plan("lenet5", input="1xHxW")
    (square,) = plan.smallest
    assert square.numbers == {"H": 32, "W": 32}
    assert square.below == "c5 (line 8): a 5x5 window is larger than its input, 4x4"
    uneven = striate.plan("CONV 8 9x3 -> POOL 2", input="1xHxW").smallest
    assert [one.numbers for one in uneven] == [{"H": 10, "W": 10}, {"W": 4}]
    assert uneven[0].below == "1 (line 1): a 2x2 window is larger than its input, 1x7"


def test_closed_forms_of_the_places_that_papers_give():
    row = striate.plan("googlenet", input="3xHxW").row("conv1.2")
    assert str(row.size[1]) == "(H + 1)//2"
    resnet = striate.plan("resnet18", input="3xHxW")
    assert str(resnet.row("layer1.0.conv1").size[1]) == "(H - 1)//4 + 1"
    assert str(resnet.row("layer1.0.conv1").short["products"]) == "36864*h*w"
    assert resnet.totals["products"].value == 1814073344


def test_fields_that_are_the_same_for_every_size_and_those_that_are_not():
    text = "CONV 8 3x3 stride=2 -> ADAPTIVE 7 -> UP to=9 -> GAP -> FC 10"
    rows = striate.plan(text, input="3xHxW").rows
    assert [row.field for row in rows] == ["3x3", "by size", "by size", "whole", "whole"]


def test_fully_connected_weights_are_for_one_size():
    plan = striate.plan("INPUT 3x32x32 -> CONV 6 5x5 -> POOL 2 -> fc: FC 10", input="3xHxW")
    says = (
        "fc reads 1,176 numbers at 3x32x32: weights made there fit H = 32, 33 and W = 32, 33 alone"
    )
    assert plan.pinned == (says,)
    assert str(plan.row("fc").products.value) == "60*(H//2 - 2)*(W//2 - 2)"
    assert not striate.plan("resnet18", input="3xHxW").pinned
    (places,) = striate.plan("INPUT 1x9 -> UNSHARED 2 3 -> GAP", input="1xT").pinned
    assert places == "0 has kernels for 14 numbers at 1x9: weights made there fit T = 9 alone"


def test_words_that_are_left_out_of_small_images():
    plan = striate.plan("[CONV 8 -> POOL? 2]*3 -> GAP -> FC classes", input="3xHxW", classes=5)
    assert str(plan.row("5").size[1]) == "H//8"
    assert plan.holds == {"H": 8, "W": 8}
    tiny = striate.plan("INPUT 3x5x5 -> [CONV 8 -> POOL? 2]*3 -> GAP -> FC classes", input="3xHxW")
    assert [row.size for row in tiny.rows] == [row.size for row in plan.rows[:-1]] + [(10,)]
    assert plan.found[0].fits.says == "all"
    assert "the forms hold from H = 8, W = 8 on" in str(plan)


def test_a_last_window_that_would_start_in_the_padding():
    """Torch's rule; sizes 3, 4, 5 and 6 give 2, 2, 3 and 3 places."""
    plan = striate.plan("POOL 2 stride=2 pad=1 ceil", input="1xT")
    form = plan.rows[0].size[1]
    assert [form.at({"T": n}) for n in (3, 4, 5, 6)] == [2, 3, 3, 4]
    assert "without a last window that would start behind the image" in plan.explain("0")


def test_letters_stand_for_what_they_stand_for():
    size = FreeSize.of("3xTx224×W")
    assert (size.channels, size.axes, size.letters) == (3, ("T", 224, "W"), ("T", "W"))
    assert size.numbers((3, 4, 224, 5)) == {"T": 4, "W": 5}
    assert size.numbers((3, 4, 225, 5)) is None
    assert FreeSize.of("3xHxH").numbers((3, 4, 5)) is None
    fixed = striate.plan("CONV 8 3x3 -> POOL 2", input="3x224xW")
    assert [str(form) for form in fixed.rows[1].size] == ["8", "111", "W//2 - 1"]
    assert str(fixed.rows[0].short["products"]) == "47952*w"
    assert [has_letters(typed) for typed in ("3xHxW", "3x2x2", "1xT", "x")] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ("CxHxW", "channels are a number"),
        ("3xHHxW", "'HH' is no number and no letter"),
        ("3xHx", "'' is no number and no letter"),
        ("3x8x8", "has no letter"),
    ],
)
def test_sizes_that_are_none(size, says):
    with pytest.raises(OptionError, match=says):
        striate.plan("CONV 8 3x3", input=size)


def test_a_plan_at_one_size_is_the_plan_of_that_size():
    plan = striate.plan("lenet5", input="1xHxW")
    assert plan.at(H=40, W=36).as_dict() == striate.plan("lenet5", input=(1, 40, 36)).as_dict()
    with pytest.raises(ShapeError, match=r"c5 .* a 5x5 window is larger than its input, 4x5"):
        plan.at(H=31, W=32)
    with pytest.raises(OptionError, match="W is not given"):
        plan.at(H=40)
    with pytest.raises(OptionError, match="there is no layer 'c9'"):
        plan.row("c9")


def test_the_form_that_other_programs_read():
    plan = striate.plan("INPUT 3x32x32 -> a: CONV 8 3x3 -> POOL 2", input="3xHxW")
    form = json.loads(plan.show("json"))
    assert form == plan.as_dict()
    assert (form["input"], form["letters"], form["status"]) == ("3xHxW", ["H", "W"], "exact")
    assert form["rows"][0]["output"] == [8, "H - 2", "W - 2"]
    assert form["rows"][0]["products"] == "216*(H - 2)*(W - 2)"
    assert form["fits"]["H"]["from"] == 4
    assert form["lossless"]["H"] == {
        "modulus": 2,
        "residues": [0],
        "from": 4,
        "also": [],
        "first": [4, 6, 8, 10, 12, 14, 16, 18],
        "status": "exact",
    }
    assert form["example"]["input"] == [3, 32, 32]
    working = plan.derivations("1")["1"]["height"]
    assert working["working"] == "floor(((H - 2) - 2 + 2*0)/2) + 1"
    assert working["value"] == "H//2 - 1"


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.lists(st.booleans(), max_size=20))
def test_sets_of_sizes_hold_what_they_were_made_of(period, before):
    held = [*before, *period * 3]
    sizes = Sizes.of("H", held[: len(before) + len(period)], period=len(period))
    assert [n in sizes for n in range(1, len(held) + 1)] == held
    assert sizes.first(5) == [n for n, holds in enumerate([*held, *period * 5], 1) if holds][:5]
    assert sizes.finite == (not any(period))


def test_a_search_that_is_too_long_says_how_far_it_went():
    step = "CONV 1 1 stride="
    plan = striate.plan(f"{step}97 -> {step}89 -> {step}83", input="1xT")
    says = "1, 2, 3, 4, 5, 6, 7, 8, ... (each up to 64 was tried; beyond that nothing is known)"
    assert plan.found[0].fits.says == says
    assert str(plan.rows[2].size[1]) == "(T - 1)//716539 + 1"
    assert plan.as_dict()["fits"]["T"]["status"] == "unknown beyond 64"
    assert plan.status == "unknown"


def test_the_table_as_a_notebook_and_as_markdown_shows_it():
    plan = striate.plan("lenet5", input="1xHxW")
    assert isinstance(plan, FreePlan)
    assert "<table" in plan._repr_html_()
    assert "| 16x(H//2 - 6)x(W//2 - 6) |" in plan.show("markdown")
