"""B23: stride s gives what stride 1 gives at every s-th place, without working out the others."""

import numpy as np
import pytest

from striate.reference import Sweep, correlate


@pytest.mark.parametrize("stride", [2, 3])
@pytest.mark.parametrize("shape", [(11,), (9, 8), (6, 7, 5)])
def test_equal_and_less_work(stride, shape):
    image = np.arange(np.prod(shape)).reshape(shape) ** 2 % 17
    kernel = np.arange(3 ** len(shape)).reshape((3,) * len(shape)) - 4
    every, some = (correlate(image, kernel, Sweep(s, padding=1)) for s in (1, stride))
    kept = every.values[(slice(None, None, stride),) * len(shape)]
    assert np.array_equal(some.values, kept)
    assert some.products == kept.size * kernel.size < every.products
