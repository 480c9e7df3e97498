"""What cannot be convolved is refused with a sentence, never with a number."""

import numpy as np
import pytest

from striate.reference import Sweep, convolve, correlate, gradients, matrix

PLANE = Sweep(stride=(1, 1))


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        (Sweep(stride=0), "0 is not a number of at least 1 for each of 2 axes"),
        (Sweep(dilation=(1, 2, 3)), r"\(1, 2, 3\) is not a number"),
        (Sweep(padding=-1), "padding -1 is not a pair"),
        (Sweep(padding=[(1, 1)]), "for each of 2 axes"),
        (Sweep(padding=1, border="mirror"), "not 'mirror'"),
    ],
)
def test_a_sweep_that_cannot_be(sweep, message):
    with pytest.raises(ValueError, match=message):
        correlate(np.ones((5, 5)), np.ones((3, 3)), sweep)


@pytest.mark.parametrize(
    ("kernels", "options", "message"),
    [
        ((2, 3, 3, 3), {}, "6 kernels for 2 filters need 3 channels, not 4"),
        ((2, 5, 3, 3), {}, "10 kernels for 2 filters need 5 channels, not 4"),
        ((3, 2, 3, 3), {"groups": 2}, r"\(3, 2, 3, 3\) cannot be cut into 2 groups"),
        ((2, 4, 3, 3), {"groups": 0}, "cannot be cut into 0 groups"),
        ((2, 4), {}, r"\(2, 4\) cannot be cut into 1 groups"),
        ((2, 3, 3), {"groups": ((0,), (1, 2))}, r"\(2, 3, 3\) are not 3 kernels of 2 axes"),
        ((2, 3, 3), {"groups": ((0,), (4,))}, "2 kernels for 2 filters need 5 channels, not 4"),
        ((2, 4, 3, 3), {"bias": [1.0]}, r"shape \(2,\) or \(2, 1, 1\) or \(2, 4, 4\), not \(1,\)"),
        ((2, 4, 3, 3), {"bias": np.ones((2, 3, 3))}, r"not \(2, 3, 3\)"),
        ((2, 4, 5, 4, 3, 3), {"sweep": PLANE}, r"\(5, 4\) tiles are more than \(4, 4\) places"),
        ((2, 4, 2, 3, 3), {"sweep": PLANE}, r"\(2, 4, 2, 3, 3\) are not 8 kernels of 2 axes"),
    ],
)
def test_kernels_that_do_not_fit(kernels, options, message):
    with pytest.raises(ValueError, match=message):
        convolve(np.ones((4, 6, 6)), np.ones(kernels), **options)


def test_tiles_without_places_in_a_matrix():
    with pytest.raises(ValueError, match=r"\(5, 4\) tiles are more than \(4, 4\) places"):
        matrix(np.ones((2, 4, 5, 4, 3, 3)), PLANE, size=(6, 6))


def test_a_kernel_of_more_axes_than_the_image():
    with pytest.raises(ValueError, match="a window of 2 axes cannot slide over 1"):
        correlate([1, 2, 3], [[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="a window of 2 axes needs channels before them"):
        convolve([[1, 2], [3, 4]], np.ones((1, 1, 2, 2)))


@pytest.mark.parametrize(
    ("upstream", "message"),
    [
        ((1, 2, 4, 4), "differ in the batch"),
        ((3, 4, 4), "do not stand for 2 filters at"),
        ((2, 4, 5), r"maps \(2, 4, 5\) do not stand for 2 filters at \(4, 4\)"),
    ],
)
def test_gradients_of_other_maps(upstream, message):
    with pytest.raises(ValueError, match=message):
        gradients(np.ones(upstream), np.ones((1, 6, 6)), np.ones((2, 1, 3, 3)))
