"""B4: the classical kernels by name, and what each does to a solid patch."""

import numpy as np
import pytest

from striate.reference import KERNELS, correlate

SOLID = np.full((5, 5), 7.0)
WRITTEN = {
    "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "blur": [[1 / 9] * 3] * 3,
    "horizontal": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "vertical": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "sobel": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "scharr": [[3, 0, -3], [10, 0, -10], [3, 0, -3]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


def test_the_kernels_are_those_of_the_lecture():
    assert set(KERNELS) == set(WRITTEN)
    for name, rows in WRITTEN.items():
        assert np.array_equal(KERNELS[name], rows), name


@pytest.mark.parametrize("name", ["edge", "horizontal", "vertical", "sobel", "scharr"])
def test_nothing_is_found_in_a_solid_patch(name):
    assert correlate(SOLID, KERNELS[name]).values.tolist() == [[0] * 3] * 3


@pytest.mark.parametrize("name", ["sharpen", "blur", "identity"])
def test_a_solid_patch_stays_itself(name):
    assert correlate(SOLID, KERNELS[name]).values == pytest.approx(np.full((3, 3), 7), rel=1e-15)


def test_horizontal_is_vertical_turned():
    image = np.arange(30).reshape(5, 6) ** 2 % 11
    across = correlate(image, KERNELS["horizontal"]).values
    assert np.array_equal(across, correlate(image.T, KERNELS["vertical"]).values.T)


def test_identity_gives_the_inside_of_the_image():
    image = np.arange(25).reshape(5, 5)
    assert np.array_equal(correlate(image, KERNELS["identity"]).values, image[1:-1, 1:-1])
