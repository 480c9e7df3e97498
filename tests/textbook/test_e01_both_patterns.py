"""E1: both patterns of the lectures, typed as they stand, are networks."""

import pytest

import striate

FIRST = "INPUT -> [[CONV -> RELU] *N -> POOL]*M -> [FC->RELU]*K -> FC"
SECOND = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"


def _words(plan):
    return [row.word for row in plan.rows]


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_the_first(n, m, k):
    plan = striate.plan(FIRST, input=(3, 32, 32), classes=10, N=n, M=m, K=k)
    expected = (["CONV", "RELU"] * n + ["POOL"]) * m + ["FC", "RELU"] * k + ["FC"]
    assert _words(plan) == expected
    assert plan.rows[-1].size == (10,)


@pytest.mark.parametrize("n", [1, 3, 5])
@pytest.mark.parametrize("m", [2, 12])
@pytest.mark.parametrize("k", [0, 2])
def test_the_second_leaves_out_the_pools_that_do_not_fit(n, m, k):
    plan = striate.plan(SECOND, input=(1, 28, 28), classes=10, N=n, M=m, K=k)
    kept = min(m, 4)  # 28, 14, 7, 3, 1: four pools of 2x2 fit
    assert _words(plan).count("POOL") == kept
    assert _words(plan).count("ID") == m - kept
    assert _words(plan).count("CONV") == n * m
    assert _words(plan).count("FC") == k + 1
    assert plan.network.softmax
    assert plan.rows[-1].size == (10,)


def test_filters_double_after_each_pool_that_is_kept():
    plan = striate.plan(SECOND, input=(1, 28, 28), classes=10, N=1, M=6, K=0)
    filters = [row.size[0] for row in plan.rows if row.word == "CONV"]
    assert filters == [32, 64, 128, 256, 512, 512]
