"""D4: the sizes of a stack, in order."""

import striate


def test_sizes():
    plan = striate.plan("""
        INPUT 10x10x10
        CONV 40 3x3 pad=1 -> RELU -> POOL 3 stride=1 pad=1
        CONV 20 3x3 pad=1 -> RELU -> POOL 2 stride=2 pad=1
    """)
    wide, narrow = (40, 10, 10), (20, 10, 10)
    assert [row.size for row in plan.rows] == [wide, wide, wide, narrow, narrow, (20, 6, 6)]
