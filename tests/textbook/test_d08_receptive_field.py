"""D8: the receptive field grows with depth, by dilation exponentially."""

import pytest

import striate


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("INPUT 1x32x32 -> [CONV 1 3x3]*3", [3, 5, 7]),
        (
            "INPUT 1x32x32 -> CONV 1 3x3 -> CONV 1 3x3 dilation=2 -> CONV 1 3x3 dilation=4",
            [3, 7, 15],
        ),
    ],
)
def test_sizes(text, sizes):
    rows = striate.plan(text).rows
    assert [row.field.size for row in rows] == [(size, size) for size in sizes]
    assert {row.status for row in rows} == {"exact"}
