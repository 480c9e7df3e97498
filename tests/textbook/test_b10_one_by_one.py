"""B10: a 1x1 convolution mixes the channels of each pixel."""

import numpy as np
import pytest

import striate
from striate.reference import convolve


@pytest.mark.parametrize(
    ("arriving", "filters"), [((64, 28, 28), 32), ((192, 28, 28), 32), ((32, 6, 6), 7)]
)
def test_the_worked_sizes(arriving, filters):
    size = "x".join(map(str, arriving))
    row = striate.plan(f"INPUT {size} -> CONV {filters} 1x1 bias=no").rows[0]
    assert row.size == (filters, *arriving[1:])
    assert row.parameters.value == arriving[0] * filters


def test_it_is_a_matrix_times_the_channels_of_every_pixel():
    image, mix = np.arange(48).reshape(3, 4, 4), np.array([[1, -2, 3], [0, 1, 1]])
    worked = convolve(image, mix[:, :, None, None])
    assert np.array_equal(worked.values.reshape(2, 16), mix @ image.reshape(3, 16))
    assert worked.products == 16 * 6
