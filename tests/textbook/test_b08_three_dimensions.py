"""B8: convolution and pooling over volumes and clips; and 2-D against 3-D on one clip.

A slide headed 3-D shows a padded 2-D convolution; its printed result fits no integer kernel.
"""

import numpy as np

import striate
from striate.reference import Sweep, convolve, correlate, pool


def test_the_slides_example():
    image = [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]]
    kernel = [[2, 0, 1], [1, 0, 0], [0, 1, 1]]
    worked = correlate(image, kernel, Sweep(stride=2, padding=1))
    assert worked.values.tolist() == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]


def test_a_volume_is_convolved_along_three_axes():
    volume = np.arange(60).reshape(3, 4, 5)
    worked = correlate(volume, np.ones((2, 2, 2)))
    assert worked.values.shape == (2, 3, 4)
    assert worked.values[0, 0, 0] == sum([0, 1, 5, 6, 20, 21, 25, 26])
    assert worked.products == 2 * 3 * 4 * 8
    assert pool(volume, (2, 2, 2)).tolist() == [[[26, 28], [36, 38]]]


def test_three_axes_see_the_order_of_a_clips_frames_and_two_do_not():
    clip = np.zeros((4, 5, 5))
    for frame in range(4):
        clip[frame, :, frame] = 1  # a bar that moves to the right
    backwards = clip[::-1]
    motion = np.array([[[1, 0]], [[0, 1]]])  # now here, next one pixel to the right
    assert correlate(clip, motion).values.max() == 2
    assert correlate(backwards, motion).values.max() == 1
    flat = [correlate(one, np.ones((2, 2))).values for one in (clip, backwards)]
    assert np.array_equal(flat[0], flat[1][::-1])


def test_a_clip_as_channels_and_as_an_axis():
    as_channels = striate.plan("INPUT 16x32x32 -> CONV 8 3x3 bias=no").rows[0]
    as_an_axis = striate.plan("INPUT 1x16x32x32 -> CONV 8 3x3x3 bias=no").rows[0]
    assert as_channels.size == (8, 30, 30)
    assert as_an_axis.size == (8, 14, 30, 30)
    assert (as_channels.parameters.value, as_an_axis.parameters.value) == (8 * 16 * 9, 8 * 27)
    assert convolve(np.zeros((16, 5, 5)), np.zeros((8, 16, 3, 3))).products == 9 * 8 * 16 * 9
