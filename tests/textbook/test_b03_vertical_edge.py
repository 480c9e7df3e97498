"""B3: the kernel of vertical edges finds the one in a picture that is bright on the left."""

from striate.reference import KERNELS, correlate


def test_the_edge_is_found():
    image = [[10, 10, 10, 0, 0, 0]] * 6
    assert correlate(image, KERNELS["vertical"]).values.tolist() == [[0, 30, 30, 0]] * 4
