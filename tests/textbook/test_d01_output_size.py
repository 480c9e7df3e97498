"""D1: O = floor((N - F + 2P)/S) + 1, with the numbers put in."""

import striate
from striate.arithmetic import Window


def test_the_first_convolution_of_alexnet():
    height = striate.plan("INPUT 3x224x224 -> CONV 96 11x11 stride=4").rows[0].output[1]
    assert height.value == 54
    assert height.rule == "floor((N - F + 2*P)/S) + 1"
    assert height.working == "floor((224 - 11 + 2*0)/4) + 1"


def test_a_padded_pool_on_10x10():
    assert striate.plan("INPUT 1x10x10 -> POOL 2 pad=1").rows[0].size == (1, 6, 6)


def test_one_3x3_on_10x10():
    assert striate.plan("INPUT 1x10x10 -> CONV 1 3x3").rows[0].size == (1, 8, 8)


def test_5_with_stride_2_fits_odd_widths_at_every_padding_and_even_ones_at_none():
    for padding in range(5):
        window = Window.of(5, stride=2, padding=padding)
        assert [width for width in range(5, 40) if (width + 2 * padding - 5) % 2 == 0] == [
            *range(5, 40, 2)
        ]
        working, places = window.exactly(0, 32)
        assert places != int(places), working
        assert all(window.exactly(0, width)[1] % 1 == 0 for width in range(5, 40, 2))
