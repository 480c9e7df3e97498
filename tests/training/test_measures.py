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
    assert measures.macro_f1(measures.by_class(matrix, CLASSES)) == pytest.approx(
        oracle.f1_score(true, said, average="macro", zero_division=np.nan)
    )


@given(pairs=PAIRS)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.filterwarnings("ignore:A single label was found")
def test_balanced_accuracy_is_that_of_scikit_learn(pairs):
    true, said = np.array(pairs).T
    matrix = measures.count_pairs(true, said, classes=4)
    found = measures.balanced_accuracy(matrix)
    assert found == pytest.approx(oracle.balanced_accuracy_score(true, said))
    low, high = measures.balanced_interval(matrix)
    assert 0 <= low <= found <= high <= 1
    assert low < high


SETS = {
    "alike": ([36] * 10, [0.96] * 10),
    "unlike": ([36] * 10, np.linspace(0.7, 1, 10)),
    "one rare class": ([900, 30], [0.99, 0.5]),
    "many classes": ([100] * 100, [0.99] * 100),
    "nine rare classes": ([1000] + [3] * 9, [0.8] * 10),
}


@pytest.mark.parametrize("name", SETS)
def test_the_balanced_interval_holds_the_truth_about_95_times_in_100(name):
    counts, recalls = map(np.array, SETS[name])
    drawn, times, held = np.random.default_rng(0), 1000, 0
    for right in drawn.binomial(counts, recalls, (times, len(counts))):
        matrix = np.diag(right) + np.roll(np.diag(counts - right), 1, axis=1)
        low, high = measures.balanced_interval(matrix)
        held += low <= recalls.mean() <= high
    assert 0.91 * times <= held <= 0.985 * times


def test_with_one_class_the_balanced_interval_is_agresti_and_coulls():
    right, count = 30, 40
    share, whole = (right + 2) / (count + 4), count + 4
    reach = 1.959963984540054 * (share * (1 - share) / whole) ** 0.5
    found = measures.balanced_interval(np.array([[right, count - right], [0, 0]]))
    assert found == pytest.approx((share - reach, share + reach))


@some.composite
def scored(draw):
    """Labels and scores (image, class), with ties among the scores."""
    images, classes = draw(some.integers(1, 12)), draw(some.integers(3, 7))
    labels = draw(some.lists(some.integers(0, classes - 1), min_size=images, max_size=images))
    levels = some.sampled_from([0.0, 0.25, 0.5, 1.0])
    row = some.lists(levels, min_size=classes, max_size=classes)
    return labels, draw(some.lists(row, min_size=images, max_size=images))


@given(drawn=scored(), k=some.integers(1, 7))
def test_ranks_give_the_top_k_accuracy_of_scikit_learn(drawn, k):
    labels, scores = np.array(drawn[0]), np.array(drawn[1])
    classes = scores.shape[1]
    k = min(k, classes - 1)
    # of equal scores scikit-learn takes the class that comes last, so it is given them reversed
    expected = oracle.top_k_accuracy_score(
        classes - 1 - labels, scores[:, ::-1], k=k, labels=range(classes)
    )
    ranks = measures.ranks(scores, labels)
    assert (ranks < k).mean() == pytest.approx(expected)
    assert np.array_equal(ranks == 0, scores.argmax(axis=1) == labels)
    assert ranks.max() < classes


def test_confusions_come_worst_first_and_the_right_answers_never():
    matrix = np.array([[9, 1, 0, 0], [4, 9, 2, 0], [0, 0, 9, 0], [0, 0, 3, 0]])
    pairs = measures.most_confused(matrix, CLASSES, most=3)
    assert [(pair.true, pair.said, pair.count) for pair in pairs] == [
        ("bee", "ant", 4),
        ("dog", "cat", 3),
        ("bee", "cat", 2),
    ]
    assert measures.most_confused(np.diag([5, 5, 5, 5]), CLASSES) == ()
