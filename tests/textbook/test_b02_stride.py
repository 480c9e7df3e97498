"""B2: the same on 6x6 with the kernel of vertical edges, at stride 1 and at stride 3."""

from striate.reference import KERNELS, Sweep, correlate

IMAGE = [
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]


def test_the_first_row():
    found = correlate(IMAGE, KERNELS["vertical"]).values
    assert found.shape == (4, 4)
    assert found[0].tolist() == [-5, -4, 0, 8]


def test_stride_3():
    worked = correlate(IMAGE, KERNELS["vertical"], Sweep(stride=3))
    assert worked.values.tolist() == [[-5, 8], [-3, -16]]
    assert worked.products == 4 * 9
