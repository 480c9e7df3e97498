"""B11: stride, in each axis; where it does not fit, that is said."""

import pytest

import striate
from striate.arithmetic import Window
from striate.errors import ShapeError


@pytest.mark.parametrize(("stride", "places"), [(1, 5), (2, 3)])
def test_a_3x3_window_on_7x7(stride, places):
    assert Window.of(3, rank=2, stride=stride).places((7, 7)) == (places, places)


def test_stride_3_does_not_fit():
    window = Window.of(3, rank=2, stride=3)
    assert window.exactly(0, 7) == ("(7 - 3 + 2*0)/3 + 1", 2.33)
    assert window.lost((7, 7)) == (1, 1)
    with pytest.raises(ShapeError, match="does not tile 7x7"):
        striate.plan("INPUT 1x7x7 -> CONV 1 3x3 stride=3", strict=True)


def test_a_stride_for_each_axis():
    assert striate.plan("INPUT 1x7x9 -> CONV 1 3x3 stride=1x3").rows[0].size == (1, 5, 3)
