"""The classical kernels by name: what people wrote by hand before networks learned them.

All are 3x3. Those that look for something (edge, horizontal, vertical, Sobel, Scharr) add up to 0,
so they see nothing in a solid patch; those that keep the picture (sharpen, blur, identity) add up
to 1, so a solid patch stays as it is.
"""

from collections.abc import Mapping

Matrix = tuple[tuple[float, ...], ...]

KERNELS: Mapping[str, Matrix] = {
    "edge": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "blur": ((1 / 9, 1 / 9, 1 / 9),) * 3,
    "horizontal": ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
    "vertical": ((1, 0, -1),) * 3,
    "sobel": ((1, 0, -1), (2, 0, -2), (1, 0, -1)),
    "scharr": ((3, 0, -3), (10, 0, -10), (3, 0, -3)),
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
}
"""Name -> 3x3 kernel, in rows, for `correlate` as it stands."""
