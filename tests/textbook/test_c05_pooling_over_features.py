"""C5: pooled over features with weights of their own, a net is invariant to what tells them apart.

Four detectors, each a quarter turn from the one before, stand for what a net may learn.
"""

import numpy as np

import striate
from striate.reference import convolve, pool_channels

STROKE = np.array([[0, 1, 0], [0, 1, 0], [0, 2, 3]])
TURNS = np.stack([np.rot90(STROKE, turn) for turn in range(4)])[:, None]


def test_the_largest_of_the_turned_detectors_does_not_see_the_turn():
    image = np.zeros((1, 7, 7))
    image[0, 2:5, 2:5] = STROKE
    for turn in range(1, 4):
        before, after = (
            convolve(one, TURNS).values for one in (image, np.rot90(image, turn, (1, 2)))
        )
        assert not np.array_equal(before.max(axis=(1, 2)), after.max(axis=(1, 2)))
        pooled_before, pooled_after = pool_channels(before, 4), pool_channels(after, 4)
        assert np.array_equal(pooled_after, np.rot90(pooled_before, turn, (1, 2)))
        assert pooled_after.max() == pooled_before.max() == (STROKE**2).sum()


def test_the_word_for_it():
    row = striate.plan("INPUT 1x7x7 -> CONV 8 3x3 -> CHANNELPOOL 4").rows[-1]
    assert row.size == (2, 5, 5)
    assert row.parameters.value == 0
