"""B21: when the image moves, the map of a convolution moves along; an unshared one's does not."""

import numpy as np

from striate.reference import Sweep, convolve

IMAGE = np.arange(64).reshape(1, 8, 8) ** 2 % 13
MOVED = np.roll(IMAGE, (2, 1), (1, 2))
AROUND = Sweep(stride=(1, 1), padding=1, border="circular")


def test_the_map_moves_with_the_image():
    kernel = np.arange(9).reshape(1, 1, 3, 3)
    before, after = (convolve(image, kernel, AROUND).values for image in (IMAGE, MOVED))
    assert not np.array_equal(after, before)
    assert np.array_equal(after, np.roll(before, (2, 1), (1, 2)))


def test_tiles_let_it_move_by_their_period_only():
    kernels = np.arange(36).reshape(1, 1, 2, 2, 3, 3)
    before = convolve(IMAGE, kernels, AROUND).values
    by_a_period = convolve(np.roll(IMAGE, 2, 1), kernels, AROUND).values
    assert np.array_equal(by_a_period, np.roll(before, 2, 1))
    by_less = convolve(np.roll(IMAGE, 1, 1), kernels, AROUND).values
    assert not np.array_equal(by_less, np.roll(before, 1, 1))


def test_with_stride_it_moves_by_whole_steps():
    kernel, steps = np.arange(9).reshape(1, 1, 3, 3), Sweep((2, 2), 1, border="circular")
    before, after = (convolve(image, kernel, steps).values for image in (IMAGE, MOVED))
    assert not np.array_equal(after, np.roll(before, 1, 1))
    after = convolve(np.roll(IMAGE, 2, 1), kernel, steps).values
    assert np.array_equal(after, np.roll(before, 1, 1))
