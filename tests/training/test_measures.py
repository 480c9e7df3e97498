"""Measures are checked against scikit-learn and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest
from sklearn import metrics as oracle

from striate.training import measures

CLASSES = ("ant", "bee", "cat", "dog")
PAIRS = some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), min_size=1, max_size=60)


@given(count=some.integers(1, 500), share=some.floats(0, 1))
def test_the_interval_is_wilsons(count, share):
    right = round(share * count)
    expected = binomtest(right, count).proportion_ci(0.95, method="wilson")
    assert measures.interval(right, count) == pytest.approx((expected.low, expected.high))


@given(pairs=PAIRS)
def test_every_number_is_that_of_scikit_learn(pairs):
    true, said = np.array(pairs).T
    matrix = measures.count_pairs(true, said, classes=4)
    assert np.array_equal(matrix, oracle.confusion_matrix(true, said, labels=range(4)))
    assert measures.accuracy(matrix) == pytest.approx(oracle.accuracy_score(true, said))
    assert measures.baseline(matrix) == pytest.approx(np.bincount(true).max() / len(true))
    table = oracle.precision_recall_fscore_support(
        true, said, labels=range(4), zero_division=np.nan
    )
    for one, precision, recall, f1, count in zip(
        measures.by_class(matrix, CLASSES), *table, strict=True
    ):
        assert one.count == count
        for found, expected in ((one.precision, precision), (one.recall, recall), (one.f1, f1)):
            assert (found is None and np.isnan(expected)) or found == pytest.approx(expected)


def test_confusions_come_worst_first_and_the_right_answers_never():
    matrix = np.array([[9, 1, 0, 0], [4, 9, 2, 0], [0, 0, 9, 0], [0, 0, 3, 0]])
    pairs = measures.most_confused(matrix, CLASSES, most=3)
    assert [(pair.true, pair.said, pair.count) for pair in pairs] == [
        ("bee", "ant", 4),
        ("dog", "cat", 3),
        ("bee", "cat", 2),
    ]
    assert measures.most_confused(np.diag([5, 5, 5, 5]), CLASSES) == ()
