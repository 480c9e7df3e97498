"""B12: padding by number, by axis, by word."""

import pytest

import striate
from striate.arithmetic import Window


@pytest.mark.parametrize(("kernel", "needs"), [(3, 1), (5, 2), (7, 3)])
def test_same_needs_half_the_kernel(kernel, needs):
    window = Window.of(kernel, padding="same")
    assert window.padding == ((needs, needs),)
    assert window.places((16,)) == (16,)


def test_7x7_stays_7x7_with_padding_1():
    assert Window.of(3, rank=2, padding=1).places((7, 7)) == (7, 7)


def test_ten_filters_of_5x5_with_padding_2():
    assert striate.plan("INPUT 3x32x32 -> CONV 10 5x5 pad=2").rows[0].size == (10, 32, 32)


def test_valid_shrinks_16_to_11_to_6_to_1():
    plan = striate.plan("INPUT 1x16 -> [CONV 1 6 valid]*3")
    assert [row.size for row in plan.rows] == [(1, 11), (1, 6), (1, 1)]


@pytest.mark.parametrize(("m", "k"), [(5, 3), (16, 6), (7, 7)])
def test_full_gives_m_plus_k_minus_1_and_visits_every_pixel_k_times(m, k):
    window = Window.of(k, padding="full")
    (places,) = window.places((m,))
    assert places == m + k - 1
    starts = range(-(k - 1), -(k - 1) + places)
    assert all(sum(start <= pixel < start + k for start in starts) == k for pixel in range(m))


def test_padding_by_axis_and_by_side():
    assert striate.plan("INPUT 1x8x8 -> CONV 1 3x3 pad=0x1").rows[0].size == (1, 6, 8)
    assert striate.plan("INPUT 1x8x8 -> CONV 1 3x3 pad=0/1x1/1").rows[0].size == (1, 7, 8)
