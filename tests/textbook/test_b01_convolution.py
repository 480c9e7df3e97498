"""B1: the two-dimensional convolution of one channel, without a flip of the kernel."""

from striate.reference import correlate

IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]


def test_the_whole_map():
    worked = correlate(IMAGE, KERNEL)
    assert worked.values.tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    assert worked.products == 9 * 9


def test_the_first_value():
    assert correlate([row[:3] for row in IMAGE[:3]], KERNEL).values.tolist() == [[4]]


def test_the_kernel_is_not_flipped():
    assert correlate([[1, 2], [3, 4]], [[1, 0], [0, 0]]).values.tolist() == [[1]]
