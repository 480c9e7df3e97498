"""What is asked for is read with care: sizes, units, titles, layers, and what is no network."""

import pytest

import striate
from striate.errors import LanguageError, OptionError, ShapeError, StriateError

SHORT = "INPUT 1x8x8 -> a: CONV 2 3x3 -> b: CONV 2 9x9 -> c: FC 3"


def test_a_size_may_be_typed():
    typed, given = (striate.draw("lenet5", input=one) for one in ("1x36x36", (1, 36, 36)))
    assert typed.plan.network.input == given.plan.network.input == (1, 36, 36)


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ("1xHxW", "a drawing needs a size in numbers, not '1xHxW'"),
        ("", "a drawing needs a size in numbers, not ''"),
        ((1, "H", "W"), "a text has one input"),
        ([(1, 32, 32), (1, 3, 3)], "a text has one input"),
    ],
)
def test_another_size_is_refused(size, says):
    with pytest.raises(OptionError, match=says):
        striate.draw("lenet5", input=size)


def test_a_plan_is_drawn_as_its_network_is():
    plan = striate.plan("lenet5")
    assert striate.draw(plan).html() == striate.draw("lenet5").html()
    assert striate.draw(plan, unit=("c3", (4, 4))).track
    with pytest.raises(ShapeError, match="not of 1x40x40"):
        striate.draw(plan, input=(1, 40, 40))


@pytest.mark.parametrize("unit", ["c3", ("c3",), (), ("c3", (1.5, 2)), ("c3", (1, 2), 3), 4])
def test_what_is_no_unit_is_a_sentence(unit):
    with pytest.raises(OptionError, match="is not a unit"):
        striate.draw("lenet5", unit=unit)


def test_a_drawing_and_a_layer_are_called_as_they_are_told():
    drawn = striate.draw("lenet5", title="Le & Net")
    assert "<h1>Le &amp; Net</h1>" in drawn.html()
    assert "Le &amp; Net: input" in drawn.svg()
    assert striate.draw("lenet5#c3", title="Third").title == "Third"


def test_the_film_of_a_layer_before_the_one_that_does_not_fit_is_made():
    assert striate.draw(f"{SHORT}#a").title.startswith("network, a: ")


@pytest.mark.parametrize("path", ["b", "c"])
def test_a_layer_that_is_not_reached_says_why(path):
    with pytest.raises(ShapeError, match="a 9x9 window is larger than its input, 6x6"):
        striate.draw(f"{SHORT}#{path}")


@pytest.mark.parametrize("what", ["lenet5#", "lenet5#c3#c3", "lenet5#,"])
def test_what_is_no_path_is_not_read_as_a_text(what):
    with pytest.raises(LanguageError, match="is no path of a layer"):
        striate.draw(what)


@pytest.mark.parametrize("what", [None, 3, ["conv"]])
def test_what_is_no_network_is_a_sentence(what):
    with pytest.raises(StriateError, match="is no network"):
        striate.draw(what)
