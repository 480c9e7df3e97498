"""D9: how much of a network lies in its fully connected part (a slide says over 90 % for VGG)."""

import pytest

import striate

VGG = """
INPUT 3x224x224
[CONV 64 -> RELU]*2 -> POOL
[CONV 128 -> RELU]*2 -> POOL
[CONV 256 -> RELU]*n -> POOL
[[CONV 512 -> RELU]*n -> POOL]*2
[FC 4096 -> RELU]*2 -> FC 1000
"""


def _share(plan):
    dense = sum(row.parameters.value for row in plan.rows if row.word == "FC")
    return dense, round(100 * dense / plan.totals["parameters"].value, 1)


def test_the_lectures_alexnet():
    assert _share(striate.plan("alexnet-lecture")) == (47_096_808, 92.6)


@pytest.mark.parametrize(("n", "total", "share"), [(3, 138_357_544, 89.4), (4, 143_667_240, 86.1)])
def test_vgg(n, total, share):
    plan = striate.plan(VGG, n=n)
    assert plan.totals["parameters"].value == total
    assert _share(plan) == (123_642_856, share)
    assert max(row.parameters.value for row in plan.rows) == 102_764_544
