"""B9: a filter spans the full depth of its image, and as many filters give as many maps."""

import numpy as np
import pytest

from striate.reference import convolve, correlate


@pytest.mark.parametrize(
    ("image", "kernels", "maps"),
    [
        ((3, 6, 6), (1, 3, 3, 3), (1, 4, 4)),
        ((3, 6, 6), (2, 3, 3, 3), (2, 4, 4)),
        ((3, 32, 32), (6, 3, 5, 5), (6, 28, 28)),
        ((128, 3, 28, 28), (5, 3, 2, 3), (128, 5, 27, 26)),
        ((128, 3, 20, 20), (5, 3, 5, 5), (128, 5, 16, 16)),
    ],
)
def test_the_worked_sizes(image, kernels, maps):
    worked = convolve(np.ones(image), np.ones(kernels))
    depth_and_window = np.prod(kernels[1:])
    assert worked.values.shape == maps
    assert np.all(worked.values == depth_and_window)
    assert worked.products == np.prod(maps) * depth_and_window


def test_one_5x5x3_filter_takes_75_products_at_a_place():
    assert convolve(np.ones((3, 5, 5)), np.ones((1, 3, 5, 5))).products == 75


def test_a_filter_adds_up_its_channels():
    image, kernel = np.arange(75).reshape(3, 5, 5), np.arange(27).reshape(3, 3, 3)
    summed = sum(correlate(*pair).values for pair in zip(image, kernel, strict=True))
    assert np.array_equal(convolve(image, kernel[None]).values, [summed])
