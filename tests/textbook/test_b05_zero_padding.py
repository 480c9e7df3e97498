"""B5: a frame of zeros around the image, under the sharpening kernel."""

from striate.reference import KERNELS, Sweep, correlate

IMAGE = [
    [60, 113, 56, 139, 85],
    [73, 121, 54, 84, 128],
    [131, 99, 70, 129, 127],
    [80, 57, 115, 69, 134],
    [104, 126, 123, 95, 130],
]


def test_the_top_left_value():
    found = correlate(IMAGE, KERNELS["sharpen"], Sweep(padding=1)).values
    assert found.shape == (5, 5)
    assert found[0, 0] == 5 * 60 - 113 - 73 == 114
