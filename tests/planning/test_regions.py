"""Regions and fields of whole networks against the support of the gradient.

Nets are drawn from all words in one to three axes, and are one out of every text of the zoo.
"""

from random import Random

import pytest
from drawn import networks
from gradients import positive, run, thinned
from hypothesis import given
from hypothesis import strategies as st
from judged_fields import judge, judge_values
from one_each import ONE_EACH, small

import striate


@given(networks(), st.randoms(use_true_random=False))
def test_random_networks(drawn, chance):
    judge(striate.resolve(drawn.text), chance)


# ---------------------------------------------------------------- networks that people use


def judge_thin(network, chance):
    """The last node, and a dozen others."""
    x, values = run(positive(thinned(network)), (1, *network.input[1:]))
    judge_values(network, x, values, chance, every=len(values) // 12 or 1)


@pytest.mark.parametrize("name", ONE_EACH)
def test_the_zoo(name):
    judge_thin(small(name), Random(5))


def test_units_that_see_nothing():
    """A dilated window over a single place reads the padding beside it, and nothing else."""
    text = "INPUT 1x4x1 -> CONV 1 1x2 pad=0x1 dilation=1x2 -> FC 3"
    judge(striate.resolve(text), Random(1))
    plan = striate.plan(text)
    assert plan.region("0", (2, 0)).box is None
    assert plan.rows[-1].field.size == ()
