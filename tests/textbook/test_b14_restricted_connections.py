"""B14: an output channel sees some of the input channels: by groups, or by a table."""

import numpy as np

import striate
from striate.reference import convolve, correlate

LENET5 = "012/123/234/345/045/015/0123/1234/2345/0345/0145/0125/0134/1245/0235/012345"


def test_2_of_4_outputs_joined_to_2_of_4_inputs():
    row = striate.plan("INPUT 4x6x6 -> CONV 4 3x3 groups=2 bias=no").rows[0]
    assert row.parameters.value == 4 * 2 * 9
    image, kernels = np.arange(144).reshape(4, 6, 6), np.arange(72).reshape(4, 2, 3, 3)
    maps = convolve(image, kernels, groups=2).values
    halves = [convolve(image[a:b], kernels[a:b]).values for a, b in ((0, 2), (2, 4))]
    assert np.array_equal(maps, np.concatenate(halves))


def test_a_table_says_the_same_as_groups():
    image, kernels = np.arange(144).reshape(4, 6, 6), np.arange(72).reshape(8, 3, 3)
    table = ((0, 1), (0, 1), (2, 3), (2, 3))
    grouped = convolve(image, kernels.reshape(4, 2, 3, 3), groups=2)
    tabled = convolve(image, kernels, groups=table)
    assert np.array_equal(tabled.values, grouped.values)
    assert tabled.products == grouped.products == 16 * 8 * 9


def test_the_third_layer_of_lenet5_has_60_kernels():
    table = [tuple(map(int, channels)) for channels in LENET5.split("/")]
    assert (len(table), sum(map(len, table))) == (16, 60)
    row = striate.plan(f"INPUT 6x14x14 -> CONV 16 5x5 connect={LENET5}").rows[0]
    assert row.parameters.value == 60 * 25 + 16 == 1_516
    image = np.arange(6 * 14 * 14).reshape(6, 14, 14) % 5
    kernels = np.arange(60 * 25).reshape(60, 5, 5) % 7
    worked = convolve(image, kernels, groups=table)
    assert worked.products == row.products.value == 60 * 25 * 100
    last = sum(correlate(image[i], kernels[54 + i]).values for i in range(6))
    assert np.array_equal(worked.values[15], last)
