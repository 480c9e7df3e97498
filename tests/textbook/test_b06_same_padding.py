"""B6: padding that keeps the size.

The slide prints 4 for the 5 of the third row and 2 for the first 3 of the fourth: its own sums do
not give that.
"""

from striate.reference import Sweep, correlate


def test_the_map_has_the_size_of_the_image():
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [0, 1, 1, 0, 0]]
    worked = correlate(image, [[1, 0, 1], [0, 1, 0], [1, 0, 1]], Sweep(padding=1))
    assert worked.values.tolist() == [
        [2, 2, 3, 1, 1],
        [1, 4, 3, 4, 1],
        [2, 2, 5, 3, 3],
        [1, 3, 3, 4, 1],
        [1, 2, 3, 1, 1],
    ]
    assert worked.products == 25 * 9
